import Node
import Raft
import Testing

/// How old what a node has may be.
@Suite struct FreshnessTests {
    private var freshness = Freshness()
    private let leader = NodeID(1)

    private func position(_ term: UInt64, _ index: UInt64) -> LogPosition {
        LogPosition(term: Term(term), index: LogIndex(index))
    }

    private func at(_ milliseconds: UInt64) -> Instant {
        Instant(nanoseconds: milliseconds * 1_000_000)
    }

    /// The leader answers a question of that moment, and says how far it is.
    private mutating func heard(_ committed: LogPosition, asked milliseconds: UInt64) {
        freshness.asked(at: at(milliseconds))
        let isOwn = freshness.answered(at(milliseconds), by: leader)
        #expect(isOwn)
        freshness.heard(committed, from: leader)
    }

    @Test mutating func `It is as young as the last word that was applied`() {
        freshness.applied(position(1, 5))
        #expect(freshness.moment == nil, "nobody has said how far the cluster is")
        heard(position(1, 5), asked: 100)
        freshness.applied(position(1, 5))
        #expect(freshness.moment == at(100))
        heard(position(1, 5), asked: 200)
        freshness.applied(position(1, 5))
        #expect(freshness.moment == at(200), "nothing new was committed")
    }

    @Test mutating func `Who was frozen learns nothing from what was said meanwhile`() {
        heard(position(1, 5), asked: 100)
        freshness.applied(position(1, 5))
        freshness.asked(at: at(200))
        // Frozen until 10,000: then everything that was said meanwhile is read at once, in order.
        freshness.asked(at: at(10_000))
        freshness.heard(position(1, 5), from: leader)
        freshness.applied(position(1, 5))
        #expect(freshness.moment == at(100))
        let isOwn = freshness.answered(at(200), by: leader)
        #expect(isOwn)
        for _ in 1...98 { freshness.heard(position(1, 5), from: leader) }
        freshness.applied(position(1, 5))
        #expect(freshness.moment == at(200), "the answer is as old as its question")
        let isNew = freshness.answered(at(10_000), by: leader)
        #expect(isNew)
        freshness.heard(position(1, 900), from: leader)
        freshness.applied(position(1, 899))
        #expect(freshness.moment == at(200))
        freshness.applied(position(1, 900))
        #expect(freshness.moment == at(10_000))
    }

    @Test mutating func `Only the word of who answered counts`() {
        freshness.heard(position(1, 5), from: leader)
        freshness.asked(at: at(100))
        let isOwn = freshness.answered(at(100), by: NodeID(2))
        #expect(isOwn)
        freshness.heard(position(1, 5), from: leader)
        freshness.applied(position(1, 5))
        #expect(freshness.moment == nil)
        freshness.heard(position(2, 6), from: NodeID(2))
        freshness.applied(position(2, 6))
        #expect(freshness.moment == at(100))
    }

    @Test mutating func `What was not asked here is no answer, nor is an answer twice`() {
        freshness.asked(at: at(100))
        freshness.asked(at: at(200))
        let answers = [150, 200, 200, 100].map { freshness.answered(at($0), by: leader) }
        #expect(answers == [false, true, false, false])
    }

    @Test mutating func `Who hears the leader and falls behind in applying grows old`() {
        for step in 1...10 as ClosedRange<UInt64> {
            heard(position(1, step * 100), asked: step * 100)
            freshness.applied(position(1, step * 10))
        }
        #expect(freshness.moment == at(100))
        freshness.applied(position(1, 650))
        #expect(freshness.moment == at(600))
    }

    @Test mutating func `A new leader's word counts once an entry of its term is applied`() {
        heard(position(1, 9), asked: 100)
        freshness.applied(position(1, 9))
        // It was elected, and does not know yet that its predecessor had committed entry 11.
        heard(position(2, 9), asked: 200)
        freshness.applied(position(1, 11))
        #expect(freshness.moment == at(100))
        freshness.applied(position(2, 12))
        #expect(freshness.moment == at(200))
    }

    @Test mutating func `What a leader has confirmed counts, and no earlier word after it`() {
        heard(position(1, 9), asked: 100)
        freshness.confirmed(at(300))
        #expect(freshness.moment == at(300))
        freshness.applied(position(1, 9))
        freshness.confirmed(at(250))
        #expect(freshness.moment == at(300))
    }

    @Test mutating func `However far behind, it is never taken for younger than it is`() {
        for step in 1...10_000 as ClosedRange<UInt64> { heard(position(1, step), asked: step) }
        freshness.applied(position(1, 5_000))
        #expect(freshness.moment == at(64), "further words were not kept")
        heard(position(1, 10_001), asked: 10_001)
        freshness.applied(position(1, 10_001))
        #expect(freshness.moment == at(10_001))
    }

    @Test mutating func `Of questions that nobody answers the latest are remembered`() {
        for step in 1...10_000 as ClosedRange<UInt64> { freshness.asked(at: at(step)) }
        let answers = [9_936, 9_937, 10_000].map { freshness.answered(at($0), by: leader) }
        #expect(answers == [false, true, true])
    }
}
