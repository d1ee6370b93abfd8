/// The changed fields of a task as JSON, members in a fixed order: part of the history's row, so
/// it must be the same on every node.
package enum TaskDifference {
    static func created(_ fields: TaskFields) -> String {
        render(values(of: nil), values(of: fields))
    }

    static func deleted(_ fields: TaskFields) -> String {
        render(values(of: fields), values(of: nil))
    }

    static func between(_ before: TaskFields, _ after: TaskFields) -> String {
        render(values(of: before), values(of: after))
    }

    private static let names = [
        "title", "description", "status", "priority", "due", "assignee", "labels",
    ]

    /// Each field as JSON text; what a new task has by default counts as nothing.
    private static func values(of fields: TaskFields?) -> [String] {
        guard let fields else { return names.map { _ in "null" } }
        return [
            quoted(fields.title),
            fields.description.isEmpty ? "null" : quoted(fields.description),
            quoted(fields.status.name),
            fields.priority == 0 ? "null" : String(fields.priority),
            fields.due.map { quoted($0.text) } ?? "null",
            fields.assignee.map { quoted($0) } ?? "null",
            fields.labels.isEmpty
                ? "null" : "[" + fields.labels.map { quoted($0) }.joined(separator: ",") + "]",
        ]
    }

    private static func render(_ before: [String], _ after: [String]) -> String {
        var members: [String] = []
        for (place, name) in names.enumerated()
        where !before[place].utf8.elementsEqual(after[place].utf8) {
            members.append(
                "\"\(name)\":{\"before\":\(before[place]),\"after\":\(after[place])}")
        }
        return "{" + members.joined(separator: ",") + "}"
    }

    /// A JSON string (RFC 8259, section 7), escaping no more than it must.
    package static func quoted(_ text: String) -> String {
        let isPlain = !text.utf8.contains { $0 < 0x20 || $0 == 0x22 || $0 == 0x5c }
        if isPlain { return "\"" + text + "\"" }
        var result = "\""
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
