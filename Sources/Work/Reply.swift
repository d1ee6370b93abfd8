/// What apply answers to the request's origin. A refusal is an answer like any other: decided in
/// log order, the same on every node.
package enum Reply: Hashable, Sendable {
    /// Created or updated: the task as it is now.
    case task(TaskRecord)
    case deleted(TaskID, version: UInt64)
    /// The request was done before under the same key, by the entry at `index`. The task as it is
    /// now; nil if it is gone.
    case replayed(KeyOutcome, TaskRecord?, index: UInt64)
    case refused(Refusal)
    case jobs(JobReply)
    /// So many tasks were made, with numbers that follow each other from this one on.
    case imported(first: TaskID, count: Int)
    /// Made or changed: the item as it is now.
    case item(Item)
    case itemDeleted(ItemID)
    /// The request was done before under the same key. The item as it is now; nil if it is gone.
    case replayedItem(KeyOutcome, Item?)
    /// Done, and there is nothing to show.
    case done
}

package enum Refusal: Error, Hashable, Sendable {
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
    /// The token is unknown, revoked or expired, or its user is disabled.
    case unauthorized
    /// The token is good, and does not allow this.
    case forbidden
    case itemNotFound(ItemID)
    /// The item as it is now.
    case itemMismatch(Item)
    case conflict(Conflict)
    /// There may be no more of these; the text says of what.
    case tooMany(String)
    /// A task has or had the number, or it was passed over. With the task that has it now.
    case numberTaken(TaskID, TaskRecord?)
    /// The number is too far ahead of the others.
    case numberTooHigh(TaskID, highest: TaskID)
}

/// What stands in the way of a command that is right by itself.
package enum Conflict: Hashable, Sendable {
    case nameTaken
    case emailTaken
    /// Nobody would be left who may manage users.
    case lastAdmin
    /// The column holds tasks, so many, and it was not said where they go; or they are too many to
    /// go at once.
    case columnHoldsTasks(String, count: Int)
    case boardHoldsTasks(count: Int)
    case firstBoard
    /// What was to be restored is there.
    case taskIsLive(TaskRecord)
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
        /// So many tasks as `version` says, with numbers from `task` on.
        case imported = 6
        /// An item was made or changed, or deleted if `version` is 0; `task` is its number.
        case board = 7
        case user = 8
        case token = 9
        case view = 10
        case comment = 11

        /// Whether it is about one task.
        var isTask: Bool {
            switch self {
            case .created, .updated, .deleted: true
            case .put, .job, .imported, .board, .user, .token, .view, .comment: false
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

    init(of item: ItemID, version: UInt64) {
        let kind: Kind =
            switch item {
            case .board: .board
            case .user: .user
            case .token: .token
            case .view: .view
            case .comment: .comment
            }
        self.init(kind: kind, task: TaskID(item.number), version: version)
    }

    /// The item it is about, if it is one.
    package var item: ItemID? {
        switch kind {
        case .board: .board(BoardID(task.rawValue))
        case .user: .user(UserID(task.rawValue))
        case .token: .token(TokenID(task.rawValue))
        case .view: .view(ViewID(task.rawValue))
        case .comment: .comment(CommentID(task.rawValue))
        case .created, .updated, .deleted, .put, .job, .imported: nil
        }
    }
}
