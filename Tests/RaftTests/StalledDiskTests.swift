import Raft
import Testing

/// D5: a disk that hangs while the node lives (hashicorp/raft#503).
@Suite struct StalledDiskTests {
    private let now = Instant.start

    /// Three members, the first leads, and its disk hangs from now on with a write to do.
    private func stalledLeader() throws -> TestCluster {
        var cluster = TestCluster(voters(3))
        try cluster.elect(1)
        cluster.stalled = [NodeID(1)]
        try cluster.propose("x", at: cluster[1])
        return cluster
    }

    @Test func `bug D5: a leader whose disk hangs hands over to a follower that has everything`()
        throws
    {
        var cluster = try stalledLeader()
        let began = cluster.now
        #expect(try cluster.run(atMost: 3000) { $0.isLedByAnother(than: 1) })
        #expect(cluster.now.since(began) < .milliseconds(1000))
        let successor = try #require(cluster.leader)
        #expect(
            cluster[1].traces.contains(
                .diskStalled(for: .milliseconds(900), successor: successor.id)))
        try cluster.propose("y", at: successor)
        #expect(
            try cluster.run(atMost: 200) { $0[3].applied.contains { $0.payload == [0x79] } })
    }

    @Test func `bug D5: it steps down an election timeout later if nobody takes over`() {
        let leader = Member(1, in: voters(3))
        leader.leadAndCommit(at: now)
        leader.step(.propose([[1]]), at: now)
        leader.step(.tick, at: now + 899)
        #expect(!leader.isDiskStalled && leader.consensus.role == .leader)
        leader.traces = []
        _ = leader.take()
        // Both followers answer, so that the quorum is there, but neither has the new entry.
        for moment in [900, 1000, 1199] as [UInt64] {
            for peer in [2, 3] as [UInt64] {
                leader.step(message(1, accepted(1), from: peer), at: now + moment)
            }
            leader.step(.tick, at: now + moment)
            #expect(leader.isDiskStalled && leader.consensus.role == .leader)
        }
        #expect(
            leader.traces == [.diskStalled(for: .milliseconds(900), successor: NodeID(2))])
        #expect(leader.consensus.nextDeadline <= now + 1200)
        leader.step(.tick, at: now + 1200)
        #expect(leader.consensus.role == .follower)
        #expect(
            leader.traces.last
                == .steppedDown(Term(1), why: "the disk has made no write durable for 1.2 s"))
    }

    @Test func `bug D5: it does not campaign, and obeys nobody who wants it to, until its disk works`()
        throws
    {
        var cluster = try stalledLeader()
        cluster.isolate(2)
        cluster.isolate(3)
        try cluster.run(milliseconds: 5000)
        #expect(cluster[1].consensus.role == .follower)
        #expect(cluster[1].consensus.term == Term(1))
        #expect(!cluster[1].traces.contains(.campaigned(Term(2))))
        try cluster.join()
        #expect(try cluster.run(atMost: 2000) { $0.leader != nil })
        #expect(cluster.leader?.id != NodeID(1))

        let follower = Member(1, in: voters(3))
        follower.stepAndSync(message(1, append(), from: 2), at: now)
        follower.step(message(1, append([entry(term: 1, index: 1)]), from: 2), at: now)
        follower.step(message(1, .timeoutNow, from: 2), at: now + 900)
        #expect(follower.consensus.role == .follower)
        #expect(follower.isDiskStalled)
        let question = message(2, .preVote(last: position(9, 9)), from: 3)
        _ = follower.take()
        follower.step(question, at: now + 2000)
        #expect(follower.takeBodies() == [.preVoteResponse(granted: false)])
        follower.sync(at: now + 2000)
        _ = follower.take()
        follower.step(question, at: now + 2000)
        #expect(follower.takeBodies() == [.preVoteResponse(granted: true)])
    }

    @Test func `bug D5: it follows and catches up when its disk works again`() throws {
        var cluster = try stalledLeader()
        #expect(try cluster.run(atMost: 3000) { $0.isLedByAnother(than: 1) })
        for number in 0..<50 {
            if let leader = cluster.leader { try cluster.propose("\(number)", at: leader) }
            try cluster.run(milliseconds: 50)
        }
        cluster.stalled = []
        try cluster.run(milliseconds: 1000)
        #expect(!cluster[1].isDiskStalled)
        #expect(cluster[1].consensus.durable == cluster[2].consensus.durable)
        #expect(cluster[1].applied.map(\.position) == cluster[2].applied.map(\.position))
    }

    @Test func `bug D5: what would wait behind a disk that hangs is not kept`() {
        let follower = Member(1, in: voters(3))
        // The new term is never durable, so not even a heartbeat may be answered.
        for round in 0..<200 as Range<UInt64> {
            follower.step(message(1, append(), from: 2), at: now + round * 60)
        }
        #expect(follower.heldCount <= 900 / 60)
        follower.sync(at: now + 12_000)
        _ = follower.take()
        follower.step(message(1, append(), from: 2), at: now + 12_060)
        #expect(follower.takeBodies() == [accepted(0)])
    }

    @Test func `bug D5: a disk that is busy all the time but works trips nothing`() throws {
        var cluster = TestCluster(voters(3))
        try cluster.elect(1)
        let leader = try #require(cluster.leader)
        cluster.world.syncDelay = 600...850
        for number in 0..<300 {
            try cluster.propose("\(number)", at: leader)
            try cluster.run(milliseconds: 20)
        }
        #expect(cluster.leader === leader)
        #expect(
            cluster.members.allSatisfy { member in
                member.traces.allSatisfy { trace in
                    if case .diskStalled = trace { false } else { true }
                }
            })
    }

    @Test func `bug D5: a sole voter waits for its disk`() {
        let member = Member(1, in: voters(1))
        member.lead(at: now)
        member.step(.propose([[1]]), at: now)
        for round in 1..<100 as Range<UInt64> {
            member.step(.tick, at: max(now + round * 60, member.consensus.nextDeadline))
        }
        #expect(member.consensus.role == .leader)
        #expect(member.isDiskStalled)
        #expect(member.consensus.nextDeadline > now + 99 * 60)
        member.sync(at: now + 9000)
        #expect(member.traces.last == .diskRecovered(after: .milliseconds(9000)))
        #expect(member.consensus.commit == LogIndex(2))
    }
}

extension TestCluster {
    fileprivate func isLedByAnother(than id: UInt64) -> Bool {
        leader.map { $0.id != NodeID(id) } ?? false
    }
}
