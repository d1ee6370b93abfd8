import Raft
import Testing

/// Replication and commit: Raft paper, sections 5.3 and 5.4.
@Suite struct ReplicationTests {
    private let now = Instant.start

    @Test func `R1: a leader appends and sends entries with what goes before them, to all`() {
        let leader = Member(1, in: voters(3, learners: [4]))
        leader.leadAndCommit(at: now)
        leader.step(.propose([[1], [2]]), at: now)
        #expect(leader.disk.pending.last?.entries.map(\.payload) == [[1], [2]])
        let sent = leader.take()
        #expect(sent.map(\.to) == [NodeID(2), NodeID(3), NodeID(4)], "while its own disk works")
        for outgoing in sent {
            guard case .appendEntries(let append) = outgoing.message.body else {
                Issue.record("\(outgoing.message)")
                continue
            }
            #expect(append.previous == position(1, 1))
            #expect(append.entries.map(\.position) == [position(1, 2), position(1, 3)])
            #expect(append.commit == LogIndex(1))
        }
    }

    @Test func `R2: what a majority holds is committed, with all before it`() {
        let leader = Member(1, in: voters(5))
        leader.leadAndCommit(at: now)
        leader.stepAndSync(.propose([[1], [2], [3]]), at: now)
        leader.step(message(1, accepted(4), from: 2), at: now)
        #expect(leader.consensus.commit == LogIndex(1))
        leader.step(message(1, accepted(3), from: 3), at: now)
        #expect(leader.consensus.commit == LogIndex(3))
        #expect(leader.applied.map(\.index.rawValue) == [1, 2, 3])
    }

    @Test func `R2: a leader counts itself only for what is durable on it`() {
        let leader = Member(1, in: voters(3))
        leader.leadAndCommit(at: now)
        leader.step(.propose([[1]]), at: now)
        leader.step(message(1, accepted(2), from: 2), at: now)
        #expect(leader.consensus.commit == LogIndex(1))
        leader.step(message(1, accepted(2), from: 3), at: now)
        #expect(leader.consensus.commit == LogIndex(2), "a majority without the leader is one")
    }

    @Test func `R3, bug C1: entries of earlier terms are not committed by counting`() {
        let leader = Member(1, in: voters(3), log: entries(terms: [1, 2]))
        leader.lead(at: now)
        #expect(leader.consensus.lastPosition == position(3, 3))
        leader.step(message(3, accepted(2), from: 2), at: now)
        leader.step(message(3, accepted(2), from: 3), at: now)
        #expect(leader.consensus.commit == .zero)
        leader.step(message(3, accepted(3), from: 2), at: now)
        #expect(leader.consensus.commit == LogIndex(3))
    }

    @Test func `R4: the commit index travels with the next message`() throws {
        let leader = Member(1, in: voters(3))
        leader.leadAndCommit(at: now)
        leader.stepAndSync(.propose([[1]]), at: now)
        _ = leader.take()
        leader.step(message(1, accepted(2), from: 2), at: now)
        #expect(leader.takeAppends(to: 2).map(\.commit) == [LogIndex(2)])
    }

    @Test func `R4, bug C3: a follower commits no more than was verified`() {
        let follower = Member(1, in: voters(3), log: entries(terms: [1, 1, 1, 1]))
        follower.stepAndSync(message(2, append(after: position(1, 2), commit: 4), from: 2), at: now)
        #expect(follower.consensus.commit == LogIndex(2))
        #expect(follower.applied.count == 2)
        let later = append(after: position(1, 2), [entry(term: 2, index: 3)], commit: 9)
        follower.stepAndSync(message(2, later, from: 2), at: now)
        #expect(follower.consensus.commit == LogIndex(3))
        #expect(follower.applied.map(\.term.rawValue) == [1, 1, 2])
    }

    @Test(arguments: [
        (position(1, 9), position(1, 3)), (position(3, 3), position(1, 3)),
        (position(0, 3), position(0, 0)),
    ]) func `R5: a gap or another term is rejected with a hint`(
        _ previous: LogPosition, _ hint: LogPosition
    ) {
        let follower = Member(1, in: voters(3), log: entries(terms: [1, 1, 1]))
        follower.stepAndSync(
            message(
                4, append(after: previous, [entry(term: 4, index: previous.index.rawValue + 1)]),
                from: 2), at: now)
        #expect(follower.takeBodies() == [rejected(previous.index.rawValue, hint: hint)])
        #expect(follower.lastIndex == LogIndex(3))
    }

    @Test func `R6: a conflicting entry goes, with all behind it`() {
        let follower = Member(1, in: voters(3), log: entries(terms: [1, 1, 1, 1]))
        let new = [entry(term: 2, index: 3)]
        follower.stepAndSync(message(2, append(after: position(1, 2), new), from: 2), at: now)
        #expect(follower.disk.entries.map(\.term.rawValue) == [1, 1, 2])
        #expect(follower.takeBodies() == [accepted(3)])
    }

    @Test func `R6, bug C6: a shorter message that comes late takes nothing away`() {
        let follower = Member(1, in: voters(3))
        let all = entries(terms: [1, 1, 1, 1])
        follower.stepAndSync(message(1, append(all), from: 2), at: now)
        _ = follower.take()
        follower.step(message(1, append(Array(all[..<2])), from: 2), at: now)
        #expect(follower.disk.pending.isEmpty)
        #expect(follower.lastIndex == LogIndex(4))
        #expect(follower.takeBodies() == [accepted(2)])
    }

    @Test func `R6: a committed entry is never replaced; the member stops instead`() {
        let follower = Member(1, in: voters(3))
        follower.stepAndSync(
            message(1, append(entries(terms: [1, 1]), commit: 2), from: 2), at: now)
        follower.step(
            message(2, append(after: position(1, 1), [entry(term: 2, index: 2)]), from: 3), at: now)
        #expect(follower.halt?.contains("committed entry 2") == true)
        #expect(follower.disk.entries == entries(terms: [1, 1]))
    }

    @Test func `R8: answers that come late, twice or out of order change nothing`() {
        let leader = Member(1, in: voters(3))
        leader.leadAndCommit(at: now)
        leader.stepAndSync(.propose([[1], [2], [3]]), at: now)
        leader.step(message(1, accepted(4), from: 2), at: now)
        _ = leader.take()
        for body in [accepted(2), accepted(4), accepted(1), rejected(1, hint: .zero)] {
            leader.step(message(1, body, from: 2), at: now)
        }
        #expect(leader.consensus.commit == LogIndex(4))
        #expect(leader.consensus.matches.map(\.match) == [LogIndex(4), LogIndex(1)])
        #expect(leader.take().isEmpty)
    }

    @Test func `R8: an entry that nobody sent cannot be acknowledged`() {
        let leader = Member(1, in: voters(3))
        leader.leadAndCommit(at: now)
        leader.step(message(1, accepted(7), from: 2), at: now)
        #expect(leader.halt?.contains("entry 7") == true)
    }

    @Test func `R9: while two messages are under way, what has room for more waits for an answer`() {
        let leader = Member(1, in: voters(3))
        leader.leadAndCommit(at: now)
        for _ in 0..<20 { leader.step(.propose([[1]]), at: now) }
        #expect(leader.takeAppends(to: 2).map(\.entries.count) == [1, 1])
        leader.step(message(1, accepted(2), from: 2), at: now)
        #expect(leader.takeAppends(to: 2).map(\.entries.count) == [18], "it goes together")
    }

    @Test func `R9: what fills a message waits for nothing`() {
        let leader = Member(1, in: voters(3))
        leader.leadAndCommit(at: now)
        for _ in 0..<5 { leader.step(.propose([[1]]), at: now) }
        _ = leader.takeAppends(to: 2)
        leader.step(.propose([[UInt8](repeating: 7, count: Bounds.messageBytes - 200)]), at: now)
        #expect(leader.takeAppends(to: 2).map(\.entries.count) == [])
        leader.step(.propose([[UInt8](repeating: 7, count: Bounds.messageBytes)]), at: now)
        #expect(leader.takeAppends(to: 2).map(\.entries.count) == [4, 1])
    }

    @Test func `A commit index is said at once to whoever owes no answer`() {
        let leader = Member(1, in: voters(3))
        leader.leadAndCommit(at: now)
        leader.stepAndSync(.propose([[1]]), at: now)
        _ = leader.take()
        leader.step(message(1, accepted(2), from: 3), at: now)
        #expect(leader.consensus.commit == LogIndex(2))
        #expect(leader.takeAppends(to: 3).map(\.commit) == [LogIndex(2)])
        #expect(leader.takeAppends(to: 2).isEmpty)
        leader.step(message(1, accepted(2), from: 2), at: now)
        #expect(leader.takeAppends(to: 2).map(\.commit) == [LogIndex(2)])
    }

    @Test func `R9, bug X7: a window is bounded in bytes as well`() {
        let leader = Member(1, in: voters(3))
        leader.leadAndCommit(at: now)
        let payload = [UInt8](repeating: 7, count: 100_000)
        for _ in 0..<200 { leader.step(.propose([payload]), at: now) }
        let bytes = leader.takeAppends(to: 2).flatMap(\.entries).reduce(0) { $0 + $1.size }
        #expect(bytes <= Bounds.windowBytes + Bounds.messageBytes)
        #expect(bytes > Bounds.windowBytes / 2)
    }

    @Test func `R9, bug C10: a follower that is not known gets one message until it answers`() {
        let leader = Member(1, in: voters(3))
        leader.lead(at: now)
        #expect(leader.takeAppends(to: 2).count == 1)
        leader.stepAndSync(.propose([[1]]), at: now)
        leader.stepAndSync(.propose([[2]]), at: now)
        #expect(leader.takeAppends(to: 2).isEmpty)
        // The first one is lost; the heartbeat's answer frees another.
        leader.step(.tick, at: now + 60)
        #expect(leader.takeAppends(to: 2).map(\.entries.count) == [0])
        leader.step(message(1, accepted(0), from: 2), at: now + 60)
        #expect(leader.takeAppends(to: 2).flatMap(\.entries).count == 3)
    }

    @Test func `R10: proposals over the limit are refused, the first entry of a term passes`() {
        let leader = Member(1, in: voters(3))
        leader.leadAndCommit(at: now)
        let payload = [UInt8](repeating: 7, count: Bounds.entryBytes)
        var count = 0
        while leader.acceptsProposals {
            leader.step(.propose([payload]), at: now)
            count += 1
        }
        #expect(abs(count * payload.count - Bounds.uncommittedBytes) < 2 * payload.count)
        leader.sync(at: now)
        let end = leader.lastIndex
        leader.stepAndSync(message(2, append(), from: 2), at: now)
        leader.lead(at: now + 2000)
        #expect(leader.lastIndex == end.next)
        // Once it is committed, there is room again.
        let term = leader.consensus.term.rawValue
        leader.stepAndSync(message(term, accepted(end.rawValue + 1), from: 2), at: now)
        #expect(leader.consensus.commit == end.next)
        #expect(leader.acceptsProposals)
    }

    @Test func `R10: what is committed leaves room`() {
        let leader = Member(1, in: voters(3))
        leader.leadAndCommit(at: now)
        let payload = [UInt8](repeating: 7, count: Bounds.entryBytes)
        while leader.acceptsProposals { leader.step(.propose([payload]), at: now) }
        leader.sync(at: now)
        leader.stepAndSync(message(1, accepted(leader.lastIndex.rawValue), from: 2), at: now)
        #expect(leader.acceptsProposals)
    }

    @Test func `R11: an acknowledgement of an earlier term is none`() {
        let leader = Member(1, in: voters(3))
        leader.leadAndCommit(at: now)
        leader.stepAndSync(message(2, append(), from: 2), at: now)
        leader.lead(at: now + 2000)
        let term = leader.consensus.term.rawValue
        leader.step(message(1, accepted(2), from: 2), at: now)
        leader.step(message(1, accepted(2), from: 3), at: now)
        #expect(leader.consensus.commit == LogIndex(1))
        leader.step(message(term, accepted(2), from: 2), at: now)
        #expect(leader.consensus.commit == LogIndex(2))
    }

    @Test func `A follower far behind is served from the log, page by page`() {
        let log = entries(terms: [UInt64](repeating: 1, count: 40))
        let leader = Member(1, in: voters(3), log: log, applied: 40, tailBytes: 200)
        leader.lead(at: now)
        _ = leader.take()
        leader.step(message(2, rejected(40, hint: position(1, 3)), from: 2), at: now)
        #expect(leader.takeAppends(to: 2).isEmpty)
        #expect(leader.logReads.map(\.first) == [LogIndex(4)])
        leader.answerLogReads(at: now)
        let pages = leader.takeAppends(to: 2)
        #expect(pages.map(\.previous) == [position(1, 3)])
        #expect(pages.first?.entries.first == log[3])
    }

    @Test func `A page that comes back for somebody else's question is dropped`() {
        let log = entries(terms: [UInt64](repeating: 1, count: 40))
        let leader = Member(1, in: voters(3), log: log, applied: 40, tailBytes: 200)
        leader.lead(at: now)
        leader.step(message(2, rejected(40, hint: position(1, 3)), from: 2), at: now)
        // Meanwhile the follower turned out to have more.
        leader.step(message(2, accepted(30), from: 2), at: now)
        _ = leader.take()
        leader.answerLogReads(at: now)
        #expect(leader.takeAppends(to: 2).allSatisfy { $0.previous.index >= LogIndex(30) })
    }
}
