import Raft
import Testing

/// Linearizable reads: dissertation, section 6.4.
@Suite struct ReadTests {
    private let now = Instant.start

    @Test func `L1, bug L1: no read is answered before the leader has committed in its term`() {
        let leader = Member(1, in: voters(3), log: entries(terms: [1, 1]))
        leader.lead(at: now)
        leader.step(.read(context: 7), at: now)
        leader.step(message(2, .readIndex(context: 8), from: 3), at: now)
        leader.step(message(2, accepted(2), from: 2), at: now)
        #expect(leader.reads.isEmpty)
        leader.step(message(2, accepted(3), from: 2), at: now)
        #expect(leader.reads.isEmpty, "committed, but the round is not confirmed")
        leader.step(message(2, accepted(3, round: 1), from: 2), at: now)
        #expect(leader.reads == [ReadReady(context: 7, index: LogIndex(3))])
        #expect(
            leader.takeBodies().last == .readIndexResponse(context: 8, index: LogIndex(3)))
    }

    @Test func `L1: a round that began before the read proves nothing for it`() {
        let leader = Member(1, in: voters(3))
        leader.leadAndCommit(at: now)
        leader.step(.read(context: 1), at: now)
        leader.step(.read(context: 2), at: now)
        leader.step(message(1, accepted(1, round: 1), from: 2), at: now)
        #expect(leader.reads.map(\.context) == [1])
        leader.step(message(1, accepted(1, round: 1), from: 3), at: now)
        #expect(leader.reads.map(\.context) == [1])
        leader.step(message(1, accepted(1, round: 2), from: 3), at: now)
        #expect(leader.reads.map(\.context) == [1, 2])
    }

    @Test func `L1: reads of one batch share a round`() {
        let leader = Member(1, in: voters(3))
        leader.leadAndCommit(at: now)
        leader.step(.read(context: 1), at: now)
        for context in UInt64(2)...50 { leader.step(.read(context: context), at: now) }
        #expect(leader.takeAppends(to: 2).count == 1)
        leader.step(message(1, accepted(1, round: 1), from: 2), at: now)
        #expect(leader.takeAppends(to: 2).map(\.round) == [2])
        leader.step(message(1, accepted(1, round: 2), from: 2), at: now)
        #expect(leader.reads.count == 50)
    }

    @Test func `L1: a lost round is asked for again by the heartbeats`() {
        let leader = Member(1, in: voters(3))
        leader.leadAndCommit(at: now)
        leader.step(.read(context: 1), at: now)
        _ = leader.take()
        leader.step(.tick, at: now + 60)
        #expect(leader.takeAppends(to: 3).map(\.round) == [1])
    }

    @Test func `L2, bug L2: a deposed leader answers no read`() throws {
        var cluster = TestCluster(voters(3))
        try cluster.elect(1)
        cluster.isolate(1)
        cluster[1].step(.read(context: 1), at: cluster.now)
        cluster[1].step(message(1, .readIndex(context: 2), from: 3), at: cluster.now)
        _ = cluster[1].take()
        try cluster.elect(2)
        #expect(cluster[1].reads.isEmpty)
        #expect(cluster[1].consensus.role == .leader, "it does not know yet")
        cluster[1].stepAndSync(message(2, append(), from: 2), at: cluster.now)
        #expect(cluster[1].reads == [ReadReady(context: 1, index: nil)])
        #expect(
            cluster[1].takeBodies().contains(.readIndexResponse(context: 2, index: nil)))
    }

    @Test func `L2, bug L2: without a leader a read fails at once`() {
        let member = Member(1, in: voters(3))
        member.step(.read(context: 1), at: now)
        #expect(member.reads == [ReadReady(context: 1, index: nil)])
    }

    @Test func `L2: an answer from a leader of the past is: ask again`() {
        let follower = Member(1, in: voters(3))
        follower.stepAndSync(message(3, append(), from: 2), at: now)
        follower.stepAndSync(.read(context: 1), at: now)
        follower.stepAndSync(message(4, append(), from: 3), at: now)
        let late = Message.Body.readIndexResponse(context: 1, index: LogIndex(9))
        follower.step(message(3, late, from: 2), at: now)
        #expect(follower.reads == [ReadReady(context: 1, index: nil)])
    }

    @Test func `L2: who does not lead has no read index to give`() {
        let member = Member(1, in: voters(3))
        member.stepAndSync(message(1, append(), from: 2), at: now)
        _ = member.take()
        member.step(message(1, .readIndex(context: 5), from: 3), at: now)
        #expect(member.takeBodies() == [.readIndexResponse(context: 5, index: nil)])
    }

    @Test func `L4: two askers may use the same context`() {
        let leader = Member(1, in: voters(3))
        leader.leadAndCommit(at: now)
        leader.step(.read(context: 5), at: now)
        leader.step(message(1, .readIndex(context: 5), from: 2), at: now)
        leader.step(message(1, .readIndex(context: 5), from: 3), at: now)
        for round in UInt64(1)...2 {
            leader.step(message(1, accepted(1, round: round), from: 2), at: now)
        }
        #expect(leader.reads == [ReadReady(context: 5, index: LogIndex(1))])
        let answers = leader.take().filter {
            $0.message.body == .readIndexResponse(context: 5, index: LogIndex(1))
        }
        #expect(answers.map(\.to) == [NodeID(2), NodeID(3)])
    }

    @Test func `Reads over the bound are refused at once`() {
        let leader = Member(1, in: voters(3))
        leader.leadAndCommit(at: now)
        for context in 0..<UInt64(Bounds.readsWaiting) {
            leader.step(.read(context: context), at: now)
        }
        #expect(leader.reads.isEmpty)
        leader.step(.read(context: 1 << 40), at: now)
        #expect(leader.reads == [ReadReady(context: 1 << 40, index: nil)])
    }
}
