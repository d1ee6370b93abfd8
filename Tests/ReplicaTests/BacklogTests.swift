import Raft
import Replica
import Testing
import Work

/// A base that falls behind: what waits for it is held in memory and therefore has a bound.
@Suite struct BacklogTests {
    @Test func `A leader whose base falls behind takes no more, until the base caught up`() {
        let leader = TestReplica(voters: [1], backlogEntries: 8)
        leader.run()
        #expect(leader.role == .leader)
        for token in 1...20 { leader.propose(UInt64(token)) }
        leader.run()
        // The no-op, its registration and two tasks: half of eight.
        #expect(leader.durable.count == 4)
        #expect(leader.answered == [1, 2])
        #expect(leader.refused == Array(3...20), "at once: nobody else could lead")
        leader.step(.baseWritten(leader.durable.last ?? .zero))
        leader.propose(21)
        #expect(leader.answered == [1, 2, 21])
    }

    @Test func `A follower whose base falls behind keeps the log and applies no more`() {
        let follower = TestReplica(voters: [1, 2, 3], backlogEntries: 8)
        for index in 1...30 { follower.receiveNoop(index: UInt64(index), commit: UInt64(index)) }
        #expect(follower.applied == LogIndex(8))
        #expect(follower.lastPosition.index == LogIndex(30))
        follower.step(.baseWritten(LogIndex(5)))
        #expect(follower.applied > LogIndex(8))
    }

    @Test func `A leader whose base falls behind hands over to a member that can be reached`() {
        let leader = TestReplica(voters: [1, 2, 3], backlogEntries: 8)
        leader.win()
        leader.acknowledgeAll()
        leader.wait(.milliseconds(120))
        leader.acknowledgeAll()
        for token in 1...4 {
            leader.propose(UInt64(token))
            leader.acknowledgeAll()
        }
        #expect(!leader.tellsToCampaign)
        leader.wait(.milliseconds(200))
        #expect(leader.tellsToCampaign)
    }

    @Test func `Bytes count as entries do`() {
        let leader = TestReplica(voters: [1], backlogBytes: 2_000)
        leader.run()
        for token in 1...20 { leader.propose(UInt64(token), description: 300) }
        leader.run()
        #expect(leader.answered.count < 5)
    }

    @Test func `A small entry counts with the bodies of the jobs that it changes`() throws {
        let leader = TestReplica(voters: [1], backlogBytes: 24_000)
        leader.run()
        let queue = try #require(QueueName("mail"))
        let session = SessionID(origin: Origin(node: 1, incarnation: 7), number: 1)
        let body = [UInt8](repeating: 0, count: 1_000)
        let wish = Reservation(
            session: session, isAttached: true, wait: 1, queues: [queue], max: 10)
        leader.propose(1, .raiseMachineVersion(2))
        leader.propose(2, .jobs(.put(queue, [NewJob](repeating: NewJob(body: body), count: 10))))
        leader.step(.baseWritten(leader.durable.last ?? .zero))
        leader.propose(3, .jobs(.reserve(wish)))
        leader.propose(4)
        #expect(leader.answered == [1, 2, 3])
        #expect(leader.refused == [4], "ten bodies wait for the base")
    }
}

extension TestReplica {
    fileprivate func propose(_ token: UInt64, _ command: Command) {
        step(.propose(token: token, command, actor: nil, key: nil))
    }
}
