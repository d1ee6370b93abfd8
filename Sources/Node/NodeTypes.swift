package import Work

/// A read that could not be made within the time allowed; always safe to repeat.
package enum ReadFailure: Error, Sendable, Hashable {
    case noLeader
    case stopping
    /// Neither MySQL nor the base could answer; the text says why.
    case store(String)
}

/// What every node tells the others about itself, twice a second.
package struct NodeStatus: Sendable, Hashable {
    package enum Role: String, Sendable {
        case leader
        case follower
        case preCandidate = "pre_candidate"
        case candidate
        case unreachable
    }

    package var id: UInt64
    package var name: String
    package var http: String
    package var role: Role
    package var term: UInt64
    package var commit: UInt64
    package var applied: UInt64
    package var lastIndex: UInt64
    package var base: StoreStatus
    package var store: StoreStatus
    package var stateHash: UInt64
    package var incarnation: UInt64
    /// Milliseconds since it was last heard of; nil for the node that answers.
    package var lastContact: UInt64?
    /// Set if the node may neither vote nor campaign, and why.
    package var repairing: String?
}

/// The state of the base or of the database that answers queries.
package struct StoreStatus: Sendable, Hashable {
    package enum Kind: String, Sendable { case sqlite, mysql }
    package enum State: String, Sendable {
        case ok
        case down
        case catchingUp = "catching_up"
        case rebuilding
    }

    package var kind: Kind
    package var state: State
    /// The last entry it holds.
    package var index: UInt64
    package var error: String?

    package init(kind: Kind, state: State, index: UInt64, error: String?) {
        self.kind = kind
        self.state = state
        self.index = index
        self.error = error
    }
}

package struct ClusterStatus: Sendable, Hashable {
    package var cluster: String
    package var clusterID: UInt64
    /// The node that answers.
    package var node: UInt64
    package var leader: UInt64?
    package var term: UInt64
    /// All members, by ID.
    package var nodes: [NodeStatus]
    /// How many more nodes may be lost; -1 without a quorum.
    package var tolerates: Int
}

/// One applied change, for the event stream.
package enum FeedEvent: Sendable, Hashable {
    case task(TaskEvent)
    case item(ItemEvent)

    package var position: EventPosition {
        switch self {
        case .task(let event): EventPosition(index: event.index, ordinal: event.ordinal)
        case .item(let event): EventPosition(index: event.index, ordinal: event.ordinal)
        }
    }
}

/// A board or a saved view was made, changed or deleted.
package struct ItemEvent: Sendable, Hashable {
    package var index: UInt64
    package var ordinal: UInt32
    /// With `deletedAt` if it is gone.
    package var item: Item

    package init(index: UInt64, ordinal: UInt32, item: Item) {
        self.index = index
        self.ordinal = ordinal
        self.item = item
    }
}

/// One applied change of a task.
package struct TaskEvent: Sendable, Hashable {
    package var index: UInt64
    package var ordinal: UInt32
    package var term: UInt64
    package var node: UInt64
    package var step: HistoryRecord.Step
    /// With `deletedAt` if it is gone.
    package var task: TaskRecord
}
