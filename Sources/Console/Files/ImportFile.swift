package import Client
package import Foundation
import Work

/// The tasks of a file, or everything that is wrong with it: nothing is sent of a file that
/// holds a mistake.
package struct ImportFile: Sendable {
    package struct Row: Hashable, Sendable {
        /// From 1, in the order of the file: part of the row's idempotency key.
        package var number: Int
        /// How to name it to a person: `line 12`.
        package var place: String
        package var draft: TaskDraft
    }

    package struct Problem: Hashable, Sendable, CustomStringConvertible {
        package var place: String
        package var what: String
        package var description: String { "\(place): \(what)" }
    }

    package struct Problems: Error, CustomStringConvertible {
        package var problems: [Problem]
        package var description: String { problems.map(\.description).joined(separator: "\n") }

        init(_ problems: [Problem]) { self.problems = problems }
    }

    package enum Format: String, Sendable, CaseIterable {
        case csv, json

        /// By the file's name; nil if that does not tell.
        package init?(path: String) {
            guard let dot = path.lastIndex(of: "."),
                let format = Format(rawValue: path[path.index(after: dot)...].lowercased())
            else { return nil }
            self = format
        }
    }

    package let rows: [Row]

    package init(_ data: Data, format: Format) throws(Problems) {
        switch format {
        case .csv: rows = try CSVImport.rows(Array(data))
        case .json: rows = try JSONImport.rows(data)
        }
        if rows.isEmpty { throw Problems([Problem(place: "the file", what: "holds no task")]) }
    }
}

/// The columns of a table of tasks, in the order in which an export writes them.
enum TaskColumn: String, CaseIterable {
    case title, description, status, priority, due, assignee, labels, board, column

    /// What an export writes.
    func text(_ task: TaskItem) -> String {
        switch self {
        case .title: task.title
        case .description: task.description
        case .status: task.status
        case .priority: String(task.priority)
        case .due: task.due ?? ""
        case .assignee: task.assignee ?? ""
        case .labels: task.labels.joined(separator: ";")
        case .board: String(task.board)
        case .column: task.column ?? ""
        }
    }
}

/// Applies to a task what the cluster would: better all mistakes now than one by one later.
enum DraftCheck {
    static func problems(_ draft: TaskDraft) -> [String] {
        var found: [String] = []
        var fields = TaskFields(title: draft.title)
        fields.description = draft.description ?? ""
        fields.assignee = draft.assignee
        fields.labels = draft.labels ?? []
        if let status = draft.status, TaskStatus(name: status) == nil {
            let names = TaskStatus.allCases.map(\.name).joined(separator: ", ")
            found.append("status: '\(status)' is none of \(names)")
        }
        if let priority = draft.priority, !(0...Int(Limits.priority)).contains(priority) {
            found.append("priority: \(priority) is not between 0 (none) and \(Limits.priority)")
        }
        if let due = draft.due, CalendarDate(text: due) == nil {
            found.append("due: '\(due)' is no day such as 2026-12-01")
        }
        found += fields.problems.map { "\($0.pointer.dropFirst()): \($0.detail)" }
        if let author = draft.author,
            let problem = Text.problem(author, 1...Limits.nameCharacters)
        {
            found.append("author: \(problem)")
        }
        return found
    }
}
