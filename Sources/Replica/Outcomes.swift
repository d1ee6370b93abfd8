package import Work

/// How a request for a change ended.
package enum ProposalOutcome: Sendable {
    /// Decided in log order: durable on a majority and applied here.
    case applied(Reply, index: UInt64, term: UInt64)
    /// Provably never appended to any log: safe to send again, with or without a key.
    case rejected(Rejection)
    /// It may have been appended, or may still be: send it again with the same key.
    case unknown
}

package enum Rejection: Sendable, Hashable {
    /// No leader could be reached within the time allowed.
    case noLeader
    /// A bound was reached (undecided proposals): try again shortly.
    case overloaded
    /// The disk of this node hangs: another node takes the request sooner.
    case diskStalled
    /// The node is stopping.
    case stopping
    /// Some member runs a program that does not know such commands.
    case unsupported
    /// It is longer than what members can pass on to each other.
    case tooLong
}

/// Where a read was made: the state includes every entry up to `index`.
package struct ReadPoint: Sendable, Hashable {
    package var index: UInt64
    package var term: UInt64
    package var leader: UInt64?

    package init(index: UInt64, term: UInt64, leader: UInt64?) {
        self.index = index
        self.term = term
        self.leader = leader
    }
}

package enum Consistency: Sendable, Hashable {
    /// Sees every write acknowledged before the read was asked for, on any node.
    case linearizable
    /// Whatever this node has.
    case stale
}

/// What a front must know of users before each request.
package struct PeopleMark: Sendable, Hashable {
    /// The last entry that changed a user or a token, as far as this node remembers.
    package var index: UInt64
    /// Without any, whoever may reach the node may do everything.
    package var hasUsers: Bool

    package init(index: UInt64, hasUsers: Bool) {
        self.index = index
        self.hasUsers = hasUsers
    }
}

/// What a read wants to know of the state in memory.
package enum Query: Sendable, Hashable {
    case task(TaskID)
    /// Only where the state stands, for a query on a database at that index.
    case point
    case jobs(JobQuery)
    case items(ItemQuery)
}

/// Which items of the state in memory are asked for.
package enum ItemQuery: Sendable, Hashable {
    case item(ItemID)
    case boards
    case views
    case users
    case userNamed(String)
    /// All tokens, or one user's.
    case tokens(UserID?)
    /// With the token its user.
    case token(secretHash: [UInt8])
}

package struct ReadAnswer: Sendable {
    package var point: ReadPoint
    package var task: TaskRecord?
    package var jobs: JobAnswer?
    /// By number.
    package var items: [Item] = []
}

/// A change as it was applied, for the event stream.
package enum StreamedChange: Sendable {
    /// The task as it is after the step; with `deletedAt` if it is gone.
    case task(HistoryRecord, TaskRecord)
    /// A board or a saved view; with `deletedAt` if it is gone.
    case item(Item, StreamedPlace)
}

/// Where in the log an item changed.
package struct StreamedPlace: Sendable, Hashable {
    package var index: UInt64
    /// Its place among all changes of the entry that are streamed.
    package var ordinal: UInt32

    package init(index: UInt64, ordinal: UInt32) {
        self.index = index
        self.ordinal = ordinal
    }
}
