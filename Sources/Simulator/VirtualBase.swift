import OrderedCollections
import Raft
import Work

/// The recovery base of one node: rows, written in batches by the production planner, some time
/// after the entries were applied.
struct VirtualBase {
    /// By their number, which has no gaps; nil where one was deleted.
    private var tasks: [TaskRecord?] = []
    private var nodes: [UInt64: NodeRecord] = [:]
    private var keys: [KeyName: KeyRecord] = [:]
    private var origins: [Origin: OriginRecord] = [:]
    private var jobs: [JobID: JobRecord] = [:]
    private var queues: [QueueName: QueueRecord] = [:]
    private var sessions: [SessionID: SessionRecord] = [:]
    private var uniques: [KeyName: UniqueRecord] = [:]
    private var items: [ItemID: Item] = [:]
    private(set) var scalars = StateScalars()
    private var waiting: [AppliedEntry] = []
    private let mutation: Mutation?

    init(mutation: Mutation?) { self.mutation = mutation }

    var position: LogPosition {
        LogPosition(term: Term(scalars.term), index: LogIndex(scalars.index))
    }
    /// Who belonged to the cluster there; nil if that had never changed.
    var members: Configuration? { Configuration(encoded: scalars.configuration) }
    var isIdle: Bool { waiting.isEmpty }

    mutating func enqueue(_ entries: [AppliedEntry]) { waiting.append(contentsOf: entries) }

    mutating func crash() { waiting = [] }

    /// One transaction of at most `count` entries.
    mutating func write(atMost count: Int) throws(Violation) {
        var batch = RowBatch()
        for entry in waiting.prefix(count) { batch.add(entry) }
        waiting.removeFirst(min(count, waiting.count))
        guard let written = batch.scalars else { return }
        guard written.index == scalars.index + UInt64(batch.entries) else {
            throw Violation("the base was given entries with a gap, before \(written.index)")
        }
        try store(batch)
        scalars = written
    }

    private mutating func store(_ batch: RowBatch) throws(Violation) {
        for node in batch.nodes.values { nodes[node.id] = node }
        for task in batch.tasks.values {
            guard nodes[task.createdBy] != nil else {
                throw Violation("task \(task.id.rawValue) came from a node without a row")
            }
            let place = Int(task.id.rawValue) - 1
            while tasks.count <= place { tasks.append(nil) }
            tasks[place] = task.deletedAt == nil ? task : nil
        }
        for (name, key) in batch.keys { keys[name] = key }
        store(batch.jobs)
        for (id, item) in batch.items { items[id] = item.life.deletedAt == nil ? item : nil }
        if mutation == .windowsForgotten { return }
        for (origin, record) in batch.origins { origins[origin] = record }
    }

    private mutating func store(_ rows: JobRows) {
        for (id, write) in rows.jobs {
            switch write {
            case .upsert(let job, _): jobs[id] = job
            case .delete: jobs[id] = nil
            case .skip: break
            }
        }
        for (name, queue) in rows.queues { queues[name] = queue }
        for (id, session) in rows.sessions { sessions[id] = session }
        for (name, unique) in rows.uniques { uniques[name] = unique }
    }

    /// The state these rows hold.
    func load() throws(Violation) -> WorkState {
        var loader = WorkState.Loader(tasks: tasks.count, keys: keys.count)
        for node in nodes.values { loader.add(node) }
        for case let task? in tasks { loader.add(task) }
        for key in keys.values.sorted(by: { $0.index < $1.index }) { loader.add(key) }
        for origin in origins.values { loader.add(origin) }
        for queue in queues.values { loader.add(queue) }
        for session in sessions.values { loader.add(session) }
        for job in jobs.values.sorted(by: { $0.id < $1.id }) { loader.add(job) }
        for unique in uniques.values { loader.add(unique) }
        for item in items.values { loader.add(item) }
        guard let state = loader.finish(scalars) else {
            throw Violation(
                "the base's rows do not have the state hash stored at \(scalars.index)")
        }
        return state
    }
}
