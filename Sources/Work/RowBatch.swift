package import OrderedCollections

/// The planner: turns the changes of many entries into the rows to write. A record that changed
/// ten times is written once; rows come in a fixed order, so every node writes the same.
package struct RowBatch: Sendable {
    package private(set) var tasks: OrderedDictionary<TaskID, TaskRecord> = [:]
    package private(set) var history: [HistoryRecord] = []
    package private(set) var nodes: OrderedDictionary<UInt64, NodeRecord> = [:]
    /// nil removes the key.
    package private(set) var keys: OrderedDictionary<KeyName, KeyRecord?> = [:]
    /// nil removes the origin.
    package private(set) var origins: OrderedDictionary<Origin, OriginRecord?> = [:]
    package private(set) var jobs = JobRows()
    package private(set) var items: OrderedDictionary<ItemID, Item> = [:]
    /// The scalars after the last entry; nil while the batch is empty.
    package private(set) var scalars: StateScalars?
    /// How many entries the batch covers.
    package private(set) var entries = 0
    /// About how much memory it holds.
    package private(set) var bytes = 0

    package init() {}

    package var isEmpty: Bool { scalars == nil }

    /// Adds the next entry; entries come in log order without gaps.
    package mutating func add(_ entry: AppliedEntry) {
        if let last = scalars {
            precondition(entry.scalars.index == last.index + 1, "Entries are applied in order.")
        }
        scalars = entry.scalars
        entries += 1
        bytes += 64
        for change in entry.changes { add(change) }
    }

    private mutating func add(_ change: Change) {
        switch change {
        case .task(let task):
            tasks[task.id] = task
            bytes += 256 + task.fields.description.utf8.count
        case .history(let step):
            history.append(step)
            bytes += 128 + step.changes.utf8.count
        case .node(let node): nodes[node.id] = node
        case .key(let key):
            keys[key.name] = .some(key)
            bytes += 128
        case .keyExpired(let name): keys.updateValue(nil, forKey: name)
        case .origin(let record): origins[record.origin] = .some(record)
        case .originRemoved(let origin): origins.updateValue(nil, forKey: origin)
        case .jobs(let change): bytes += jobs.add(change)
        case .item(let item):
            items[item.id] = item
            bytes += item.size
        }
    }
}
