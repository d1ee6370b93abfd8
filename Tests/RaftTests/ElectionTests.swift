import Raft
import Testing

/// Elections: Raft paper, sections 5.1, 5.2 and 5.4.1.
@Suite struct ElectionTests {
    private let now = Instant.start
    private static let roles: [Role] = [.follower, .candidate, .leader]

    private func member(as role: Role) -> Member {
        let member = Member(1, in: voters(5), log: entries(terms: [1, 2, 2]))
        switch role {
        case .follower: break
        case .preCandidate: member.step(.tick, at: member.consensus.nextDeadline)
        case .candidate: member.campaign(at: now)
        case .leader: member.lead(at: now)
        }
        _ = member.take()
        return member
    }

    @Test(arguments: roles)
    func `E1, bug V7: a higher term in any message makes a follower`(_ role: Role) {
        let bodies: [Message.Body] = [
            .preVoteResponse(granted: false), .requestVote(last: position(8, 9), transfer: true),
            .requestVoteResponse(granted: true), append(), accepted(3),
            rejected(3, hint: position(1, 1)), .timeoutNow, .readIndex(context: 1),
            .readIndexResponse(context: 1, index: nil),
        ]
        for body in bodies {
            let member = member(as: role)
            member.step(message(9, body, from: 2), at: now)
            #expect(member.consensus.role == .follower, "\(body)")
            #expect(member.consensus.term == Term(9), "\(body)")
            #expect(member.disk.pending.last?.hardState?.term == Term(9), "\(body)")
            #expect(member.take().allSatisfy { $0.message.term < Term(9) }, "before it is durable")
        }
    }

    @Test(arguments: roles)
    func `E2, bug V7: stale messages are answered or dropped`(_ role: Role) {
        let bodies: [Message.Body] = [
            .preVote(last: position(9, 9)), .preVoteResponse(granted: false),
            .preVoteResponse(granted: true), .requestVote(last: position(9, 9), transfer: false),
            .requestVote(last: position(9, 9), transfer: true),
            .requestVoteResponse(granted: true), append([entry(term: 1, index: 1)]), accepted(3),
            rejected(3, hint: position(1, 1)), .timeoutNow, .readIndex(context: 1),
            .readIndexResponse(context: 1, index: LogIndex(3)),
        ]
        for body in bodies {
            let member = member(as: role)
            let term = member.consensus.term
            member.step(message(1, body, from: 2), at: now)
            #expect(member.consensus.role == role, "\(body)")
            #expect(member.consensus.term == term, "\(body)")
            #expect(member.disk.pending.isEmpty, "\(body)")
            #expect(member.lastIndex == LogIndex(role == .leader ? 4 : 3), "\(body)")
            #expect(member.take().allSatisfy { $0.message.term == term }, "\(body)")
            #expect(member.reads.allSatisfy { $0.index == nil }, "\(body)")
        }
    }

    private func append(_ entries: [Entry] = []) -> Message.Body {
        .appendEntries(AppendEntries(previous: .zero, entries: entries, commit: .zero, round: 0))
    }

    @Test func `E3: a member starts as a follower`() {
        let member = Member(1, in: voters(3), hardState: HardState(term: Term(4), vote: NodeID(1)))
        #expect(member.consensus.role == .follower)
        #expect(member.consensus.term == Term(4))
        #expect(member.consensus.leader == nil)
    }

    @Test
    func `E4, bug V2: after a timeout a member asks, then starts a term and votes for itself`() {
        let member = Member(1, in: voters(3), hardState: HardState(term: Term(4)))
        let due = member.consensus.nextDeadline
        member.step(.tick, at: Instant(nanoseconds: due.nanoseconds - 1))
        #expect(member.take().isEmpty)

        member.step(.tick, at: due)
        #expect(member.takeBodies() == [.preVote(last: .zero), .preVote(last: .zero)])
        #expect(member.consensus.term == Term(4))

        member.step(message(5, .preVoteResponse(granted: true), from: 2), at: due)
        #expect(member.consensus.role == .candidate)
        #expect(member.disk.pending.last?.hardState == HardState(term: Term(5), vote: NodeID(1)))
        #expect(member.take().isEmpty, "no request leaves before the own vote is durable")
        member.sync(at: due)
        let requests = member.take()
        #expect(requests.map(\.to) == [NodeID(2), NodeID(3)])
        #expect(
            requests.allSatisfy {
                $0.message
                    == Message(
                        term: Term(5), body: .requestVote(last: .zero, transfer: false))
            })
    }

    @Test(
        arguments: [
            (3, [true], Role.leader), (3, [false], .candidate), (3, [false, true], .leader),
            (3, [false, false], .follower), (5, [true], .candidate), (5, [true, true], .leader),
            (5, [false, false], .candidate), (5, [false, false, false], .follower),
            (5, [false, true, false, true], .leader), (1, [], .leader),
        ] as [(UInt64, [Bool], Role)])
    func `E5: one round is won, lost or pending`(_ count: UInt64, _ answers: [Bool], _ end: Role) {
        let member = Member(1, in: voters(count))
        if count == 1 {
            member.stepAndSync(.tick, at: now)
        } else {
            member.campaign(at: now)
        }
        for (place, granted) in answers.enumerated() {
            let answer = Message.Body.requestVoteResponse(granted: granted)
            member.stepAndSync(message(1, answer, from: UInt64(place + 2)), at: now)
        }
        #expect(member.consensus.role == end)
    }

    @Test func `E5: an answer that comes twice counts once`() {
        let member = Member(1, in: voters(5))
        member.campaign(at: now)
        for _ in 0..<3 {
            member.step(message(1, .requestVoteResponse(granted: true), from: 2), at: now)
        }
        #expect(member.consensus.role == .candidate)
    }

    @Test func `E6: one vote a term, to the first, and again to the same, after a crash too`() {
        let member = Member(1, in: voters(3))
        let request = Message.Body.requestVote(last: .zero, transfer: false)
        member.stepAndSync(message(1, request, from: 2), at: now)
        #expect(member.takeBodies() == [.requestVoteResponse(granted: true)])
        member.stepAndSync(message(1, request, from: 3), at: now)
        member.stepAndSync(message(1, request, from: 2), at: now)
        member.crash()
        member.restart(at: now)
        member.stepAndSync(message(1, request, from: 3), at: now)
        member.stepAndSync(message(1, request, from: 2), at: now)
        #expect(
            member.takeBodies() == [
                .requestVoteResponse(granted: false), .requestVoteResponse(granted: true),
            ])
    }

    @Test func `E6, bug V1: a vote that a crash took was never sent`() {
        let member = Member(1, in: voters(3))
        let request = Message.Body.requestVote(last: .zero, transfer: false)
        member.step(message(1, request, from: 2), at: now)
        #expect(member.take().isEmpty)
        member.crash()
        member.restart(at: now)
        member.stepAndSync(message(1, request, from: 3), at: now)
        #expect(member.takeBodies() == [.requestVoteResponse(granted: true)])
    }

    @Test func `E6: who votes for another no longer runs itself`() {
        let member = Member(1, in: voters(3), hardState: HardState(term: Term(3)))
        member.step(.tick, at: member.consensus.nextDeadline)
        #expect(member.consensus.role == .preCandidate)
        let request = Message.Body.requestVote(last: .zero, transfer: false)
        member.stepAndSync(message(3, request, from: 2), at: now)
        #expect(member.takeBodies().last == .requestVoteResponse(granted: true))
        member.step(message(4, .preVoteResponse(granted: true), from: 3), at: now)
        #expect(member.consensus.role == .follower)
        #expect(member.consensus.term == Term(3))
    }

    @Test func `E7: a candidate falls back when a leader of its term or a later one appends`() {
        for term in [UInt64(3), 7] {
            let member = member(as: .candidate)
            member.step(message(term, append(), from: 4), at: now)
            #expect(member.consensus.role == .follower)
            #expect(member.consensus.leader == NodeID(4))
            #expect(member.consensus.term == Term(term))
        }
        let member = member(as: .candidate)
        member.step(message(2, append(), from: 4), at: now)
        #expect(member.consensus.role == .candidate)
    }

    @Test func `E8: timeouts are drawn from T up to 2T, and rarely meet`() {
        let timeout = Timing.standard.electionTimeout.nanoseconds
        var apart = 0
        for seed in UInt64(0)..<200 {
            let timeouts = (UInt64(1)...3).map { id in
                Member(id, in: voters(3), seed: seed).consensus.nextDeadline.since(now).nanoseconds
            }.sorted()
            #expect(timeouts.allSatisfy { $0 >= timeout && $0 < 2 * timeout })
            if timeouts[1] - timeouts[0] > 5_000_000 { apart += 1 }
        }
        #expect(apart > 170)
    }

    @Test(
        arguments: [
            ([1], position(1, 1), true), ([1], position(1, 2), true),
            ([1, 1], position(1, 1), false),
            ([1], position(2, 1), true), ([1], position(2, 2), true),
            ([1, 1], position(2, 1), true),
            ([2], position(1, 1), false), ([2], position(1, 2), false),
            ([1, 2], position(1, 9), false),
        ] as [([UInt64], LogPosition, Bool)])
    func `E9: a voter refuses a log that is behind its own`(
        _ terms: [UInt64], _ last: LogPosition, _ granted: Bool
    ) {
        let member = Member(1, in: voters(3), log: entries(terms: terms))
        member.stepAndSync(message(3, .requestVote(last: last, transfer: false), from: 2), at: now)
        #expect(member.takeBodies() == [.requestVoteResponse(granted: granted)])
        member.stepAndSync(message(4, .preVote(last: last), from: 2), at: now)
        #expect(member.takeBodies() == [.preVoteResponse(granted: granted)])
    }

    @Test func `E14, bug V2: a durable vote of an earlier term is no vote in this one`() {
        let member = Member(1, in: voters(3))
        member.campaign(at: now, syncing: false)
        #expect(member.disk.pending.count == 1)
        member.campaign(at: now, syncing: false)
        #expect(member.consensus.term == Term(2))
        member.sync(1, at: now)
        member.step(message(2, .requestVoteResponse(granted: true), from: 2), at: now)
        #expect(member.consensus.role == .candidate)
        member.sync(at: now)
        #expect(member.consensus.role == .leader)
    }

    @Test func `E14: a vote for an earlier term is no vote in this one`() {
        let member = Member(1, in: voters(3))
        member.campaign(at: now)
        member.campaign(at: now)
        member.step(message(1, .requestVoteResponse(granted: true), from: 2), at: now)
        #expect(member.consensus.role == .candidate)
    }

    @Test func `bug V8: two leaders of one term stop a member loudly`() {
        let member = Member(1, in: voters(3))
        member.stepAndSync(message(1, append(), from: 2), at: now)
        member.step(message(1, append(), from: 3), at: now)
        #expect(member.halt?.contains("both lead term 1") == true)
    }
}
