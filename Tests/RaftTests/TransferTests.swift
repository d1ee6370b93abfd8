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

    @Test func `T1: a target with the whole log leads at once, against the lease`() throws {
        var cluster = try cluster()
        let before = cluster.now
        try cluster.step(cluster[1], .transfer(to: NodeID(2)))
        try cluster.settle()
        #expect(cluster.leader?.id == NodeID(2))
        #expect(cluster.now == before)
        #expect(cluster[1].consensus.role == .follower)
        #expect(!cluster[1].isTransferring)
    }

    @Test func `T1: a target that lags gets the rest first`() throws {
        var cluster = try cluster()
        cluster.isolate(3)
        try cluster.propose("x", at: cluster[1])
        try cluster.settle()
        try cluster.step(cluster[1], .transfer(to: NodeID(3)))
        try cluster.settle()
        #expect(cluster[1].isTransferring)
        try cluster.join()
        #expect(try cluster.run(atMost: 290) { $0.leader?.id == NodeID(3) })
        #expect(cluster[3].applied.contains { $0.payload == Array("x".utf8) })
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

    @Test func `T1: proposals are refused meanwhile, and the transfer ends with the timeout`()
        throws
    {
        var cluster = try cluster()
        cluster.isolate(3)
        try cluster.propose("x", at: cluster[1])
        try cluster.settle()
        try cluster.step(cluster[1], .transfer(to: NodeID(3)))
        #expect(!cluster[1].acceptsProposals)
        try cluster.run(milliseconds: 299)
        #expect(!cluster[1].acceptsProposals)
        try cluster.run(milliseconds: 2)
        #expect(cluster[1].acceptsProposals)
        #expect(cluster[1].traces.last == .transferAborted(NodeID(3)))
        #expect(cluster.leader?.id == NodeID(1))
    }

    @Test func `T1: a higher term ends it, and a new leadership starts without it`() throws {
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

    @Test func `T1: a second request replaces the first`() throws {
        var cluster = try cluster()
        cluster.isolate(3)
        try cluster.propose("x", at: cluster[1])
        try cluster.settle()
        try cluster.step(cluster[1], .transfer(to: NodeID(3)))
        try cluster.step(cluster[1], .transfer(to: NodeID(2)))
        try cluster.settle()
        #expect(cluster.leader?.id == NodeID(2))
    }

    @Test func `T1: only a follower obeys, and only its leader`() {
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
