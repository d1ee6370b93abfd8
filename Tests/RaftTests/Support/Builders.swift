import Raft

/// Entries from index 1 on with these terms. Each payload names its entry.
func entries(terms: [UInt64], from first: UInt64 = 1) -> [Entry] {
    terms.enumerated().map { offset, term in
        entry(term: term, index: first + UInt64(offset))
    }
}

func entry(term: UInt64, index: UInt64) -> Entry {
    Entry(
        position: position(term, index), kind: .command,
        payload: Array("t\(term)i\(index)".utf8))
}

func position(_ term: UInt64, _ index: UInt64) -> LogPosition {
    LogPosition(term: Term(term), index: LogIndex(index))
}

func voters(_ count: UInt64, learners: [UInt64] = []) -> Configuration {
    Configuration(voters: (1...count).map { NodeID($0) }, learners: learners.map { NodeID($0) })
}

/// A message from another member.
func message(_ term: UInt64, _ body: Message.Body, from sender: UInt64) -> Input {
    .message(Message(term: Term(term), body: body), from: NodeID(sender))
}

func append(
    after previous: LogPosition = .zero, _ entries: [Entry] = [], commit: UInt64 = 0,
    round: UInt64 = 0
) -> Message.Body {
    .appendEntries(
        AppendEntries(
            previous: previous, entries: entries, commit: LogIndex(commit), round: round))
}

func accepted(_ match: UInt64, round: UInt64 = 0) -> Message.Body {
    .appendEntriesResponse(
        AppendEntriesResponse(outcome: .accepted(match: LogIndex(match)), round: round))
}

func rejected(_ previous: UInt64, hint: LogPosition) -> Message.Body {
    .appendEntriesResponse(
        AppendEntriesResponse(
            outcome: .rejected(previous: LogIndex(previous), hint: hint), round: 0))
}

extension Member {
    /// Asks for votes in the next term, encouraged by everybody.
    func campaign(at now: Instant, syncing: Bool = true) {
        step(.tick, at: max(now, consensus.nextDeadline))
        let term = consensus.term.next
        for voter in configuration.members where voter != id && consensus.role == .preCandidate {
            step(
                .message(.init(term: term, body: .preVoteResponse(granted: true)), from: voter),
                at: now)
        }
        precondition(consensus.role == .candidate, "Everybody encouraged it.")
        if syncing { sync(at: now) }
    }

    /// Becomes leader of the next term with the help of everybody it asks.
    func lead(at now: Instant) {
        if configuration.members == [id] {
            stepAndSync(.tick, at: max(now, consensus.nextDeadline))
        } else {
            campaign(at: now)
        }
        for voter in configuration.members where voter != id && consensus.role == .candidate {
            let vote = Message(term: consensus.term, body: .requestVoteResponse(granted: true))
            stepAndSync(.message(vote, from: voter), at: now)
        }
        precondition(consensus.role == .leader, "Everybody voted for it.")
    }

    /// Leads, and its first entry is committed.
    func leadAndCommit(at now: Instant) {
        lead(at: now)
        let last = consensus.lastPosition
        for voter in configuration.members where voter != id {
            stepAndSync(
                .message(.init(term: last.term, body: accepted(last.index.rawValue)), from: voter),
                at: now)
        }
        _ = take()
    }

    /// The appends among the messages made since the last look.
    func takeAppends(to peer: UInt64? = nil) -> [AppendEntries] {
        take().compactMap {
            guard peer == nil || $0.to == NodeID(peer ?? 0) else { return nil }
            if case .appendEntries(let append) = $0.message.body { return append }
            return nil
        }
    }

    func takeBodies() -> [Message.Body] { take().map(\.message.body) }
}
