package import Client

/// Jobs and queues, as a terminal shows them.
package enum JobText {
    package static func table(_ queues: [QueueItem]) -> TextTable {
        var table = TextTable([
            .init("QUEUE", shrinks: true), .init("READY", .right), .init("DELAYED", .right),
            .init("RESERVED", .right), .init("BURIED", .right), .init("OLDEST", .right),
            .init("PUT", .right), .init("DONE", .right), .init("PAUSED"),
        ])
        for queue in queues {
            table.append([
                .init(queue.name), .init(String(queue.ready)), .init(String(queue.delayed)),
                .init(String(queue.reserved)),
                .init(String(queue.buried), queue.buried > 0 ? .red : nil),
                .init(queue.oldestAge.map(span) ?? "-"), .init(String(queue.totals.puts)),
                .init(String(queue.totals.deletes)),
                .init(pause(queue), queue.paused ? .yellow : nil),
            ])
        }
        return table
    }

    package static func details(_ queue: QueueItem) -> String {
        let totals = queue.totals
        let limits = [
            queue.settings?.length.map { "\($0) jobs" },
            queue.settings?.body.map { "\($0) bytes a body" },
            queue.settings?.concurrency.map { "\($0) at once" },
        ].compactMap { $0 }
        let fields: [(String, String)] = [
            ("queue", queue.name),
            (
                "jobs",
                "\(queue.ready) ready, \(queue.delayed) delayed, \(queue.reserved) reserved, "
                    + "\(queue.buried) buried"
            ),
            ("oldest", queue.oldestAge.map { "\(span($0)) old, put \(queue.oldest ?? "")" } ?? "-"),
            ("paused", pause(queue)),
            ("limits", limits.isEmpty ? "-" : limits.joined(separator: ", ")),
            (
                "so far",
                "\(totals.puts) put, \(totals.reserves) reserved, \(totals.deletes) done or deleted, "
                    + "\(totals.failures) failed, \(totals.timeouts) timed out, "
                    + "\(totals.releases) released, \(totals.buries) buried, \(totals.kicks) kicked"
            ),
        ]
        return lines(fields)
    }

    package static func table(_ jobs: [JobItem]) -> TextTable {
        var table = TextTable([
            .init("ID", .right), .init("STATE"), .init("PRIORITY", .right), .init("AGE", .right),
            .init("TRIES", .right), .init("BODY", shrinks: true), .init("ERROR", shrinks: true),
        ])
        for job in jobs {
            table.append([
                .init(String(job.id)), .init(job.state, job.state == "buried" ? .red : nil),
                .init(String(job.priority)), .init(span(job.age)), .init(String(job.attempt)),
                .init(job.preview ?? job.text ?? "\(job.size) bytes"), .init(job.error ?? "-"),
            ])
        }
        return table
    }

    package static func details(_ job: JobItem) -> String {
        var fields: [(String, String)] = [
            ("job", "\(job.id) in \(job.queue)"),
            ("state", job.state + (job.dueIn.map { ", for \(span($0))" } ?? "")),
        ]
        if let lease = job.lease { fields.append(("lease", lease)) }
        fields += [
            ("priority", String(job.priority)), ("put", "\(job.created), \(span(job.age)) ago"),
            ("runs", "for \(span(job.timeToRun)) at most"), ("retry", retry(job)),
            (
                "so far",
                "\(job.reserves) reserved, \(job.failures) failed, \(job.timeouts) timed out, "
                    + "\(job.releases) released, \(job.buries) buried, \(job.kicks) kicked"
            ),
        ]
        if let unique = job.unique { fields.append(("unique", unique)) }
        if let trace = job.traceparent { fields.append(("trace", trace)) }
        if let error = job.error { fields.append(("error", Printable.lines(error))) }
        var text = lines(fields)
        if let body = job.text {
            text += body.isEmpty ? "" : "\n\(Printable.lines(body))\n"
        } else if let encoded = job.base64 {
            text += "\nbase64: \(encoded)\n"
        }
        return text
    }

    private static func retry(_ job: JobItem) -> String {
        guard let retry = job.retry else { return "at once, for ever" }
        let attempts = retry.attempts == 0 ? "for ever" : "\(retry.attempts) attempts"
        guard retry.delay > 0 else { return "at once, \(attempts)" }
        let most = retry.longestDelay.map { " up to \(span($0))" } ?? ""
        return "after \(span(retry.delay)), \(retry.backoff)\(most), \(attempts)"
    }

    private static func pause(_ queue: QueueItem) -> String {
        guard queue.paused else { return "-" }
        return queue.pauseLeft.map { "for \(span($0))" } ?? "until resumed"
    }

    /// Two units at most: `250ms`, `5s`, `2m 10s`, `3h 5m`, `4d 2h`.
    package static func span(_ milliseconds: UInt64) -> String {
        let seconds = milliseconds / 1000
        switch seconds {
        case 0: return "\(milliseconds)ms"
        case ..<60: return "\(seconds)s"
        case ..<3_600: return "\(seconds / 60)m" + rest(seconds % 60, "s")
        case ..<86_400: return "\(seconds / 3_600)h" + rest(seconds % 3_600 / 60, "m")
        default: return "\(seconds / 86_400)d" + rest(seconds % 86_400 / 3_600, "h")
        }
    }

    private static func rest(_ number: UInt64, _ unit: String) -> String {
        number == 0 ? "" : " \(number)\(unit)"
    }

    private static func lines(_ fields: [(String, String)]) -> String {
        fields.map { name, text in
            let space = String(repeating: " ", count: max(1, 10 - name.count))
            return name + space + text.split(separator: "\n").map { Printable.line(String($0)) }
                .joined(separator: "\n          ") + "\n"
        }.joined()
    }
}
