import Raft
import Testing

/// What may be said before, and after, a write is durable.
@Suite struct DurabilityTests {
    private let now = Instant.start

    /// A follower with four writes under way: entries of term 1, others of term 2 in their place,
    /// a new term, and then the first entries again, from its leader.
    private func fourWrites() -> Member {
        let follower = Member(1, in: voters(3))
        let old = entries(terms: [1, 1, 1, 1, 1, 1])
        follower.step(message(1, append(old), from: 2), at: now)
        follower.step(
            message(2, append(after: position(1, 3), [entry(term: 2, index: 4)]), from: 3), at: now)
        let request = Message.Body.requestVote(last: position(1, 6), transfer: true)
        follower.step(message(3, request, from: 2), at: now)
        follower.step(
            message(3, append(after: position(1, 3), Array(old[3...])), from: 2), at: now)
        #expect(follower.log.map(\.position) == old.map(\.position))
        #expect(follower.disk.pending.count == 4)
        return follower
    }

    @Test
    func `R11, bug C4: a write that was replaced says nothing about what came in its place`() {
        let follower = fourWrites()
        for _ in 0..<3 {
            follower.sync(1, at: now)
            #expect(follower.consensus.durable == LogIndex(3))
        }
        #expect(follower.disk.last == position(2, 4))
        follower.sync(1, at: now)
        #expect(follower.consensus.durable == LogIndex(6))
    }

    /// Else a peer that remembers an acknowledgement takes this node for an old copy of itself.
    @Test func `What a member tells of itself is what its disk holds, also while it changes`() {
        let follower = fourWrites()
        var told: [UInt64] = []
        while true {
            #expect(follower.consensus.durablePosition == follower.disk.last)
            #expect(follower.consensus.durableTerm <= follower.disk.hardState.term)
            told.append(follower.consensus.durablePosition.index.rawValue)
            if follower.disk.pending.isEmpty { break }
            follower.sync(1, at: now)
        }
        #expect(told == [0, 6, 4, 4, 6])
    }

    @Test func `R11, bug C4: a heartbeat is never answered for more than the disk holds`() {
        let follower = fourWrites()
        let heartbeat = message(3, append(after: position(1, 6)), from: 2)
        var matches: [UInt64] = []
        while !follower.disk.pending.isEmpty {
            follower.sync(1, at: now)
            follower.step(heartbeat, at: now)
            for outgoing in follower.take() where outgoing.message.term == Term(3) {
                guard case .appendEntriesResponse(let response) = outgoing.message.body,
                    case .accepted(let match) = response.outcome
                else { continue }
                matches.append(match.rawValue)
                #expect(match <= follower.disk.last.index)
            }
        }
        #expect(matches.contains(3) && matches.last == 6)
    }

    @Test func `bug D4: entries are acknowledged when they are durable, and not before`() {
        let follower = Member(1, in: voters(3), hardState: HardState(term: Term(1)))
        follower.step(message(1, append(entries(terms: [1, 1])), from: 2), at: now)
        #expect(follower.take().isEmpty)
        follower.step(message(1, append(after: position(1, 2)), from: 2), at: now)
        #expect(follower.takeBodies() == [accepted(0)])
        follower.sync(at: now)
        #expect(follower.takeBodies() == [accepted(2)])
    }

    @Test func `Entries that come twice are acknowledged when the first ones are durable`() {
        let follower = Member(1, in: voters(3), hardState: HardState(term: Term(1)))
        let body = append(entries(terms: [1, 1]))
        follower.step(message(1, body, from: 2), at: now)
        follower.step(message(1, body, from: 2), at: now)
        #expect(follower.disk.pending.count == 1)
        #expect(follower.take().isEmpty)
        follower.sync(at: now)
        #expect(follower.takeBodies() == [accepted(2), accepted(2)])
    }

    @Test func `bug V4: term and entries of one step are one write`() {
        let follower = Member(1, in: voters(3))
        follower.step(message(4, append([entry(term: 4, index: 1)]), from: 2), at: now)
        #expect(follower.disk.pending.count == 1)
        #expect(follower.disk.pending.first?.hardState == HardState(term: Term(4)))
        #expect(follower.disk.pending.first?.entries.count == 1)
    }

    @Test func `bug C5: reports that come out of order lose no progress`() {
        let follower = Member(1, in: voters(3))
        for index in UInt64(1)...3 {
            let previous = index == 1 ? LogPosition.zero : position(1, index - 1)
            let body = append(after: previous, [entry(term: 1, index: index)])
            follower.step(message(1, body, from: 2), at: now)
        }
        let tickets = follower.disk.pending.map(\.ticket)
        for ticket in [tickets[1], tickets[0], tickets[2], tickets[1]] {
            let before = follower.consensus.durable
            follower.step(.persisted(ticket), at: now)
            #expect(follower.consensus.durable >= before)
        }
        #expect(follower.consensus.durable == LogIndex(3))
    }

    @Test func `bug C7: a single member commits nothing before its own disk has it`() {
        let member = Member(1, in: voters(1))
        member.lead(at: now)
        member.step(.propose([[9]]), at: now)
        #expect(member.applied.count == 1)
        member.crash()
        member.restart(at: now)
        member.lead(at: now)
        #expect(member.applied.allSatisfy { $0.kind == .noop })
    }

    @Test func `bug C8: a single member that starts again reads nothing old`() {
        let member = Member(1, in: voters(1))
        member.lead(at: now)
        member.stepAndSync(.propose([[9]]), at: now)
        member.crash()
        member.restart(at: now)
        member.step(.read(context: 1), at: now)
        #expect(member.reads == [ReadReady(context: 1, index: nil)])
        member.lead(at: now)
        member.stepAndSync(.read(context: 2), at: now)
        #expect(member.reads.last == ReadReady(context: 2, index: LogIndex(3)))
    }

    @Test func `A committed page never holds entries that were replaced`() {
        let log = entries(terms: [UInt64](repeating: 1, count: 30))
        let follower = Member(1, in: voters(3), log: log, applied: 2, tailBytes: 300)
        let new = (25...UInt64(27)).map { entry(term: 2, index: $0) }
        follower.step(
            message(2, append(after: position(1, 24), new, commit: 27), from: 2), at: now)
        // The disk still holds the old entries while the page is read.
        #expect(follower.disk.last == position(1, 30))
        while !follower.logReads.isEmpty { follower.answerLogReads(at: now) }
        #expect(
            follower.applied.map(\.position) == log[..<24].map(\.position) + new.map(\.position))
    }

    @Test func `Batches merge as if they were written one after the other`() {
        func batch(_ from: UInt64?, _ entries: [Entry], _ ticket: UInt64) -> LogBatch {
            var batch = LogBatch()
            batch.ticket = Ticket(ticket)
            batch.truncateFrom = from.map { LogIndex($0) }
            batch.entries = entries
            return batch
        }
        let disk = entries(terms: [1, 1, 1, 1])
        let batches = [
            batch(3, [entry(term: 2, index: 3), entry(term: 2, index: 4)], 1),
            batch(nil, [entry(term: 2, index: 5)], 2), batch(5, [entry(term: 3, index: 5)], 3),
            batch(2, [entry(term: 4, index: 2)], 4), batch(nil, [entry(term: 4, index: 3)], 5),
        ]
        for count in 1...batches.count {
            var (separate, together) = (disk, disk)
            var merged = LogBatch()
            for next in batches[..<count] {
                VirtualDisk.apply(next, .zero, &separate)
                merged.merge(next)
            }
            VirtualDisk.apply(merged, .zero, &together)
            #expect(separate == together)
            #expect(merged.ticket == Ticket(UInt64(count)))
        }
    }
}
