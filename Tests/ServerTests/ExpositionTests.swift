import Node
import Server
import Testing

/// Prometheus's text format, byte by byte.
@Suite struct ExpositionTests {
    private func text(_ write: (inout Exposition) -> Void) -> String {
        var page = Exposition()
        write(&page)
        return page.text
    }

    @Test func `A metric has its help, its type and its samples`() {
        let page = text { page in
            page.gauge("term", "The term.", UInt64.max)
            page.metric("ok", .gauge, "Two\nlines, a \\ and a \".")
            page.sample(true, ["store": "base", "kind": "sqlite"])
            page.sample(false, ["store": "mysql"])
        }
        #expect(
            page == """
                # HELP taskraft_term The term.
                # TYPE taskraft_term gauge
                taskraft_term 18446744073709551615
                # HELP taskraft_ok Two\\nlines, a \\\\ and a ".
                # TYPE taskraft_ok gauge
                taskraft_ok{store="base",kind="sqlite"} 1
                taskraft_ok{store="mysql"} 0

                """)
    }

    @Test(arguments: [
        ("plain é", "plain é"), ("\\", "\\\\"), ("\"", "\\\""), ("\n", "\\n"),
        ("a\r\nb", "a\r\\nb"), ("\\n", "\\\\n"), ("", ""),
    ])
    func `Values of labels are escaped`(value: String, escaped: String) {
        let page = text { page in
            page.metric("x", .gauge, "")
            page.sample(1, ["l": value])
        }
        #expect(page.hasSuffix("\ntaskraft_x{l=\"\(escaped)\"} 1\n"))
    }

    @Test(arguments: [
        (0.25, "0.25"), (12.0, "12.0"), (-1.0, "-1.0"), (1e-9, "1e-09"), (Double.infinity, "+Inf"),
        (-Double.infinity, "-Inf"), (Double.nan, "NaN"),
    ])
    func `Numbers are written as the format wants them`(value: Double, written: String) {
        let page = text { page in
            page.metric("x", .gauge, "")
            page.sample(value)
        }
        #expect(page.hasSuffix("\ntaskraft_x \(written)\n"))
    }

    @Test func `Buckets of a histogram count what is below them too`() {
        var histogram = Histogram(bounds: [1_000_000, 2_500_000, 1_000_000_000])
        for nanoseconds in [500_000, 1_000_000, 2_000_000, 3_000_000_000] as [UInt64] {
            histogram.add(nanoseconds: nanoseconds)
        }
        let measured = histogram
        let page = text { $0.histogram("wait_seconds", "How long.", measured) }
        #expect(
            page == """
                # HELP taskraft_wait_seconds How long.
                # TYPE taskraft_wait_seconds histogram
                taskraft_wait_seconds_bucket{le="0.001"} 2
                taskraft_wait_seconds_bucket{le="0.0025"} 3
                taskraft_wait_seconds_bucket{le="1.0"} 3
                taskraft_wait_seconds_bucket{le="+Inf"} 4
                taskraft_wait_seconds_sum 3.0035
                taskraft_wait_seconds_count 4

                """)
    }
}
