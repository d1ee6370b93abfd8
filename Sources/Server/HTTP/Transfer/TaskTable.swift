import FoundationEssentials
import Work

/// Tasks as a table: what an export writes and an import reads.
enum TaskTable {
    /// In the order in which an export writes them.
    static let columns = [
        "title", "description", "status", "priority", "due", "assignee", "labels", "board",
        "column",
    ]
    /// What the cluster sets: an export may hold it, an import passes over it.
    static let passedOver: Set<String> = [
        "id", "rank", "created_by", "version", "created", "updated", "deleted_at",
    ]

    static func record(_ task: TaskRecord) -> String {
        let fields = task.fields
        return CSVWriter.record([
            fields.title, fields.description, fields.status.name, String(fields.priority),
            fields.due?.text ?? "", fields.assignee ?? "", labels(fields.labels),
            String(fields.board.rawValue), fields.column ?? "",
        ])
    }

    /// Separated by semicolons; one that holds a semicolon comes back as two.
    private static func labels(_ labels: [String]) -> String { labels.joined(separator: ";") }

    /// No more lines than these are looked at: each costs much more memory than its bytes.
    private static let rowsMax = 50_000

    private static func check(rows: Int) throws(Problem) {
        guard rows <= rowsMax else {
            throw .badRequest("a file has \(rowsMax) tasks at most, this one has \(rows)")
        }
    }

    /// A task of a file, or what is wrong with it.
    struct Row {
        var line: Int
        var task: Result<TaskFields, Problem>
    }

    // MARK: CSV

    /// A task that names no board is for `board`, or for the first one.
    static func csv(_ bytes: [UInt8], board: BoardID? = nil) throws(Problem) -> [Row] {
        let records: [CSVReader.Record]
        do {
            records = try CSVReader.records(bytes)
        } catch {
            throw .badRequest(error.description)
        }
        guard let header = records.first else { return [] }
        try check(rows: records.count - 1)
        let names = try names(header)
        return records.dropFirst().map { record in
            Row(line: record.line, task: Result { () throws(Problem) in
                guard record.fields.count == names.count else {
                    throw .badRequest(
                        "has \(record.fields.count) fields, the header names \(names.count)")
                }
                let members = zip(names, record.fields).compactMap { member($0, $1) }
                return try TaskInput.create(.object(placed(members, on: board))).0
            })
        }
    }

    private static func placed(
        _ members: [JSONValue.Member], on board: BoardID?
    ) -> [JSONValue.Member] {
        guard let board, !members.contains(where: { $0.name == "board" }) else { return members }
        return members + [.init(name: "board", value: .integer(Int64(board.rawValue)))]
    }

    private static func names(_ header: CSVReader.Record) throws(Problem) -> [String] {
        var names: [String] = []
        for field in header.fields {
            let name = trimmed(field).lowercased()
            guard columns.contains(name) || name == "author" || passedOver.contains(name) else {
                throw .badRequest(
                    "line \(header.line): '\(name.prefix(64))' is no known column; known are "
                        + columns.joined(separator: ", "))
            }
            if names.contains(name) {
                throw .badRequest("line \(header.line): the column '\(name)' is there twice")
            }
            names.append(name)
        }
        if !names.contains("title") {
            throw .badRequest("line \(header.line): the column 'title' is missing")
        }
        return names
    }

    /// As a client would say it in JSON; an empty field leaves the default.
    private static func member(_ name: String, _ field: String) -> JSONValue.Member? {
        let text = name == "description" ? field : trimmed(field)
        if passedOver.contains(name) || text.isEmpty && name != "title" { return nil }
        let value: JSONValue =
            switch name {
            case "priority", "board": Int64(text).map { .integer($0) } ?? .string(text)
            case "labels":
                .array(
                    text.split(separator: ";").map { trimmed($0) }.filter { !$0.isEmpty }
                        .map { .string($0) })
            default: .string(text)
            }
        return JSONValue.Member(name: name, value: value)
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        return String(text.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }

    // MARK: JSON

    /// An array of tasks, or an object with one as `items`, as lists of the API are. The line of a
    /// task is its place in the array, from 1.
    static func json(_ bytes: [UInt8], board: BoardID? = nil) throws(Problem) -> [Row] {
        let value: JSONValue
        do {
            value = try JSONReader.read(bytes)
        } catch {
            throw .badJSON("at byte \(error.offset): \(error.reason)")
        }
        let list = value.members.isEmpty ? value : value["items"]
        guard case .array(let elements) = list else {
            throw .badRequest("the file must hold an array of tasks, or an object with one as items")
        }
        try check(rows: elements.count)
        return elements.enumerated().map { place, element in
            Row(line: place + 1, task: Result { () throws(Problem) in
                guard case .object(let members) = element else {
                    throw .badRequest("must be an object, not \(element.kind)")
                }
                let kept = members.filter { !passedOver.contains($0.name) }
                return try TaskInput.create(.object(placed(kept, on: board))).0
            })
        }
    }
}
