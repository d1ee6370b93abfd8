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

/// What a read wants to know of the state in memory.
package enum Query: Sendable, Hashable {
    case task(TaskID)
    /// Only where the state stands, for a query on a database at that index.
    case point
    case jobs(JobQuery)
}

package struct ReadAnswer: Sendable {
    package var point: ReadPoint
    package var task: TaskRecord?
    package var jobs: JobAnswer?
}

/// A task's change as it was applied, for the event stream.
package struct TaskChange: Sendable {
    package var history: HistoryRecord
    /// With `deletedAt` if it is gone.
    package var task: TaskRecord
}
