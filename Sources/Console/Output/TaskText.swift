package import Client

/// Tasks and their history, as a terminal shows them.
package enum TaskText {
    package static func table(_ tasks: [TaskItem]) -> TextTable {
        // Who has one board and its own three columns need not read of it.
        let hasPlaces = tasks.contains { $0.board != 1 || $0.column != nil }
        var table = TextTable(
            [
                .init("ID", .right), .init("STATUS"), .init("P", .right),
                .init("TITLE", shrinks: true), .init("DUE"), .init("ASSIGNEE"),
            ] + (hasPlaces ? [.init("PLACE")] : []) + [.init("LABELS", shrinks: true)])
        for task in tasks {
            table.append(
                [
                    .init(String(task.id)), .init(task.status, colour(task.status)),
                    .init(task.priority == 0 ? "-" : String(task.priority)), .init(task.title),
                    .init(task.due ?? "-"), .init(task.assignee ?? "-"),
                ] + (hasPlaces ? [.init(place(task))] : [])
                    + [.init(task.labels.joined(separator: " "))])
        }
        return table
    }

    private static func place(_ task: TaskItem) -> String {
        String(task.board) + (task.column.map { " " + $0 } ?? "")
    }

    package static func comment(_ comment: CommentItem) -> String {
        "\(comment.created)\(by(comment.author)):\n\(Printable.lines(comment.text))\n"
    }

    package static func details(_ task: TaskItem) -> String {
        let fields: [(String, String)] = [
            ("task", "\(task.id), version \(task.version)"), ("title", task.title),
            ("status", task.status),
            ("priority", task.priority == 0 ? "none" : String(task.priority)),
            ("due", task.due ?? "-"), ("assignee", task.assignee ?? "-"),
            ("labels", task.labels.isEmpty ? "-" : task.labels.joined(separator: ", ")),
            ("board", place(task)),
            ("created", "\(task.created) on node \(task.createdBy)\(by(task.author))"),
            ("updated", task.updated),
        ]
        var text = fields.map { pad($0.0, 10) + Printable.line($0.1) + "\n" }.joined()
        if !task.description.isEmpty { text += "\n\(Printable.lines(task.description))\n" }
        return text
    }

    package static func history(_ entries: [HistoryEntry]) -> TextTable {
        var table = TextTable([
            .init("INDEX", .right), .init("TERM", .right), .init("NODE", .right),
            .init("TIME"), .init("AUTHOR"), .init("COMMAND"), .init("CHANGES", shrinks: true),
        ])
        for entry in entries {
            let changes = entry.changes.sorted { $0.key < $1.key }.map { name, change in
                change.before == .null
                    ? "\(name): \(change.after.text)"
                    : "\(name): \(change.before.text) -> \(change.after.text)"
            }
            table.append([
                .init(String(entry.index)), .init(String(entry.term)), .init(String(entry.node)),
                .init(entry.time), .init(entry.author ?? "-"), .init(entry.command),
                .init(changes.joined(separator: "; ")),
            ])
        }
        return table
    }

    /// Both versions of a task that two people edited.
    package static func conflict(wanted: TaskItem, current: TaskItem?) -> String {
        guard let current else { return "" }
        var table = TextTable([
            .init("FIELD"), .init("YOURS", shrinks: true), .init("NOW", shrinks: true),
        ])
        let rows: [(String, String, String)] = TaskColumn.allCases.map {
            ($0.rawValue, $0.text(wanted), $0.text(current))
        }
        for (name, yours, now) in rows {
            let differs: Colour? = yours == now ? nil : .yellow
            table.append([.init(name, differs), .init(yours), .init(now, differs)])
        }
        table.append([
            "version", "edited from \(String(wanted.version))", .init(String(current.version)),
        ])
        return table.text(width: Terminal.error.width, colours: Terminal.error.hasColours)
    }

    private static func colour(_ status: String) -> Colour? {
        switch status {
        case "done": .green
        case "in_progress": .yellow
        default: nil
        }
    }

    private static func by(_ author: String?) -> String { author.map { " by \($0)" } ?? "" }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }
}

extension TaskEdit {
    /// The task as it would be after the edit.
    package func applied(to task: TaskItem) -> TaskItem {
        var task = task
        title.apply(to: &task.title, cleared: "")
        description.apply(to: &task.description, cleared: "")
        status.apply(to: &task.status, cleared: "pending")
        priority.apply(to: &task.priority, cleared: 0)
        labels.apply(to: &task.labels, cleared: [])
        due.apply(to: &task.due)
        assignee.apply(to: &task.assignee)
        return task
    }
}

extension TaskEdit.Field {
    fileprivate func apply(to value: inout Value, cleared: Value) {
        switch self {
        case .keep: break
        case .clear: value = cleared
        case .set(let new): value = new
        }
    }

    fileprivate func apply(to value: inout Value?) {
        switch self {
        case .keep: break
        case .clear: value = nil
        case .set(let new): value = new
        }
    }
}
