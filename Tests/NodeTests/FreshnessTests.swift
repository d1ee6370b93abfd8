import Node
import Raft
import Testing

/// How old what a node has may be.
@Suite struct FreshnessTests {
    private var freshness = Freshness()

    private func position(_ term: UInt64, _ index: UInt64) -> LogPosition {
        LogPosition(term: Term(term), index: LogIndex(index))
    }

    private func at(_ milliseconds: UInt64) -> Instant {
        Instant(nanoseconds: milliseconds * 1_000_000)
    }

    @Test mutating func `It is as young as the last word that was applied`() {
        freshness.applied(position(1, 5))
        #expect(freshness.moment == nil, "nobody has said how far the cluster is")
        freshness.heard(position(1, 5), at: at(100))
        freshness.applied(position(1, 5))
        #expect(freshness.moment == at(100))
        freshness.heard(position(1, 5), at: at(200))
        freshness.applied(position(1, 5))
        #expect(freshness.moment == at(200), "nothing new was committed")
    }

    @Test mutating func `Who hears the leader and falls behind in applying grows old`() {
        for step in 1...10 as ClosedRange<UInt64> {
            freshness.heard(position(1, step * 100), at: at(step * 100))
            freshness.applied(position(1, step * 10))
        }
        #expect(freshness.moment == at(100))
        freshness.applied(position(1, 650))
        #expect(freshness.moment == at(600))
    }

    @Test mutating func `A new leader's word counts once an entry of its term is applied`() {
        freshness.heard(position(1, 9), at: at(100))
        freshness.applied(position(1, 9))
        // It was elected, and does not know yet that its predecessor had committed entry 11.
        freshness.heard(position(2, 9), at: at(200))
        freshness.applied(position(1, 11))
        #expect(freshness.moment == at(100))
        freshness.applied(position(2, 12))
        #expect(freshness.moment == at(200))
    }

    @Test mutating func `The same word again is no news`() {
        freshness.heard(position(1, 9), at: at(100))
        freshness.applied(position(1, 9))
        freshness.heard(position(1, 9), at: at(100))
        freshness.heard(position(1, 3), at: at(50))
        freshness.applied(position(1, 9))
        #expect(freshness.moment == at(100))
    }

    @Test mutating func `However far behind, it is never taken for younger than it is`() {
        for step in 1...10_000 as ClosedRange<UInt64> {
            freshness.heard(position(1, step), at: at(step))
        }
        freshness.applied(position(1, 5_000))
        #expect(freshness.moment == at(64), "further words were not kept")
        freshness.heard(position(1, 10_001), at: at(10_001))
        freshness.applied(position(1, 10_001))
        #expect(freshness.moment == at(10_001))
    }
}
