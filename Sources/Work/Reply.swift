/// What apply answers to the request's origin. A refusal is an answer like any other: decided in
/// log order, the same on every node.
package enum Reply: Hashable, Sendable {
    /// Created or updated: the task as it is now.
    case task(TaskRecord)
    case deleted(TaskID, version: UInt64)
    /// The request was done before under the same key. The task as it is now; nil if it is gone.
    case replayed(KeyOutcome, TaskRecord?)
    case refused(Refusal)
    case jobs(JobReply)
    /// Done, and there is nothing to show.
    case done
}

package enum Refusal: Hashable, Sendable {
    case notFound(TaskID)
    /// The task as it is now.
    case versionMismatch(TaskRecord)
    /// The key was used for another command.
    case keyReused
    /// This principal has too many keys in its window.
    case keysFull
    case stateFull
    case invalid(String)
    case jobs(JobRefusal)
}

/// What is kept of a request under its idempotency key: identities, never bodies.
package struct KeyOutcome: Hashable, Sendable {
    package enum Kind: UInt8, Sendable {
        case created = 1
        case updated = 2
        case deleted = 3
        /// So many jobs as `version` says, with numbers from `task` on.
        case put = 4
        /// Whatever the command does to one job, whose number `task` is.
        case job = 5

        /// Whether it is about a task at all.
        var isTask: Bool {
            switch self {
            case .created, .updated, .deleted: true
            case .put, .job: false
            }
        }
    }

    package var kind: Kind
    package var task: TaskID
    package var version: UInt64

    package init(kind: Kind, task: TaskID, version: UInt64) {
        self.kind = kind
        self.task = task
        self.version = version
    }
}
