/// The changed fields of a task as JSON, members in a fixed order: part of the history's row, so
/// it must be the same on every node.
package enum TaskDifference {
    static func created(_ fields: TaskFields) -> String { render(nil, fields) }

    /// All that the task was, to find the way back.
    static func deleted(_ task: TaskRecord) -> String {
        let usual = Int64(truncatingIfNeeded: task.id.rawValue << 20)
        return render(task.fields, nil, rank: task.rank == usual ? nil : (task.rank, nil))
    }

    /// Where the rank differs it is among them: nothing else would say it.
    static func between(_ before: TaskRecord, _ after: TaskRecord) -> String {
        render(
            before.fields, after.fields,
            rank: before.rank == after.rank ? nil : (before.rank, after.rank))
    }

    /// The version leaps over those that the task had before it was deleted.
    static func restored(_ fields: TaskFields, version: (UInt64, UInt64)) -> String {
        render(nil, fields, version: version)
    }

    static func comment(_ id: CommentID, _ before: String?, _ after: String?) -> String {
        let (before, after) = (before.map { quoted($0) }, after.map { quoted($0) })
        return "{\"comment\":{\"id\":\(id.rawValue),\"before\":\(before ?? "null"),\"after\":"
            + "\(after ?? "null")}}"
    }

    /// What a new task has by default counts as nothing.
    private static func render(
        _ before: TaskFields?, _ after: TaskFields?, rank: (Int64, Int64?)? = nil,
        version: (UInt64, UInt64)? = nil
    ) -> String {
        var members = Members()
        members.add("title", before?.title, after?.title)
        members.add("description", description(before), description(after))
        members.add("status", before?.status.name, after?.status.name)
        members.add("priority", json: priority(before), priority(after))
        members.add("due", before?.due?.text, after?.due?.text)
        members.add("assignee", before?.assignee, after?.assignee)
        members.add("labels", json: labels(before), labels(after))
        members.add("board", json: board(before), board(after))
        members.add("column", before?.column, after?.column)
        if let rank { members.add("rank", json: String(rank.0), rank.1.map { String($0) }) }
        if let version { members.add("version", json: String(version.0), String(version.1)) }
        return members.finish()
    }

    private static func description(_ fields: TaskFields?) -> String? {
        fields.flatMap { $0.description.isEmpty ? nil : $0.description }
    }

    private static func priority(_ fields: TaskFields?) -> String? {
        fields.flatMap { $0.priority == 0 ? nil : String($0.priority) }
    }

    private static func board(_ fields: TaskFields?) -> String? {
        fields.flatMap { $0.board == .first ? nil : String($0.board.rawValue) }
    }

    private static func labels(_ fields: TaskFields?) -> String? {
        guard let labels = fields?.labels, !labels.isEmpty else { return nil }
        return "[" + labels.map { quoted($0) }.joined(separator: ",") + "]"
    }

    /// The members whose values differ. Only those are rendered: most fields of a task, and its
    /// long ones above all, stay as they are.
    private struct Members {
        private var text = "{"

        init() { text.reserveCapacity(250) }

        consuming func finish() -> String {
            text += "}"
            return text
        }

        mutating func add(_ name: String, _ before: String?, _ after: String?) {
            if Text.isIdentical(before, after) { return }
            append(name, before.map { quoted($0) }, after.map { quoted($0) })
        }

        mutating func add(_ name: String, json before: String?, _ after: String?) {
            if !Text.isIdentical(before, after) { append(name, before, after) }
        }

        private mutating func append(_ name: String, _ before: String?, _ after: String?) {
            if text.utf8.count > 1 { text += "," }
            text += "\"\(name)\":{\"before\":"
            text += before ?? "null"
            text += ",\"after\":"
            text += after ?? "null"
            text += "}"
        }
    }

    /// A JSON string (RFC 8259, section 7), escaping no more than it must.
    package static func quoted(_ text: String) -> String {
        var result = "\""
        if Text.isPlain(text) {
            result.reserveCapacity(text.utf8.count + 2)
            result += text
            return result + "\""
        }
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
