import Raft
import Testing

/// Pre-vote, leader stickiness and learners: dissertation, sections 4.2.1, 4.2.3 and 9.6.
@Suite struct PreVoteTests {
    private let now = Instant.start

    @Test func `E10, bug V9: a pre-vote leaves term, vote, timer and disk alone`() {
        let member = Member(1, in: voters(3), hardState: HardState(term: Term(2)))
        let deadline = member.consensus.nextDeadline
        member.step(message(3, .preVote(last: position(2, 5)), from: 2), at: now)
        #expect(
            member.take().map(\.message) == [
                Message(term: Term(3), body: .preVoteResponse(granted: true))
            ])
        member.step(message(2, .preVote(last: position(2, 5)), from: 3), at: now)
        #expect(
            member.take().map(\.message) == [
                Message(term: Term(2), body: .preVoteResponse(granted: false))
            ])
        #expect(member.consensus.term == Term(2))
        #expect(member.consensus.role == .follower)
        #expect(member.consensus.nextDeadline == deadline)
        #expect(member.disk.pending.isEmpty)
        // The vote is still there for another.
        let request = Message.Body.requestVote(last: .zero, transfer: false)
        member.stepAndSync(message(2, request, from: 3), at: now)
        #expect(member.takeBodies() == [.requestVoteResponse(granted: true)])
    }

    @Test func `E11: nobody is encouraged, or elected, while a leader lives`() {
        let member = Member(1, in: voters(3))
        member.stepAndSync(message(1, append(), from: 2), at: now)
        _ = member.take()
        let soon = now + 299
        member.stepAndSync(message(2, .preVote(last: position(1, 9)), from: 3), at: soon)
        let request = Message.Body.requestVote(last: position(1, 9), transfer: false)
        member.stepAndSync(message(2, request, from: 3), at: soon)
        #expect(
            member.takeBodies() == [
                .preVoteResponse(granted: false), .requestVoteResponse(granted: false),
            ])
        #expect(member.consensus.term == Term(1))

        let later = now + 300
        member.stepAndSync(message(2, .preVote(last: position(1, 9)), from: 3), at: later)
        member.stepAndSync(message(2, request, from: 3), at: later)
        #expect(
            member.takeBodies() == [
                .preVoteResponse(granted: true), .requestVoteResponse(granted: true),
            ])
    }

    @Test func `E11: a leader is not deposed by a candidate it outlives`() {
        let member = Member(1, in: voters(3))
        member.leadAndCommit(at: now)
        let request = Message.Body.requestVote(last: position(5, 9), transfer: false)
        member.stepAndSync(message(6, request, from: 3), at: now)
        #expect(member.consensus.role == .leader)
        #expect(member.takeBodies() == [.requestVoteResponse(granted: false)])
    }

    @Test func `E11: members that all lost their leader encourage each other`() throws {
        var cluster = TestCluster(voters(3))
        try cluster.elect(1)
        cluster.crash(cluster[1])
        #expect(try cluster.run(atMost: 2000) { $0.leader != nil })
    }

    @Test func `A pre-vote that was granted for another term does not count`() {
        let member = Member(1, in: voters(3), hardState: HardState(term: Term(2)))
        member.step(.tick, at: member.consensus.nextDeadline)
        member.step(message(2, .preVoteResponse(granted: true), from: 2), at: now)
        member.step(message(4, .preVoteResponse(granted: true), from: 2), at: now)
        #expect(member.consensus.role == .preCandidate)
        #expect(member.consensus.term == Term(2))
    }

    @Test func `E12: a learner campaigns neither in time nor when told to`() {
        let learner = Member(4, in: voters(3, learners: [4]))
        for _ in 0..<5 { learner.step(.tick, at: learner.consensus.nextDeadline) }
        #expect(learner.take().isEmpty)
        learner.stepAndSync(message(1, append(), from: 1), at: now)
        _ = learner.take()
        learner.stepAndSync(message(1, .timeoutNow, from: 1), at: now)
        #expect(learner.take().isEmpty)
        #expect(learner.consensus.role == .follower)
    }

    @Test func `E12, M7: a learner that could not give its vote campaigns for two timeouts`() {
        let learner = Member(4, in: voters(3, learners: [4]), log: entries(terms: [1]))
        func asked() -> Set<UInt64> {
            learner.step(.tick, at: learner.consensus.nextDeadline)
            return Set(learner.take().map(\.to.rawValue))
        }
        let first = learner.consensus.nextDeadline
        // Who gets its vote needs nothing else; who is behind does.
        learner.step(message(2, .preVote(last: position(1, 1)), from: 1), at: now)
        #expect(learner.takeBodies() == [.preVoteResponse(granted: true)])
        #expect(asked().isEmpty)
        learner.step(message(2, .preVote(last: .zero), from: 1), at: first)
        #expect(learner.takeBodies() == [.preVoteResponse(granted: false)])
        #expect(asked() == [1, 2, 3])
        #expect(learner.consensus.role == .preCandidate)
        #expect(asked().isEmpty)
        #expect(learner.consensus.role == .follower)
        // While a leader lives, nobody has to be elected.
        let alive = learner.consensus.nextDeadline
        learner.stepAndSync(message(2, append(after: position(1, 1)), from: 2), at: alive)
        learner.step(message(2, .preVote(last: .zero), from: 1), at: alive)
        _ = learner.take()
        #expect(asked().isEmpty)
    }

    @Test func `E12, bug M8: a learner that the candidate takes for a voter answers`() {
        let learner = Member(4, in: voters(3, learners: [4]))
        learner.stepAndSync(message(1, .preVote(last: .zero), from: 1), at: now)
        let request = Message.Body.requestVote(last: .zero, transfer: false)
        learner.stepAndSync(message(1, request, from: 1), at: now)
        #expect(
            learner.takeBodies() == [
                .preVoteResponse(granted: true), .requestVoteResponse(granted: true),
            ])
    }

    @Test func `E12: the vote of a learner decides nothing`() {
        let member = Member(1, in: voters(3, learners: [4]))
        member.step(.tick, at: member.consensus.nextDeadline)
        #expect(Set(member.take().map(\.to.rawValue)) == [2, 3])
        member.step(message(1, .preVoteResponse(granted: true), from: 4), at: now)
        #expect(member.consensus.role == .preCandidate)
        member.step(message(1, .preVoteResponse(granted: true), from: 2), at: now)
        member.sync(at: now)
        member.step(message(1, .requestVoteResponse(granted: true), from: 4), at: now)
        #expect(member.consensus.role == .candidate)
    }
}
