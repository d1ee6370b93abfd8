package import Client

/// Changes of tasks as they happen, one line each: for people, or as JSON for programs.
package enum WatchText {
    /// - Parameter belongs: whether the task is among those that are watched, after the change.
    package static func line(_ change: TaskChange, belongs: Bool) -> String {
        let what = belongs || change.kind == "deleted" ? change.kind : "\(change.kind), gone"
        guard let task = change.task else { return "\(what) \(change.taskID)" }
        var parts = ["\(what) \(task.id)", task.status]
        if task.priority > 0 { parts.append("p\(task.priority)") }
        if let due = task.due { parts.append("due \(due)") }
        if let assignee = task.assignee { parts.append("@\(assignee)") }
        return Printable.line(parts.joined(separator: ", ") + ": " + task.title)
    }

    package static func json(_ change: TaskChange, belongs: Bool) throws -> String {
        String(decoding: try JSON.encode(Line(change: change, belongs: belongs)), as: UTF8.self)
    }

    /// The event as the API gives it, and one member more.
    private struct Line: Encodable {
        var change: TaskChange
        var belongs: Bool

        enum CodingKeys: String, CodingKey {
            case belongs
        }

        func encode(to encoder: any Encoder) throws {
            try change.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(belongs, forKey: .belongs)
        }
    }

    /// A table on a terminal of so many lines, in the place of the one before it.
    package static func screen(_ table: String, footer: String, height: Int) -> String {
        var lines = table.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last?.isEmpty == true { lines.removeLast() }
        let room = max(2, height - 2)
        if lines.count > room {
            let more = lines.count - (room - 1)
            lines = lines.prefix(room - 1) + ["and \(more) more"]
        }
        lines += ["", footer]
        return "\u{1b}[H" + lines.map { $0 + "\u{1b}[K" }.joined(separator: "\n") + "\u{1b}[J"
    }
}
