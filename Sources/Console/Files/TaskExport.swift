package import Client
package import Foundation
import Work

/// Writes tasks so that an import reads them back: by rising ranks, since an import puts each task
/// behind the last one of its column.
package enum TaskExport {
    package static func csv(_ tasks: [TaskItem]) -> Data {
        var text = CSVWriter.record(TaskColumn.allCases.map(\.rawValue))
        for task in inOrder(tasks) {
            text += CSVWriter.record(TaskColumn.allCases.map { $0.text(task) })
        }
        return Data(text.utf8)
    }

    package static func json(_ tasks: [TaskItem]) throws -> Data {
        try JSON.encode(inOrder(tasks), pretty: true) + Data("\n".utf8)
    }

    private static func inOrder(_ tasks: [TaskItem]) -> [TaskItem] {
        tasks.sorted { ($0.rank, $0.id) < ($1.rank, $1.id) }
    }

    /// Tasks with a label that holds the separator of labels: CSV cannot say it.
    package static func unfitForCSV(_ tasks: [TaskItem]) -> [TaskItem] {
        tasks.filter { $0.labels.contains { $0.contains(";") } }
    }
}
