import Work

/// What a task's own requests bring: where it goes, which step is undone, when it is to be as.
struct TaskActionInput {
    /// Who asks, for the history.
    var author: String?

    static func move(_ value: JSONValue) throws(Problem) -> (TaskMove, author: String?) {
        var reader = FieldReader(value)
        var move = TaskMove()
        move.board = reader.number("board").map { BoardID($0) }
        move.column = reader.columnKey("column")
        move.after = reader.number("after").map { TaskID($0) }
        move.before = reader.number("before").map { TaskID($0) }
        let author = reader.author()
        try reader.finish().check()
        return (move, author)
    }

    static func undo(
        _ value: JSONValue
    ) throws(Problem) -> (place: HistoryStep, author: String?) {
        var reader = FieldReader(value)
        let index = reader.number("index")
        if index == nil, reader.problems.isEmpty { reader.report("index", "is required") }
        let ordinal = reader.integer("ordinal", 0...UInt64(UInt32.max))
        let author = reader.author()
        try reader.finish().check()
        return (HistoryStep(index: index ?? 0, ordinal: ordinal.map { UInt32($0) }), author)
    }

    static func restore(_ value: JSONValue) throws(Problem) -> (asOf: UInt64?, author: String?) {
        var reader = FieldReader(value)
        let index = reader.number("as_of")
        let author = reader.author()
        try reader.finish().check()
        return (index, author)
    }
}

/// A step of a task's history; without an ordinal the first one of that entry.
struct HistoryStep {
    var index: UInt64
    var ordinal: UInt32?
}

/// Comments, saved views and boards as clients hand them in.
enum ItemInput {
    static func comment(_ value: JSONValue) throws(Problem) -> (text: String, author: String?) {
        var reader = FieldReader(value)
        let text = reader.required("text")
        if let text, let problem = CommentRecord.problem(text) {
            reader.report("text", problem.detail)
        }
        let author = reader.author()
        try reader.finish().check()
        return (text ?? "", author)
    }

    struct View {
        var name: String?
        var query: String?
        /// Whether nobody else sees it.
        var isPrivate = false
    }

    static func view(_ value: JSONValue, isNew: Bool) throws(Problem) -> View {
        var reader = FieldReader(value)
        var view = View()
        view.name = isNew ? reader.required("name") : reader.string("name")
        view.query = isNew ? reader.required("query") : reader.string("query")
        if isNew { view.isPrivate = reader.bool("private") ?? false }
        for problem in ViewRecord.problems(name: view.name, query: view.query) {
            reader.report(String(problem.pointer.dropFirst()), problem.detail)
        }
        if let query = view.query {
            do throws(QueryError) {
                _ = try TaskQuery(parsing: query)
            } catch {
                reader.report("query", error.description)
            }
        }
        try reader.finish().check()
        return view
    }
}

// MARK: Boards

extension ItemInput {
    static func newBoard(_ value: JSONValue) throws(Problem) -> BoardFields {
        var reader = FieldReader(value)
        let name = reader.required("name")
        let columns = columns(&reader)
        let onDone = queue(&reader)
        var fields = BoardFields.initial
        if let name { fields.name = name }
        if let columns { fields.columns = columns }
        fields.onDone = onDone ?? nil
        try check(fields, &reader)
        return fields
    }

    /// The change to apply to what the board is, and where tasks of columns go that are gone then.
    static func boardChange(
        _ value: JSONValue
    ) throws(Problem) -> (apply: (inout BoardFields) -> Void, moveTo: String?) {
        var reader = FieldReader(value)
        let name = reader.string("name")
        let columns = columns(&reader)
        let onDone = queue(&reader)
        let moveTo = reader.columnKey("move_to")
        var sample = BoardFields.initial
        if let name { sample.name = name }
        if let columns { sample.columns = columns }
        try check(sample, &reader)
        let apply = { (fields: inout BoardFields) in
            if let name { fields.name = name }
            if let columns { fields.columns = columns }
            if let onDone { fields.onDone = onDone }
        }
        return (apply, moveTo)
    }

    private static func check(
        _ fields: BoardFields, _ reader: inout FieldReader
    ) throws(Problem) {
        for problem in fields.problems {
            reader.report(String(problem.pointer.dropFirst()), problem.detail)
        }
        try reader.finish().check()
    }

    /// `.some(nil)` is none any more.
    private static func queue(_ reader: inout FieldReader) -> QueueName?? {
        if reader.takeNull("on_done") { return .some(nil) }
        guard let text = reader.string("on_done") else { return nil }
        if let name = QueueName(text) { return .some(name) }
        reader.report("on_done", QueueName.rule)
        return nil
    }

    private static func columns(_ reader: inout FieldReader) -> [Column]? {
        guard let value = reader.take("columns") else { return nil }
        guard case .array(let elements) = value else {
            reader.report("columns", "must be an array of columns, not \(value.kind)")
            return nil
        }
        guard elements.count <= Limits.columns else {
            reader.report("columns", "must be 1 to \(Limits.columns)")
            return nil
        }
        let statuses = TaskStatus.allCases.map { ($0.name, $0) }
        var columns: [Column] = []
        for (place, element) in elements.enumerated() {
            var inner = FieldReader(element, at: "/columns/\(place)")
            let key = inner.required("key") ?? "?"
            let name = inner.required("name") ?? "?"
            let status = inner.choice("status", statuses)
            if status == nil, inner.problems.isEmpty { inner.report("status", "is required") }
            // What an answer has is taken back.
            _ = inner.bool("home")
            reader.add(inner.finish())
            columns.append(Column(key: key, name: name, status: status ?? .pending))
        }
        return columns
    }
}

// MARK: Kinds of values

extension FieldReader {
    /// A number that things are known by, or a log index.
    mutating func number(_ name: String) -> UInt64? {
        integer(name, 1...UInt64(Int64.max))
    }

    mutating func required(_ name: String) -> String? {
        guard let value = take(name) else {
            report(name, "is required")
            return nil
        }
        if case .string(let text) = value { return text }
        report(name, "must be a string, not \(value.kind)")
        return nil
    }

    mutating func bool(_ name: String) -> Bool? {
        guard let value = take(name) else { return nil }
        if case .bool(let value) = value { return value }
        report(name, "must be true or false, not \(value.kind)")
        return nil
    }

    /// Who asks, for the history. Where users sign in, it is who signed in.
    mutating func author() -> String? {
        if takeNull("author") { return nil }
        guard let name = string("author") else { return nil }
        if let problem = Text.problem(name, 1...Limits.nameCharacters) {
            report("author", problem)
        }
        return name
    }

    /// Whether there is such a column is for the cluster to know.
    mutating func columnKey(_ name: String) -> String? {
        guard let key = string(name) else { return nil }
        if !Column.isKey(key) { report(name, Column.keyRule) }
        return key
    }

    mutating func strings(_ name: String) -> [String]? {
        guard let value = take(name) else { return nil }
        let texts = value.elements.compactMap(\.text)
        if case .array(let elements) = value, texts.count == elements.count { return texts }
        report(name, "must be an array of strings")
        return nil
    }
}
