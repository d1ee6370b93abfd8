import Wire
import Work

/// A state made by applying commands as a cluster would, and the entries since the last batch.
struct World {
    static let cluster: UInt64 = 0xfeed_0000_0000_0001

    private(set) var state = WorkState()
    private var pending = RowBatch()
    /// What is left of deleted tasks.
    private(set) var gone: [TaskID: TaskRecord] = [:]
    private var numbers: [UInt64: UInt64] = [:]
    private var now: Int64 = 1_760_000_000_000

    /// Begins with a registration of each of three nodes.
    init() {
        for node in UInt64(1)...3 {
            apply(
                .registerNode(
                    NodeRegistration(
                        id: node, name: "n\(node)", address: "http://127.0.0.1:808\(node)",
                        incarnation: UInt64.max - node)),
                node: node)
        }
    }

    /// As it goes on after a restart, with nothing pending.
    init(_ state: WorkState, like other: World) {
        self = other
        self.state = state
        pending = RowBatch()
    }

    @discardableResult
    mutating func apply(
        _ command: Command, node: UInt64 = 1, actor: String? = nil, key: String? = nil,
        print: UInt64? = nil
    ) -> Reply? {
        numbers[node, default: 0] += 1
        now += 7
        let request = Request(
            origin: Origin(node: node, incarnation: UInt64.max - node),
            number: numbers[node, default: 0], floor: numbers[node, default: 0], actor: actor,
            key: key.map {
                IdempotencyKey(
                    principal: "p", text: $0,
                    fingerprint: print ?? Request.fingerprint(of: command))
            },
            command: command)
        let stamp = Stamp(clusterTime: UInt64(now), wallTime: Timestamp(milliseconds: now))
        let outcome = state.apply(
            index: state.scalars.index + 1, term: 3, payload: stamp.payload(request.encoded()))
        pending.add(outcome.applied)
        for case .task(let task) in outcome.applied.changes {
            gone[task.id] = task.deletedAt == nil ? nil : task
        }
        return outcome.reply
    }

    /// An entry of the consensus itself, which changes no row.
    mutating func applyNothing(configuration: [UInt8]? = nil) {
        pending.add(
            state.applyOther(
                index: state.scalars.index + 1, term: 4, configuration: configuration))
    }

    /// Applies a payload that was made elsewhere.
    mutating func applyElsewhere(index: UInt64, payload: [UInt8]) -> Reply? {
        let outcome = state.apply(index: index, term: 5, payload: payload)
        pending.add(outcome.applied)
        return outcome.reply
    }

    /// Moves the clocks on, so that keys expire.
    mutating func wait(milliseconds: Int64) { now += milliseconds }

    /// What was applied since the last call.
    mutating func takeBatch() -> RowBatch {
        defer { pending = RowBatch() }
        return pending
    }

    /// Titles, in order, of new tasks.
    @discardableResult
    mutating func create(_ titles: String...) -> [TaskID] {
        titles.map { title in
            apply(.createTask(TaskFields(title: title)))
            return TaskID(state.scalars.nextTask - 1)
        }
    }

    mutating func create(count: Int) {
        for number in 0..<count {
            apply(.createTask(TaskFields(title: "Task \(number)")), node: UInt64(number % 3) + 1)
        }
    }
}
