import Raft
import Testing

/// The scenarios that the Raft paper draws.
@Suite struct FigureTests {
    /// Figure 7: the leader of term 8, and what its followers may hold.
    private static let leaderLog: [UInt64] = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6]
    private static let followerLogs: [[UInt64]] = [
        [1, 1, 1, 4, 4, 5, 5, 6, 6], [1, 1, 1, 4], [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
        [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7], [1, 1, 1, 4, 4, 4, 4],
        [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
    ]

    @Test func `R7: the six followers of figure 7 get the log of their leader`() throws {
        let logs = [Self.leaderLog] + Self.followerLogs
        let members = logs.enumerated().map { place, terms in
            Member(
                UInt64(place + 1), in: voters(7),
                hardState: HardState(term: Term(place == 0 ? 7 : terms.last ?? 0)),
                log: entries(terms: terms))
        }
        var cluster = TestCluster(members: members)
        try cluster.elect(1)
        #expect(cluster[1].consensus.role == .leader)
        #expect(cluster[1].consensus.term == Term(8))
        for member in cluster.members {
            #expect(member.disk.entries.map(\.term.rawValue) == Self.leaderLog + [8])
            #expect(member.applied.count == 11)
        }
    }

    @Test(arguments: followerLogs) func `R7: a follower of figure 7 costs few probes`(
        _ terms: [UInt64]
    ) {
        let now = Instant.start
        let leader = Member(
            1, in: voters(3), hardState: HardState(term: Term(7)),
            log: entries(terms: Self.leaderLog))
        let follower = Member(2, in: voters(3), log: entries(terms: terms))
        leader.lead(at: now)
        var (rounds, rejections) = (0, 0)
        while follower.log.map(\.term) != leader.log.map(\.term), rounds < 9 {
            rounds += 1
            for outgoing in leader.take() where outgoing.to == follower.id {
                follower.stepAndSync(.message(outgoing.message, from: leader.id), at: now)
            }
            for answer in follower.take() {
                if case .appendEntriesResponse(let response) = answer.message.body,
                    case .rejected = response.outcome
                {
                    rejections += 1
                }
                leader.stepAndSync(.message(answer.message, from: follower.id), at: now)
            }
        }
        #expect(follower.log.map(\.term) == leader.log.map(\.term))
        #expect(rejections <= 1, "one skips all terms in which the logs differ")
    }

    private func figure8(first: [UInt64]) -> TestCluster {
        let logs: [[UInt64]] = [first, [1, 2], [1, 2], [1], [1, 3]]
        let states: [UInt64] = [4, 2, 4, 3, 3]
        let members = logs.enumerated().map { place, terms in
            Member(
                UInt64(place + 1), in: voters(5), hardState: HardState(term: Term(states[place])),
                log: entries(terms: terms), applied: 1)
        }
        return TestCluster(members: members)
    }

    @Test func `R3: figure 8 (d): a majority that holds an earlier term's entry may lose it`()
        throws
    {
        var cluster = figure8(first: [1, 2, 4])
        cluster.crash(cluster[1])
        // S5 learns of the current term, and wins with the votes of S2, S3 and S4.
        try cluster.elect(5)
        try cluster.elect(5)
        #expect(cluster[5].consensus.role == .leader)
        try cluster.restart(cluster[1])
        try cluster.run(milliseconds: 500)
        for member in cluster.members {
            #expect(member.applied.prefix(2).map(\.term.rawValue) == [1, 3])
        }
    }

    @Test func `R3: figure 8 (e): once an entry of its own term is committed, it is safe`() throws {
        var cluster = figure8(first: [1, 2])
        try cluster.elect(1)
        #expect(cluster[1].consensus.role == .leader)
        let term = cluster[1].consensus.term.rawValue
        #expect(cluster[1].applied.map(\.term.rawValue) == [1, 2, term])
        cluster.crash(cluster[1])
        try cluster.run(milliseconds: 3000)
        #expect(cluster.leader != nil)
        for member in cluster.members where member.isUp {
            #expect(member.applied.prefix(3).map(\.term.rawValue) == [1, 2, term])
        }
    }
}
