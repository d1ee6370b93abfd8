import Raft
import Testing

/// Who belongs to the cluster: Raft paper, section 6; dissertation, chapter 4. The stories are in
/// Tests/Scenarios.
@Suite struct MembershipTests {
    private let now = Instant.start

    private func nodes(_ ids: UInt64...) -> [NodeID] { ids.map { NodeID($0) } }

    /// What becomes of a change; it and everything else of the step is durable then.
    private func change(
        _ change: MembershipChange, at member: Member, _ now: Instant? = nil
    ) -> MembershipAnswer.Result? {
        member.changes = []
        member.stepAndSync(.changeMembership(change, context: 3), at: now ?? self.now)
        return member.changes.map(\.result).first
    }

    private func acknowledge(_ member: Member, from peers: UInt64..., at now: Instant? = nil) {
        let last = member.consensus.lastPosition.index.rawValue
        for peer in peers {
            let answer = message(member.consensus.term.rawValue, accepted(last), from: peer)
            member.stepAndSync(answer, at: now ?? self.now)
        }
    }

    // MARK: One change

    @Test func `M1: no change before the one before it is committed and complete`() {
        let member = Member(1, in: voters(3, learners: [4, 5]))
        member.leadAndCommit(at: now)
        #expect(change(.init(.remove(NodeID(5))), at: member) == .appended(position(1, 2)))
        #expect(
            change(.init(.addLearner(NodeID(6))), at: member) == .refused(.changePending))
        acknowledge(member, from: 2)
        // Joint, then committed and left, then committed again.
        #expect(change(.init(.remove(NodeID(3))), at: member) == .appended(position(1, 3)))
        #expect(change(.init(.remove(NodeID(4))), at: member) == .refused(.changePending))
        acknowledge(member, from: 2)
        #expect(member.consensus.lastPosition.index == LogIndex(4))
        #expect(!member.consensus.configuration.isJoint)
        #expect(change(.init(.remove(NodeID(4))), at: member) == .refused(.changePending))
        acknowledge(member, from: 2)
        #expect(change(.init(.remove(NodeID(4))), at: member) == .appended(position(1, 5)))
    }

    @Test func `M2, bug M1: no change before the leader has committed in its term`() {
        let member = Member(1, in: voters(3))
        member.lead(at: now)
        #expect(change(.init(.remove(NodeID(3))), at: member) == .refused(.tooEarly))
        acknowledge(member, from: 2)
        #expect(change(.init(.remove(NodeID(3))), at: member) == .appended(position(1, 2)))
    }

    @Test func `M9: what makes no sense is refused, and nothing is appended`() {
        let member = Member(1, in: voters(2, learners: [4]))
        #expect(change(.init(.addLearner(NodeID(5))), at: member) == .refused(.notLeader))
        member.leadAndCommit(at: now)
        let refusals: [(MembershipChange, MembershipRefusal)] = [
            (.init(.remove(NodeID(1)), .demote(NodeID(2))), .noVoters),
            (.init(.remove(NodeID(9))), .unknownMember(NodeID(9))),
            (.init(.promote(NodeID(9))), .unknownMember(NodeID(9))),
            (.init(.demote(NodeID(4)), .demote(NodeID(9))), .alreadyMember(NodeID(4))),
            (.init(.promote(NodeID(2))), .alreadyMember(NodeID(2))),
            (.init(.addLearner(NodeID(4))), .alreadyMember(NodeID(4))),
            (.init(.addLearner(NodeID(5)), .remove(NodeID(5))), .nothingChanges),
            (.init(), .nothingChanges),
            (.init(.addLearner(NodeID(5)), .promote(NodeID(5))), .lagging(NodeID(5))),
        ]
        for (wish, refusal) in refusals {
            #expect(change(wish, at: member) == .refused(refusal))
        }
        var crowd = MembershipChange()
        crowd.parts = (10..<10 + UInt64(Bounds.members)).map { .addLearner(NodeID($0)) }
        #expect(change(crowd, at: member) == .refused(.tooManyMembers))
        #expect(member.consensus.lastPosition == position(1, 1))
        #expect(member.consensus.configuration == voters(2, learners: [4]))
    }

    @Test func `No change while leadership is handed over`() {
        let member = Member(1, in: voters(3))
        member.leadAndCommit(at: now)
        member.step(.transfer(to: NodeID(2)), at: now)
        #expect(change(.init(.remove(NodeID(3))), at: member) == .refused(.transferring))
    }

    @Test func `No change that a majority of those who decide would not answer`() {
        let member = Member(1, in: voters(3))
        member.leadAndCommit(at: now)
        // n3 is silent for two checks of the quorum.
        for later in [UInt64(301), 602] {
            acknowledge(member, from: 2, at: now + (later - 1))
            member.stepAndSync(.tick, at: now + later)
        }
        let moment = now + 603
        acknowledge(member, from: 2, at: moment)
        #expect(change(.init(.remove(NodeID(2))), at: member, moment) == .refused(.quorumNotLive))
        #expect(change(.init(.demote(NodeID(1))), at: member, moment) == .refused(.quorumNotLive))
        #expect(change(.init(.remove(NodeID(3))), at: member, moment) == .appended(position(1, 2)))
    }

    // MARK: Learners

    @Test func `bug M12: a learner is promoted when its last round was shorter than an election`() {
        let member = Member(1, in: voters(3, learners: [4]))
        member.leadAndCommit(at: now)
        let wish = MembershipChange(.promote(NodeID(4)))
        // The first round, up to the entry that opened the term, takes too long; so does one that
        // has not ended.
        acknowledge(member, from: 4, at: now + 300)
        #expect(change(wish, at: member, now + 300) == .refused(.lagging(NodeID(4))))
        member.stepAndSync(.propose([[1]]), at: now + 310)
        acknowledge(member, from: 4, at: now + 599)
        #expect(change(wish, at: member, now + 900) == .refused(.lagging(NodeID(4))))
        acknowledge(member, from: 4, at: now + 910)
        acknowledge(member, from: 4, at: now + 920)
        #expect(change(wish, at: member, now + 920) == .appended(position(1, 3)))
        #expect(
            member.consensus.configuration
                == Configuration(voters: nodes(1, 2, 3, 4), outgoing: nodes(1, 2, 3)))
    }

    @Test func `A newcomer gets the log from its beginning`() throws {
        var cluster = TestCluster(voters(3), newcomers: [4])
        try cluster.elect(1)
        try cluster.propose("x", at: cluster[1])
        try cluster.settle()
        try cluster.change(.init(.addLearner(NodeID(4))), at: cluster[1])
        try cluster.run(milliseconds: 100)
        #expect(cluster[4].applied == cluster[1].applied)
        #expect(cluster[4].consensus.configuration == voters(3, learners: [4]))
    }

    // MARK: In force from append to truncation

    @Test func `E13, bug M9: a member campaigns by what it appended, committed and applied or not`() {
        let joint = Configuration(voters: nodes(1, 4, 5), outgoing: nodes(1, 2, 3))
        let entry = Entry(
            position: position(1, 1), kind: .configuration, payload: joint.payload)
        let member = Member(1, in: voters(3))
        member.stepAndSync(message(1, append([entry]), from: 2), at: now)
        _ = member.take()
        member.step(.tick, at: member.consensus.nextDeadline)
        #expect(Set(member.take().map { $0.to.rawValue }) == [2, 3, 4, 5])
        for voter in [UInt64(2), 3, 4] {
            #expect(member.consensus.role == .preCandidate)
            member.stepAndSync(
                message(2, .preVoteResponse(granted: true), from: voter),
                at: member.consensus.nextDeadline)
        }
        #expect(member.consensus.role == .candidate)
    }

    @Test func `M4, bug M2: each truncation brings back what was in force before`() {
        let steps = [voters(3, learners: [4]), voters(3, learners: [4, 5]), voters(3)]
        let entries = steps.enumerated().map { place, configuration in
            Entry(
                position: position(1, UInt64(place) + 1), kind: .configuration,
                payload: configuration.payload)
        }
        for kept in 0...2 {
            let member = Member(1, in: voters(5))
            member.stepAndSync(message(1, append(entries), from: 2), at: now)
            #expect(member.consensus.configuration == steps[2])
            let other = Entry(
                position: position(2, UInt64(kept) + 1), kind: .noop, payload: [])
            let before = kept == 0 ? .zero : position(1, UInt64(kept))
            member.stepAndSync(message(2, append(after: before, [other]), from: 3), at: now)
            #expect(member.consensus.configuration == (kept == 0 ? voters(5) : steps[kept - 1]))
            #expect(member.traces.last == .reconfigured(member.consensus.configuration))
        }
    }

    @Test func `M5, bug M7: a restart goes by the latest that the log holds, committed or not`() {
        let joint = Configuration(voters: nodes(1, 2), outgoing: nodes(1, 2, 3))
        let before = Entry(
            position: position(1, 1), kind: .configuration,
            payload: voters(3, learners: [4]).payload)
        let entry = Entry(
            position: position(1, 2), kind: .configuration, payload: joint.payload)
        // Whether the state machine has the first of them, or none; and with pages out of memory.
        for applied in [UInt64(0), 1, 2] {
            let rest = entries(terms: [UInt64](repeating: 1, count: 40), from: 3)
            let member = Member(
                1, in: voters(3), log: [before, entry] + rest, applied: applied, tailBytes: 100)
            #expect(member.consensus.configuration == joint)
            member.crash()
            member.restart(at: now)
            #expect(member.consensus.configuration == joint)
        }
    }

    @Test func `An entry about the members that nobody can read stops a member, at a start too`() {
        let entry = Entry(position: position(1, 1), kind: .configuration, payload: [9, 9])
        let member = Member(1, in: voters(3))
        member.step(message(1, append([entry]), from: 2), at: now)
        #expect(member.halt?.contains("about the members") == true)
        var disk = VirtualDisk(hardState: HardState(), entries: [entry])
        guard case .refused(let text) = disk.recover(base: .zero, tailBytes: 100) else {
            Issue.record("it was taken")
            return
        }
        #expect(text.contains("about the cluster's members"))
    }

    // MARK: Joint

    @Test func `M3: both majorities commit, and keep a leader in office`() {
        let member = Member(1, in: voters(3, learners: [4, 5]))
        member.leadAndCommit(at: now)
        for _ in 0..<2 { acknowledge(member, from: 4, 5) }
        let wish = MembershipChange(
            .promote(NodeID(4)), .promote(NodeID(5)), .remove(NodeID(2)), .remove(NodeID(3)))
        #expect(change(wish, at: member) == .appended(position(1, 2)))
        acknowledge(member, from: 4, 5)
        #expect(member.consensus.commit == LogIndex(1))
        acknowledge(member, from: 3)
        #expect(member.consensus.commit == LogIndex(2))
        #expect(member.consensus.configuration == Configuration(voters: nodes(1, 4, 5)))

        for others in [nodes(4, 5), nodes(2, 3), nodes(2, 4)] {
            let other = Member(
                1, in: Configuration(voters: nodes(1, 4, 5), outgoing: nodes(1, 2, 3)))
            other.lead(at: now)
            other.stepAndSync(.tick, at: now + 300)
            for peer in others {
                other.step(message(1, accepted(0), from: peer.rawValue), at: now + 301)
            }
            other.stepAndSync(.tick, at: now + 600)
            #expect((other.consensus.role == .leader) == (others == nodes(2, 4)))
        }
    }

    @Test func `M6, bug M5, bug M6: a joint configuration is left once, when it and a commit of the term are there`() {
        let joint = Configuration(voters: nodes(1, 2, 4), outgoing: nodes(1, 2, 3))
        let entry = Entry(
            position: position(1, 1), kind: .configuration, payload: joint.payload)
        let member = Member(1, in: voters(3), log: [entry])
        member.lead(at: now)
        // n4 and n2 have the configuration, and not yet the entry that opened the term.
        for peer in [UInt64(2), 4] { member.stepAndSync(message(2, accepted(1), from: peer), at: now) }
        #expect(member.consensus.configuration == joint)
        #expect(member.consensus.lastPosition.index == LogIndex(2))
        acknowledge(member, from: 2)
        #expect(member.consensus.configuration == Configuration(voters: nodes(1, 2, 4)))
        #expect(member.consensus.lastPosition.index == LogIndex(3))
        for _ in 0..<3 { acknowledge(member, from: 2, 4) }
        #expect(member.consensus.lastPosition.index == LogIndex(3))
        #expect(member.consensus.commit == LogIndex(3))
    }

    @Test func `A joint configuration is left when a transfer has come to nothing`() {
        let member = Member(1, in: voters(3))
        member.leadAndCommit(at: now)
        #expect(change(.init(.remove(NodeID(3))), at: member) == .appended(position(1, 2)))
        member.step(.transfer(to: NodeID(2)), at: now)
        acknowledge(member, from: 2)
        #expect(member.consensus.commit == LogIndex(2))
        #expect(member.consensus.configuration.isJoint)
        acknowledge(member, from: 2, at: now + 299)
        member.stepAndSync(.tick, at: now + 300)
        #expect(!member.consensus.configuration.isJoint)
    }

    // MARK: Removed

    @Test func `M7: a leader that is removed does not count itself, and steps down when that is committed`() {
        let member = Member(1, in: voters(3))
        member.leadAndCommit(at: now)
        #expect(change(.init(.remove(NodeID(1))), at: member) == .appended(position(1, 2)))
        // Its own copy and one more are no majority of the two that stay.
        acknowledge(member, from: 2)
        #expect(member.consensus.commit == LogIndex(1))
        acknowledge(member, from: 3)
        #expect(member.consensus.configuration == Configuration(voters: nodes(2, 3)))
        #expect(member.consensus.role == .leader && member.acceptsProposals)
        acknowledge(member, from: 2)
        #expect(member.consensus.commit == LogIndex(2))
        _ = member.take()
        acknowledge(member, from: 3)
        #expect(member.consensus.commit == LogIndex(3))
        #expect(member.consensus.role == .follower && member.consensus.leader == nil)
        #expect(member.take().map(\.message.body).contains(.timeoutNow))
        // It never campaigns again, as long as nobody needs it.
        for _ in 0..<5 { member.step(.tick, at: member.consensus.nextDeadline) }
        #expect(member.consensus.role == .follower && member.take().isEmpty)
    }

    @Test func `M7: a leader that becomes a learner steps down, too`() throws {
        var cluster = TestCluster(voters(3))
        try cluster.elect(1)
        try cluster.change(.init(.demote(NodeID(1))), at: cluster[1])
        try cluster.run(milliseconds: 50)
        #expect(cluster[1].consensus.role == .follower)
        #expect(try cluster.run(atMost: 2000) { $0.leader != nil })
        try cluster.propose("x", at: try #require(cluster.leader))
        try cluster.run(milliseconds: 500)
        #expect(cluster[1].applied == cluster[2].applied)
    }

    @Test func `A read that waits for a member that leaves is answered without it`() throws {
        let member = Member(1, in: voters(2))
        member.leadAndCommit(at: now)
        member.stepAndSync(.read(context: 5), at: now)
        #expect(change(.init(.remove(NodeID(2))), at: member) == .appended(position(1, 2)))
        #expect(member.reads.isEmpty)
        acknowledge(member, from: 2)
        member.stepAndSync(.flush(), at: now)
        #expect(member.consensus.configuration == Configuration(voters: nodes(1)))
        #expect(member.reads.map(\.context) == [5])
    }

    @Test func `bug M11: one that joins with an empty log is not put off by those who came and went`() throws {
        var cluster = TestCluster(voters(3), newcomers: [4, 5])
        try cluster.elect(1)
        for wish: MembershipChange in [
            .init(.addLearner(NodeID(4))), .init(.remove(NodeID(4))), .init(.remove(NodeID(3))),
            .init(.addLearner(NodeID(5))),
        ] {
            let result = try cluster.change(wish, at: cluster[1])
            guard case .appended = result else { throw Violation(description: "\(wish)") }
            try cluster.run(milliseconds: 100)
        }
        #expect(cluster[5].applied == cluster[1].applied)
        #expect(cluster[5].consensus.configuration.learners == nodes(5))
        try cluster.change(.init(.promote(NodeID(5))), at: cluster[1])
        try cluster.run(milliseconds: 100)
        #expect(cluster[5].consensus.configuration == Configuration(voters: nodes(1, 2, 5)))
    }
}

extension Configuration {
    /// The payload of an entry of its kind.
    var payload: [UInt8] { encoded() }
}
