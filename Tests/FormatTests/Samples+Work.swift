import Raft
import Work

extension Samples {
    static let origin = Origin(node: 1, incarnation: 0x2122_2324_2526_2728)

    /// One request of each kind, in an order in which all of them can be done.
    static let requests: [(String, Request)] = commands.enumerated().map { place, sample in
        let number = UInt64(place + 1)
        let key = IdempotencyKey(
            principal: "ann", text: "key-\(number)",
            fingerprint: Request.fingerprint(of: sample.command))
        let request = Request(
            origin: origin, number: number, floor: number > 2 ? number - 2 : 0,
            actor: sample.isKeyed ? "ann" : nil, credential: sample.credential, key: sample.isKeyed ? key : nil,
            command: sample.command)
        return (sample.name, request)
    }

    private typealias Sample = (
        name: String, command: Command, isKeyed: Bool, credential: TokenID?
    )

    private static let commands: [Sample] =
        byNobody(taskCommands + jobCommands + itemCommands) + tokenCommands
        + byNobody(traceCommands)

    private static func byNobody(
        _ commands: [(name: String, command: Command, isKeyed: Bool)]
    ) -> [Sample] {
        commands.map { ($0.name, $0.command, $0.isKeyed, nil) }
    }

    private static let tokenCommands: [Sample] = [
        ("createTask by a token", .createTask(TaskFields(title: "x")), true, TokenID(2)),
        ("deleteTask by a token", .deleteTask(TaskID(9), expected: nil), false, TokenID(300)),
    ]

    private static let taskCommands: [(name: String, command: Command, isKeyed: Bool)] = [
        ("registerNode", .registerNode(registration), false),
        ("createTask with every field", .createTask(fields), true),
        ("createTask with a title", .createTask(TaskFields(title: "é日👩‍👩‍👧")), false),
        ("updateTask with every field", .updateTask(TaskID(1), expected: 1, patch), true),
        ("updateTask that clears", .updateTask(TaskID(1), expected: nil, clearing), false),
        ("updateTask with nothing", .updateTask(TaskID(2), expected: nil, TaskPatch()), false),
        ("deleteTask", .deleteTask(TaskID(2), expected: 1), true),
        ("deleteTask of any version", .deleteTask(TaskID(9), expected: nil), false),
        ("raiseMachineVersion", .raiseMachineVersion(1), false),
    ]

    private static let registration = NodeRegistration(
        id: 1, name: "n1", address: "http://127.0.0.1:8081", incarnation: 0x2122_2324_2526_2728)

    static let fields: TaskFields = {
        var fields = TaskFields(title: "Write it down")
        fields.description = "two\nlines, \"quoted\""
        fields.status = .inProgress
        fields.priority = 2
        fields.due = CalendarDate(year: 2026, month: 12, day: 1)
        fields.assignee = "bob"
        fields.labels = ["a", "\"b\" and \\"]
        return fields
    }()

    private static let patch: TaskPatch = {
        var patch = TaskPatch()
        patch.title = "Written"
        patch.description = ""
        patch.status = .done
        patch.priority = 4
        patch.due = .some(CalendarDate(year: 2028, month: 2, day: 29))
        patch.assignee = .some("carol")
        patch.labels = ["b"]
        return patch
    }()

    private static let clearing: TaskPatch = {
        var patch = TaskPatch()
        patch.due = .some(nil)
        patch.assignee = .some(nil)
        patch.labels = []
        return patch
    }()

    /// What the leader appends for each request.
    static let payloads: [(String, [UInt8])] = requests.enumerated().map { place, sample in
        let stamp = Stamp(
            clusterTime: 1_000 + UInt64(place),
            wallTime: Timestamp(milliseconds: 1_790_000_000_123 + Int64(place)))
        return (sample.0, stamp.payload(sample.1.encoded()))
    }

    static let taskPayloads = payloads.prefix(taskCommands.count)
    static let jobPayloads = payloads.dropFirst(taskCommands.count).prefix(jobCommands.count)
    static let itemPayloads = payloads.dropFirst(taskCommands.count + jobCommands.count)
        .dropLast(traceCommands.count)
    static let tracePayloads = payloads.suffix(traceCommands.count)

    /// The state after all of those for tasks, and what they changed; a configuration is among
    /// them. With jobs, those for jobs too, up to where all tables have rows; with items, those
    /// for boards and people behind them; with traces, those of machine version 4 at the end.
    static func applied(
        withJobs: Bool = false, withItems: Bool = false, withTraces: Bool = false
    ) -> (state: WorkState, batch: RowBatch) {
        var (state, batch) = (WorkState(), RowBatch())
        for (_, payload) in taskPayloads {
            let index = state.scalars.index + 1
            batch.add(state.apply(index: index, term: 4, payload: payload).applied)
        }
        let configuration = bytes { configurations[0].1.encode(into: &$0) }
        batch.add(
            state.applyOther(
                index: state.scalars.index + 1, term: 5, configuration: configuration))
        if !withJobs { return (state, batch) }
        for (_, payload) in jobPayloads.prefix(while: { $0.0 != "expire" }) {
            let index = state.scalars.index + 1
            batch.add(state.apply(index: index, term: 5, payload: payload).applied)
        }
        if !withItems { return (state, batch) }
        for (_, payload) in itemPayloads + (withTraces ? tracePayloads : []) {
            let index = state.scalars.index + 1
            batch.add(state.apply(index: index, term: 6, payload: payload).applied)
        }
        return (state, batch)
    }
}
