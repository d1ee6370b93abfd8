/// How long things took: a count for each bucket, and the sum of all.
package struct Histogram: Hashable, Sendable {
    /// From half a millisecond, which a good disk takes for a sync, to ten seconds.
    package static let latencies: [UInt64] = [
        500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000,
        100_000_000, 250_000_000, 500_000_000, 1_000_000_000, 2_500_000_000, 5_000_000_000,
        10_000_000_000,
    ]

    /// The longest that each bucket counts, in nanoseconds, rising.
    package let bounds: [UInt64]
    /// By bucket; the last one has what took longer than any bound.
    package private(set) var counts: [UInt64]
    /// In nanoseconds.
    package private(set) var sum: UInt64 = 0

    package init(bounds: [UInt64] = Histogram.latencies) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    package mutating func add(nanoseconds: UInt64) {
        counts[bounds.firstIndex { nanoseconds <= $0 } ?? bounds.count] += 1
        sum += nanoseconds
    }
}
