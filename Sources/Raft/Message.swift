/// What members say to each other. The term stands in front of every one, so that one check at
/// the door of `Consensus` covers them all, replies included (Raft paper, section 5.1).
public struct Message: Hashable, Sendable {
    public var term: Term
    public var body: Body

    public init(term: Term, body: Body) {
        self.term = term
        self.body = body
    }

    /// What a message says.
    public enum Body: Hashable, Sendable {
        /// "Would you vote for me?" `term` is the one the candidate would start; neither
        /// side changes its term or vote (dissertation, section 9.6).
        case preVote(last: LogPosition)
        case preVoteResponse(granted: Bool)
        /// `transfer` is set when the leader itself asked for the election: it beats the lease.
        case requestVote(last: LogPosition, transfer: Bool)
        case requestVoteResponse(granted: Bool)
        /// Entries, or a heartbeat.
        case appendEntries(AppendEntries)
        case appendEntriesResponse(AppendEntriesResponse)
        /// The leader asks its successor to start an election at once (dissertation, section 3.10).
        case timeoutNow
        /// A follower asks the leader for a read index (dissertation, section 6.4).
        case readIndex(context: UInt64)
        /// nil: ask again, there is none to be had now.
        case readIndexResponse(context: UInt64, index: LogIndex?)
    }
}

/// Entries that follow `previous`, or none as a heartbeat.
public struct AppendEntries: Hashable, Sendable {
    /// The entry before the first of `entries`; the follower must have it.
    public var previous: LogPosition
    /// Follow `previous` without gaps.
    public var entries: [Entry]
    /// What the leader knows to be committed.
    public var commit: LogIndex
    /// The leader's current read round; the answer repeats it.
    public var round: UInt64

    public init(previous: LogPosition, entries: [Entry], commit: LogIndex, round: UInt64) {
        self.previous = previous
        self.entries = entries
        self.commit = commit
        self.round = round
    }
}

/// What a follower made of entries or of a heartbeat.
public struct AppendEntriesResponse: Hashable, Sendable {
    /// Whether the entries fitted.
    public enum Outcome: Hashable, Sendable {
        /// The follower's log equals the leader's up to here, durably.
        case accepted(match: LogIndex)
        /// The follower has no entry at `previous` of that term. `hint` is its last position at
        /// or before it whose term is no higher: the leader need not look behind it.
        case rejected(previous: LogIndex, hint: LogPosition)
    }

    public var outcome: Outcome
    public var round: UInt64

    public init(outcome: Outcome, round: UInt64) {
        self.outcome = outcome
        self.round = round
    }
}
