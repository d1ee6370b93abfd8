import Raft
import Testing

/// A member that lost what it had acknowledged (protocol-aware recovery, FAST '18).
@Suite struct RepairTests {
    private let now = Instant.start

    private func damaged(_ log: [Entry] = entries(terms: [1])) -> Member {
        Member(1, in: voters(3), log: log, loss: "entry 2 is missing")
    }

    @Test func `bug D3: it does not campaign`() {
        let member = damaged()
        #expect(member.isRepairing)
        for _ in 0..<5 { member.step(.tick, at: member.consensus.nextDeadline) }
        #expect(member.take().isEmpty)
        #expect(member.consensus.role == .follower)
        member.stepAndSync(message(2, append(), from: 2), at: now)
        _ = member.take()
        member.step(message(2, .timeoutNow, from: 2), at: now)
        #expect(member.consensus.role == .follower)
        let alone = Member(1, in: voters(1), loss: "entry 2 is missing")
        alone.step(.tick, at: now + 5000)
        #expect(alone.consensus.role == .follower)
    }

    @Test func `bug D3: it neither votes nor encourages`() {
        let member = damaged()
        member.stepAndSync(message(9, .preVote(last: position(8, 8)), from: 2), at: now)
        for transfer in [false, true] {
            let request = Message.Body.requestVote(last: position(8, 8), transfer: transfer)
            member.stepAndSync(message(9, request, from: 2), at: now)
        }
        #expect(
            member.takeBodies() == [
                .preVoteResponse(granted: false), .requestVoteResponse(granted: false),
                .requestVoteResponse(granted: false),
            ])
    }

    @Test
    func `bug D3: an entry of its leader's term, committed and durable here, heals it`()
    {
        let member = damaged()
        let new = [entry(term: 1, index: 2), entry(term: 3, index: 3)]
        member.stepAndSync(message(3, append(after: position(1, 1), commit: 1), from: 2), at: now)
        #expect(member.isRepairing, "committed, but of an earlier term")
        member.step(message(3, append(after: position(1, 1), new, commit: 2), from: 2), at: now)
        member.sync(at: now)
        #expect(member.isRepairing, "durable, but not committed")
        member.stepAndSync(message(3, append(after: position(3, 3), commit: 3), from: 2), at: now)
        #expect(!member.isRepairing)
        #expect(member.traces.contains(.healed))
        #expect(member.disk.loss == nil)
    }

    @Test
    func `bug C9, bug D3: what it kept of its leader's term heals nothing while more is missing`() {
        let member = damaged()
        // The leader of before, in whose term it acknowledged entries 2 and 3, and lost them.
        member.stepAndSync(message(1, append(after: position(1, 1), commit: 3), from: 2), at: now)
        #expect(member.consensus.commit == LogIndex(1))
        #expect(member.isRepairing)
        let lost = [entry(term: 1, index: 2), entry(term: 1, index: 3)]
        member.step(message(1, append(after: position(1, 1), lost, commit: 3), from: 2), at: now)
        #expect(member.isRepairing)
        member.sync(at: now)
        #expect(!member.isRepairing)
    }

    @Test func `What is committed but not durable heals nothing`() {
        let member = damaged()
        let body = append(after: position(1, 1), [entry(term: 3, index: 2)], commit: 2)
        member.step(message(3, body, from: 2), at: now)
        #expect(member.consensus.commit == LogIndex(2))
        #expect(member.isRepairing)
        member.sync(at: now)
        #expect(!member.isRepairing)
    }

    @Test func `It votes again once it is healed`() {
        let member = damaged()
        let body = append(after: position(1, 1), [entry(term: 3, index: 2)], commit: 2)
        member.stepAndSync(message(3, body, from: 2), at: now)
        _ = member.take()
        let request = Message.Body.requestVote(last: position(3, 2), transfer: true)
        member.stepAndSync(message(4, request, from: 2), at: now)
        #expect(member.takeBodies() == [.requestVoteResponse(granted: true)])
    }

    @Test func `The loss is remembered over restarts`() {
        let member = damaged()
        for _ in 0..<2 {
            member.crash()
            member.restart(at: now)
            #expect(member.isRepairing)
        }
    }

    /// A cluster in which n3 acknowledged ten entries.
    private func cluster() throws -> TestCluster {
        var cluster = TestCluster(voters(3))
        try cluster.elect(1)
        for number in 0..<10 { try cluster.propose("\(number)", at: cluster[1]) }
        try cluster.settle()
        #expect(cluster[3].disk.entries.count == 11)
        return cluster
    }

    @Test func `A leader that counted on the lost entries refills them without an election`() throws
    {
        var cluster = try cluster()
        let lost = cluster[3]
        cluster.crash(lost)
        lost.disk.lose(from: LogIndex(5))
        lost.disk.loss = "entries from 5 on are missing"
        try cluster.restart(lost)
        #expect(lost.isRepairing)
        try cluster.run(milliseconds: 1000)
        #expect(cluster.leader?.id == NodeID(1))
        #expect(cluster[1].consensus.term == Term(1))
        #expect(lost.disk.entries.count == 11)
        #expect(lost.applied.count == 11)
        #expect(!lost.isRepairing)
    }

    @Test func `Before it acknowledges anew, it counts for no commit`() throws {
        let leader = Member(1, in: voters(3))
        leader.leadAndCommit(at: now)
        leader.step(.propose([[1]]), at: now)
        leader.step(message(1, accepted(2), from: 2), at: now)
        leader.step(.reconnected(NodeID(2)), at: now)
        leader.sync(at: now)
        #expect(leader.consensus.commit == LogIndex(1))
        leader.step(message(1, accepted(2), from: 2), at: now)
        #expect(leader.consensus.commit == LogIndex(2))
    }

    @Test func `A member whose base outlived its log goes on from there`() throws {
        var cluster = try cluster()
        let lost = cluster[3]
        lost.saveBase()
        cluster.crash(lost)
        lost.disk.lose(from: LogIndex(5))
        try cluster.restart(lost)
        #expect(lost.isRepairing)
        #expect(lost.disk.start == position(1, 11))
        try cluster.propose("more", at: cluster[1])
        try cluster.run(milliseconds: 1000)
        #expect(lost.disk.entries.map(\.index.rawValue) == [12])
        #expect(!lost.isRepairing)
    }

    @Test func `A leader whose log starts late still shows itself to a member behind that`() {
        let leader = Member(1, in: voters(3), log: entries(terms: [1, 1, 1, 1]), applied: 4)
        leader.crash()
        leader.disk.lose(from: LogIndex(2))
        leader.restart(at: now)
        let body = append(after: position(1, 4), [entry(term: 2, index: 5)], commit: 5)
        leader.stepAndSync(message(2, body, from: 2), at: now)
        #expect(!leader.isRepairing)
        leader.lead(at: now + 2000)
        leader.step(message(3, rejected(5, hint: position(1, 1)), from: 3), at: now)
        leader.step(message(3, rejected(4, hint: position(1, 1)), from: 3), at: now)
        leader.step(message(3, rejected(3, hint: position(1, 1)), from: 3), at: now)
        _ = leader.take()
        leader.step(.tick, at: leader.consensus.nextDeadline)
        let beats = leader.takeAppends(to: 3)
        #expect(beats.map(\.previous) == [position(1, 4)])
        #expect(beats.allSatisfy { $0.entries.isEmpty })
        // The rejection is no news, and asks for no further message.
        leader.step(message(3, rejected(4, hint: position(1, 1)), from: 3), at: now)
        #expect(leader.take().isEmpty)
    }
}
