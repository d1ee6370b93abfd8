/// What apply changed, for the stores and the change feed. Records are whole, so the last one of
/// a batch stands for all before it.
package enum Change: Hashable, Sendable {
    /// A tombstone too (`deletedAt`).
    case task(TaskRecord)
    case history(HistoryRecord)
    case node(NodeRecord)
    case key(KeyRecord)
    case keyExpired(KeyName)
    case origin(OriginRecord)
    case originRemoved(Origin)
    case jobs(JobChange)
    /// A tombstone too.
    case item(Item)
}

/// One step in a task's life: its place in the log and what it changed.
package struct HistoryRecord: Hashable, Sendable {
    package enum Step: UInt8, Sendable, CaseIterable {
        case create = 1
        case update = 2
        case delete = 3
        /// To another place, or another rank to make room.
        case move = 4
        case restore = 5
        /// Somebody said something about it, or changed or took back what was said. The task is as
        /// it was.
        case comment = 6

        package var name: String {
            switch self {
            case .create: "create"
            case .update: "update"
            case .delete: "delete"
            case .move: "move"
            case .restore: "restore"
            case .comment: "comment"
            }
        }

        package init?(name: String) {
            guard let step = Self.allCases.first(where: { $0.name == name }) else { return nil }
            self = step
        }
    }

    package var index: UInt64
    /// Its place among the changes of that entry, from 0.
    package var ordinal: UInt32
    package var term: UInt64
    package var task: TaskID
    package var step: Step
    package var actor: String?
    /// The node that took the request.
    package var node: UInt64
    package var time: Timestamp
    /// JSON: `{"title":{"before":null,"after":"x"}}`, members in a fixed order.
    package var changes: String

    package init(
        index: UInt64, ordinal: UInt32, term: UInt64, task: TaskID, step: Step, actor: String?,
        node: UInt64, time: Timestamp, changes: String
    ) {
        self.index = index
        self.ordinal = ordinal
        self.term = term
        self.task = task
        self.step = step
        self.actor = actor
        self.node = node
        self.time = time
        self.changes = changes
    }
}

/// A member as the replicated state knows it.
package struct NodeRecord: Hashable, Sendable {
    package var id: UInt64
    package var name: String
    package var address: String
    package var firstSeen: Timestamp
    package var incarnation: UInt64
    package var changedIndex: UInt64

    package init(
        id: UInt64, name: String, address: String, firstSeen: Timestamp, incarnation: UInt64,
        changedIndex: UInt64
    ) {
        self.id = id
        self.name = name
        self.address = address
        self.firstSeen = firstSeen
        self.incarnation = incarnation
        self.changedIndex = changedIndex
    }
}

/// Compared by bytes, as the stores do: Swift takes canonically equivalent texts for equal, by
/// tables that may differ between two versions of the program.
package struct KeyName: Hashable, Comparable, Sendable {
    package var principal: String
    package var text: String

    package init(principal: String, text: String) {
        self.principal = principal
        self.text = text
    }

    package static func == (left: KeyName, right: KeyName) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
            && left.principal.utf8.elementsEqual(right.principal.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(principal)
        hasher.combine(text)
    }

    package static func < (left: KeyName, right: KeyName) -> Bool {
        if left.principal.utf8.elementsEqual(right.principal.utf8) {
            return left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
        }
        return left.principal.utf8.lexicographicallyPrecedes(right.principal.utf8)
    }
}

package struct KeyRecord: Hashable, Sendable {
    package var name: KeyName
    package var fingerprint: UInt64
    package var outcome: KeyOutcome
    /// On the cluster clock, in milliseconds.
    package var expires: UInt64
    /// The log index that stored it: keys expire in this order.
    package var index: UInt64

    package init(
        name: KeyName, fingerprint: UInt64, outcome: KeyOutcome, expires: UInt64, index: UInt64
    ) {
        self.name = name
        self.fingerprint = fingerprint
        self.outcome = outcome
        self.expires = expires
        self.index = index
    }
}

/// What is known of an origin's requests.
package struct OriginRecord: Hashable, Sendable {
    package var origin: Origin
    /// Numbers below it count as seen.
    package var floor: UInt64
    /// Numbers from `floor` on that were applied, rising.
    package var seen: [UInt64]

    package init(origin: Origin, floor: UInt64, seen: [UInt64]) {
        self.origin = origin
        self.floor = floor
        self.seen = seen
    }
}

/// The scalars of the replicated state, written with every batch in the same transaction.
package struct StateScalars: Hashable, Sendable {
    package var index: UInt64 = 0
    package var term: UInt64 = 0
    package var clusterTime: UInt64 = 0
    package var wallTime = Timestamp.zero
    package var nextTask: UInt64 = 1
    package var jobs = JobScalars()
    package var items = ItemScalars()
    /// What the state may take; from machine version 2 on.
    package var bytesMax = UInt64(Limits.stateBytes)
    package var machineVersion: UInt32 = 1
    /// The encoded membership in force at `index`; empty for the initial one.
    package var configuration: [UInt8] = []
    /// Over all live tasks and nodes: what a projection can be checked against.
    package var rowsHash: UInt64 = 0
    /// Over the whole replicated state.
    package var stateHash: UInt64 = 0

    /// The highest number that a client may choose for a task.
    package var highestTask: UInt64 {
        min(nextTask + Limits.taskNumbersAhead, Limits.taskNumberMax)
    }

    package init() {}
}

/// Everything one entry changed.
package struct AppliedEntry: Sendable {
    package var changes: [Change]
    /// The scalars after the entry.
    package var scalars: StateScalars
    /// Queues that have a job to give, among those the entry touched: wake whoever waits.
    package var woken: [QueueName]

    package init(changes: [Change], scalars: StateScalars, woken: [QueueName] = []) {
        self.changes = changes
        self.scalars = scalars
        self.woken = woken
    }
}
