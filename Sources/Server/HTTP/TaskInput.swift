package import Work

/// The body of a request that makes or changes a task. Every field that cannot be accepted is
/// named, not only the first.
package struct TaskInput: Sendable {
    package private(set) var patch = TaskPatch()
    /// Who asks, for the history.
    package private(set) var author: String?
    private var problems: [FieldProblem] = []
    private var unknown = 0

    /// Fields for a new task: `title` is required, the rest has defaults.
    package static func create(_ body: JSONValue) throws(Problem) -> (TaskFields, author: String?) {
        var input = try TaskInput(members: body)
        if input.patch.title == nil, !input.hasProblem("/title") {
            input.report("/title", "is required")
        }
        let fields = input.patch.applied(to: TaskFields(title: input.patch.title ?? "?"))
        try input.finish(fields)
        return (fields, input.author)
    }

    /// Any subset of the fields; null clears `due`, `assignee` and `author`.
    package static func update(_ body: JSONValue) throws(Problem) -> (TaskPatch, author: String?) {
        var input = try TaskInput(members: body)
        try input.finish(input.patch.applied(to: TaskFields(title: "?")))
        return (input.patch, input.author)
    }

    private init(members body: JSONValue) throws(Problem) {
        guard case .object(let members) = body else {
            throw .badFields(
                [FieldProblem(pointer: "", detail: "must be an object, not \(body.kind)")],
                allUnknown: false)
        }
        for member in members { read(member) }
    }

    private mutating func read(_ member: JSONValue.Member) {
        let value = member.value
        switch member.name {
        case "title": patch.title = string(value, "/title")
        case "description": patch.description = string(value, "/description")
        case "status": patch.status = status(value)
        case "priority": patch.priority = priority(value)
        case "due": patch.due = due(value)
        case "assignee": patch.assignee = optionalString(value, "/assignee")
        case "labels": patch.labels = labels(value)
        case "board": patch.board = board(value)
        case "column": patch.column = column(value)
        case "author": readAuthor(value)
        default:
            unknown += 1
            report("/" + FieldProblems.escaped(member.name), "is not a field of a task")
        }
    }

    /// What the state machine would refuse is refused here, where it can be named.
    private mutating func finish(_ fields: TaskFields) throws(Problem) {
        for problem in fields.problems where !hasProblem(problem.pointer) {
            problems.append(problem)
        }
        if !problems.isEmpty {
            throw .badFields(problems, allUnknown: unknown >= problems.count)
        }
    }

    private func hasProblem(_ pointer: String) -> Bool {
        problems.contains { $0.pointer == pointer }
    }

    /// Far more than a request of ours could get wrong; a hostile one may not fill the memory.
    private mutating func report(_ pointer: String, _ detail: String) {
        guard problems.count < 100 else { return }
        problems.append(FieldProblem(pointer: pointer, detail: detail))
    }
}

// MARK: Fields

extension TaskInput {
    private mutating func string(_ value: JSONValue, _ pointer: String) -> String? {
        if case .string(let text) = value { return text }
        report(pointer, "must be a string, not \(value.kind)")
        return nil
    }

    private mutating func optionalString(_ value: JSONValue, _ pointer: String) -> String?? {
        switch value {
        case .null: return .some(nil)
        case .string(let text): return .some(text)
        case .bool, .integer, .number, .array, .object:
            report(pointer, "must be a string or null, not \(value.kind)")
            return nil
        }
    }

    private mutating func readAuthor(_ value: JSONValue) {
        guard case .some(.some(let name)) = optionalString(value, "/author") else { return }
        if let problem = Text.problem(name, 1...Limits.nameCharacters) {
            report("/author", problem)
        }
        author = name
    }

    private mutating func status(_ value: JSONValue) -> TaskStatus? {
        guard let text = string(value, "/status") else { return nil }
        if let status = TaskStatus(name: text) { return status }
        let names = TaskStatus.allCases.map(\.name).joined(separator: ", ")
        report("/status", "must be one of: \(names)")
        return nil
    }

    private mutating func priority(_ value: JSONValue) -> UInt8? {
        if case .integer(let number) = value, (0...Int64(Limits.priority)).contains(number) {
            return UInt8(number)
        }
        report("/priority", "must be a whole number from 0 (none) to \(Limits.priority)")
        return nil
    }

    private mutating func board(_ value: JSONValue) -> BoardID? {
        if let number = value.whole, number >= 1 { return BoardID(UInt64(number)) }
        report("/board", "must be a board's number")
        return nil
    }

    private mutating func column(_ value: JSONValue) -> String?? {
        let key = optionalString(value, "/column")
        if case .some(.some(let text)) = key, !Column.isKey(text) {
            report("/column", Column.keyRule)
        }
        return key
    }

    private mutating func due(_ value: JSONValue) -> CalendarDate?? {
        if case .null = value { return .some(nil) }
        if case .string(let text) = value, let date = CalendarDate(text: text) {
            return .some(date)
        }
        report("/due", "must be a day such as \"2026-12-01\", or null")
        return nil
    }

    private mutating func labels(_ value: JSONValue) -> [String]? {
        guard case .array(let elements) = value else {
            report("/labels", "must be an array of strings, not \(value.kind)")
            return nil
        }
        guard elements.count <= Limits.labels else {
            report("/labels", "has \(elements.count) labels, at most \(Limits.labels) are allowed")
            return nil
        }
        var labels: [String] = []
        for (place, element) in elements.enumerated() {
            if let label = string(element, "/labels/\(place)") { labels.append(label) }
        }
        return labels
    }
}

extension Column {
    static let keyRule = "must be a column's key: 1 to \(Limits.columnKeyBytes) of a-z 0-9 _ -"
}
