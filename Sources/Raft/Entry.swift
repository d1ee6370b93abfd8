/// What an entry is for.
public enum EntryKind: UInt8, Sendable {
    /// Opens a term, so that the leader can commit what earlier terms left (Raft paper, section 8).
    case noop = 0
    /// A command for the state machine.
    case command = 1
    /// Who belongs to the cluster, effective as soon as it is appended (section 6).
    case configuration = 2
}

/// One entry of the replicated log.
public struct Entry: Hashable, Sendable {
    /// Its name for good.
    public var position: LogPosition
    /// What it is for.
    public var kind: EntryKind
    /// Opaque to consensus; encoded once, shared by the disk and every peer.
    public var payload: [UInt8]

    public init(position: LogPosition, kind: EntryKind, payload: [UInt8]) {
        self.position = position
        self.kind = kind
        self.payload = payload
    }

    public var index: LogIndex { position.index }
    public var term: Term { position.term }

    /// What the entry counts towards windows and buffers, in bytes: payload and a fixed overhead.
    public var size: Int { payload.count + 32 }
}

/// What a node must never forget between restarts: saved by one atomic write before any message
/// that depends on it leaves (Raft paper, figure 2, "persistent state").
public struct HardState: Hashable, Sendable {
    /// The latest term this member took part in.
    public var term: Term
    /// Who got this node's vote in `term`, if anybody did.
    public var vote: NodeID?

    public init(term: Term = .zero, vote: NodeID? = nil) {
        self.term = term
        self.vote = vote
    }
}
