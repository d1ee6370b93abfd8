import OrderedCollections
import Testing
import Wire
import Work

/// A replicated state with the leader's stamp and the origins' numbering around it.
struct Applied {
    var state = WorkState()
    var clusterTime: UInt64 = 1_000
    var wallTime = Timestamp(milliseconds: 1_790_000_000_000)
    /// The rows that a store would hold.
    var store = TestStore()
    private(set) var last: AppliedEntry?
    private var numbers: [Origin: UInt64] = [:]

    static let origin = Origin(node: 1, incarnation: 100)

    /// With node 1 registered: commands of strangers are refused.
    init() {
        _ = send(Self.registration())
    }

    static func registration(_ node: UInt64 = 1, incarnation: UInt64 = 100) -> Command {
        .registerNode(
            NodeRegistration(
                id: node, name: "node\(node)", address: "http://127.0.0.1:8\(node)",
                incarnation: incarnation))
    }

    var stamp: Stamp { Stamp(clusterTime: clusterTime, wallTime: wallTime) }

    mutating func next(of origin: Origin = Self.origin) -> UInt64 {
        numbers[origin, default: 0] += 1
        return numbers[origin, default: 0]
    }

    /// Applies a new request.
    mutating func send(
        _ command: Command, from origin: Origin = Self.origin, actor: String? = nil,
        credential: TokenID? = nil, key: String? = nil, principal: String = "p"
    ) -> Reply? {
        let number = next(of: origin)
        let key = key.map {
            IdempotencyKey(
                principal: principal, text: $0, fingerprint: Request.fingerprint(of: command))
        }
        return apply(
            Request(
                origin: origin, number: number, floor: number, actor: actor, credential: credential,
                key: key, command: command))
    }

    mutating func apply(_ request: Request) -> Reply? {
        apply(payload: stamp.payload(request.encoded()))
    }

    mutating func apply(payload: [UInt8]) -> Reply? {
        let (_, reply, applied) = state.apply(
            index: state.scalars.index + 1, term: 1, payload: payload)
        note(applied)
        return reply
    }

    mutating func applyOther(configuration: [UInt8]? = nil, term: UInt64 = 1) {
        note(
            state.applyOther(
                index: state.scalars.index + 1, term: term, configuration: configuration))
    }

    private mutating func note(_ applied: AppliedEntry) {
        var batch = RowBatch()
        batch.add(applied)
        store.write(batch)
        last = applied
    }

    /// The history rows of the last entry.
    var history: [HistoryRecord] {
        (last?.changes ?? []).compactMap { if case .history(let row) = $0 { row } else { nil } }
    }

    mutating func create(_ title: String = "task") -> TaskRecord? {
        send(.createTask(TaskFields(title: title))).task
    }

    /// Creates a task that must be accepted.
    mutating func created(_ title: String = "task") throws -> TaskRecord {
        let task = create(title)
        return try #require(task)
    }
}

/// What a database would hold: rows by their keys.
struct TestStore {
    private(set) var tasks: [TaskID: TaskRecord] = [:]
    private(set) var nodes: [UInt64: NodeRecord] = [:]
    /// By the bytes of the name, as a database with binary collation has it.
    private(set) var keys: [[UInt8]: KeyRecord] = [:]
    private(set) var origins: [Origin: OriginRecord] = [:]
    private(set) var history: [HistoryRecord] = []
    /// Tombstones too.
    private(set) var items: [ItemID: Item] = [:]
    var jobs: [JobID: JobRecord] = [:]
    var queues: [QueueName: QueueRecord] = [:]
    var sessions: [SessionID: SessionRecord] = [:]
    var uniques: [KeyName: UniqueRecord] = [:]
    var scalars = StateScalars()

    mutating func write(_ batch: RowBatch) {
        for (id, task) in batch.tasks { tasks[id] = task }
        for (id, node) in batch.nodes { nodes[id] = node }
        for (name, key) in batch.keys { keys[Self.bytes(key?.name ?? name)] = key }
        for (origin, record) in batch.origins { origins[origin] = record }
        history += batch.history
        for (id, item) in batch.items { items[id] = item }
        write(batch.jobs)
        if let new = batch.scalars { scalars = new }
    }

    private mutating func write(_ rows: JobRows) {
        for (name, queue) in rows.queues { queues[name] = queue }
        for (id, session) in rows.sessions { sessions[id] = session }
        for (name, unique) in rows.uniques { uniques[name] = unique }
        for (id, write) in rows.jobs {
            switch write {
            case .upsert(var job, let isNew):
                // A store may keep the body it has.
                if !isNew { job.body = jobs[id]?.body ?? [] }
                jobs[id] = job
            case .delete: jobs[id] = nil
            case .skip: precondition(jobs[id] == nil, "It never was in the store.")
            }
        }
    }

    private static func bytes(_ name: KeyName) -> [UInt8] {
        Array(name.principal.utf8) + [0] + Array(name.text.utf8)
    }

    /// The state as a node loads it at its start.
    func load() -> WorkState? {
        var loader = WorkState.Loader()
        for task in tasks.values where task.deletedAt == nil { loader.add(task) }
        for node in nodes.values { loader.add(node) }
        for key in keys.values.sorted(by: { $0.index < $1.index }) { loader.add(key) }
        for origin in origins.values { loader.add(origin) }
        for queue in queues.values { loader.add(queue) }
        for session in sessions.values { loader.add(session) }
        for job in jobs.values.sorted(by: { $0.id < $1.id }) { loader.add(job) }
        for unique in uniques.values { loader.add(unique) }
        for item in items.values where item.life.deletedAt == nil { loader.add(item) }
        return loader.finish(scalars)
    }
}

extension Reply? {
    var task: TaskRecord? {
        switch self {
        case .task(let task): task
        case .replayed(_, let task, _): task
        default: nil
        }
    }

    var refusal: Refusal? {
        if case .refused(let refusal) = self { return refusal }
        return nil
    }

    var isInvalid: Bool {
        if case .refused(.invalid) = self { return true }
        return false
    }

    var replayed: KeyOutcome? {
        if case .replayed(let outcome, _, _) = self { return outcome }
        return nil
    }
}

extension Reply? {
    var jobs: JobReply? {
        if case .jobs(let reply) = self { return reply }
        return nil
    }

    var jobRefusal: JobRefusal? {
        if case .refused(.jobs(let refusal)) = self { return refusal }
        return nil
    }

    var reserved: [JobRecord] {
        if case .jobs(.reserved(let jobs)) = self { return jobs }
        return []
    }

    var put: [PutResult] {
        if case .jobs(.put(let results)) = self { return results }
        return []
    }

    var moved: Int? {
        if case .jobs(.moved(let count, _)) = self { return count }
        return nil
    }
}

/// Commands drawn at random over few tasks, so that they meet.
struct RandomCommands {
    var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func next() -> Command {
        let id = TaskID(UInt64.random(in: 1...40, using: &generator))
        let expected: UInt64? =
            Bool.random(using: &generator) ? UInt64.random(in: 1...3, using: &generator) : nil
        switch Int.random(in: 0..<18, using: &generator) {
        case 12: return placed()
        case 13: return .moveTask(id, expected: expected, move())
        case 14: return .restoreTask(record(id))
        case 15: return .importTasks((0..<Int.random(in: 0...4, using: &generator)).map { _ in fields() })
        case 16: return .items(item())
        case 17: return .people(person())
        case 0...3: return .createTask(fields())
        case 4...7: return .updateTask(id, expected: expected, patch())
        case 8, 9: return .deleteTask(id, expected: expected)
        case 10:
            let node = UInt64.random(in: 1...3, using: &generator)
            return Applied.registration(
                node, incarnation: node * 100 + UInt64.random(in: 0...2, using: &generator))
        default: return .raiseMachineVersion(UInt32.random(in: 1...5, using: &generator))
        }
    }

    mutating func text(_ range: ClosedRange<Int>) -> String {
        let letters: [Character] = ["a", "b", "é", "\u{301}", "日", "\"", "\\", " ", "👩‍👩‍👧"]
        return String(
            (0..<Int.random(in: range, using: &generator)).map { _ in
                letters[Int.random(in: 0..<letters.count, using: &generator)]
            })
    }

    mutating func fields() -> TaskFields {
        var fields = TaskFields(title: text(0...20))
        fields.description = text(0...50)
        fields.status = TaskStatus.allCases[Int.random(in: 0..<3, using: &generator)]
        fields.priority = UInt8.random(in: 0...5, using: &generator)
        fields.due = date()
        fields.assignee = Bool.random(using: &generator) ? text(0...8) : nil
        fields.labels = (0..<Int.random(in: 0...3, using: &generator)).map { _ in text(1...5) }
        return fields
    }

    mutating func patch() -> TaskPatch {
        var patch = TaskPatch()
        let all = fields()
        if Bool.random(using: &generator) { patch.title = all.title }
        if Bool.random(using: &generator) { patch.description = all.description }
        if Bool.random(using: &generator) { patch.status = all.status }
        if Bool.random(using: &generator) { patch.priority = all.priority }
        if Bool.random(using: &generator) { patch.due = .some(all.due) }
        if Bool.random(using: &generator) { patch.assignee = .some(all.assignee) }
        if Bool.random(using: &generator) { patch.labels = all.labels }
        return patch
    }

    private mutating func date() -> CalendarDate? {
        CalendarDate(
            year: Int.random(in: 0...10_000, using: &generator),
            month: Int.random(in: 1...12, using: &generator),
            day: Int.random(in: 1...31, using: &generator))
    }
}
