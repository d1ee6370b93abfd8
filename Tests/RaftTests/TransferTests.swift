import Raft
import Testing

/// Leadership transfer: dissertation, section 3.10.
@Suite struct TransferTests {
    private let now = Instant.start

    private func cluster(_ configuration: Configuration = voters(3)) throws -> TestCluster {
        var cluster = TestCluster(configuration)
        try cluster.elect(1)
        return cluster
    }

    @Test(arguments: [1, 9, 4] as [UInt64])
    func `T1: the leader itself, a stranger and a learner are refused at once`(
        _ target: UInt64
    ) throws {
        var cluster = try cluster(voters(3, learners: [4]))
        try cluster.step(cluster[1], .transfer(to: NodeID(target)))
        #expect(cluster[1].traces.last == .transferAborted(NodeID(target)))
        #expect(!cluster[1].isTransferring)
        #expect(cluster[1].acceptsProposals)
    }

    @Test
    func `T1, bug X1: a higher term ends it, and a new leadership starts without it`() throws {
        let leader = Member(1, in: voters(3))
        leader.leadAndCommit(at: now)
        leader.stepAndSync(.transfer(to: NodeID(2)), at: now)
        #expect(leader.takeBodies() == [.timeoutNow])
        let request = Message.Body.requestVote(last: position(1, 1), transfer: true)
        leader.stepAndSync(message(2, request, from: 2), at: now)
        #expect(leader.takeBodies() == [.requestVoteResponse(granted: true)])
        #expect(!leader.traces.contains(.transferAborted(NodeID(2))))
        leader.lead(at: now + 2000)
        #expect(leader.acceptsProposals)
    }

    @Test func `T1, bug X2: only a follower obeys, and only its leader`() {
        let leader = Member(1, in: voters(3))
        leader.leadAndCommit(at: now)
        leader.step(message(1, .timeoutNow, from: 2), at: now)
        #expect(leader.consensus.role == .leader)
        let candidate = Member(1, in: voters(3))
        candidate.campaign(at: now)
        candidate.step(message(1, .timeoutNow, from: 2), at: now)
        #expect(candidate.consensus.term == Term(1))
        let follower = Member(1, in: voters(3))
        follower.stepAndSync(message(1, append(), from: 2), at: now)
        follower.step(message(1, .timeoutNow, from: 3), at: now)
        #expect(follower.consensus.role == .follower)
        follower.step(message(1, .timeoutNow, from: 2), at: now)
        #expect(follower.consensus.role == .candidate)
    }

    @Test func `T1: the candidate to hand over to is the most advanced voter`() {
        let leader = Member(1, in: voters(3, learners: [4]))
        leader.leadAndCommit(at: now)
        leader.stepAndSync(.propose([[1], [2]]), at: now)
        leader.step(message(1, accepted(3), from: 4), at: now)
        leader.step(message(1, accepted(2), from: 3), at: now)
        #expect(leader.consensus.transferCandidate { _ in true } == NodeID(3))
    }
}
