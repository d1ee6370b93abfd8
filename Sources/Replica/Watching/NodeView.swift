package import Raft

/// What one node shows of itself to people who watch: how it stands, and what it did since it last
/// showed itself. Made ten times a second while somebody watches, and never otherwise.
package struct NodeView: Hashable, Sendable {
    package var role: Role
    package var term: UInt64
    package var leader: NodeID?
    package var vote: NodeID?
    /// nil for a leader.
    package var timer: Timer?
    /// Milliseconds since a leader was last heard of; nil if none ever was, or it leads itself.
    package var silence: UInt64?

    /// The first and the last entry of its log.
    package var first: UInt64
    package var last: UInt64
    package var commit: UInt64
    package var applied: UInt64
    package var durable: UInt64
    /// Of the state at `applied`.
    package var stateHash: UInt64
    package var stores: Stores
    /// Requests of its own clients that are not decided yet.
    package var pending: UInt64
    /// Why it is not fit to lead; nil if it is.
    package var impediment: String?

    /// Empty unless it leads.
    package var followers: [Follower]
    /// Empty unless it asks for votes, or whether it would get them.
    package var ballot: [Ballot]
    /// The last entries of its log, oldest first.
    package var tail: [Slot]
    /// What was done to what it sends; only where that is played with.
    package var faults: [LinkFault]

    /// Messages sent and received since somebody watches.
    package var sent: UInt64
    package var received: UInt64
    /// Some of the messages sent since the last view.
    package var flights: [Flight]
    package var happenings: [Happening]

    /// A node about which nothing else is known.
    package init(role: Role, term: UInt64) {
        self.role = role
        self.term = term
        (first, last, commit, applied, durable, stateHash) = (1, 0, 0, 0, 0, 0)
        stores = Stores(base: 0, kind: 0, state: 0, index: 0)
        (pending, sent, received) = (0, 0, 0)
        (followers, ballot, tail, faults, flights, happenings) = ([], [], [], [], [], [])
    }
}
