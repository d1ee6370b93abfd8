package import Node
import StateStore
package import Work

extension RunningNode: TaskService {
    package func tasks(
        after: TaskID?, limit: Int, status: TaskStatus?, atLeast index: UInt64
    ) async throws(ReadFailure) -> [TaskRecord] {
        try await query(atLeast: index) {
            try $0.tasks(after: after, limit: limit, status: status)
        }
    }

    package func anyTask(
        _ id: TaskID, atLeast index: UInt64
    ) async throws(ReadFailure) -> TaskRecord? {
        try await query(atLeast: index) { try $0.task(id) }
    }

    package func history(
        of id: TaskID, after: EventPosition?, limit: Int, atLeast index: UInt64
    ) async throws(ReadFailure) -> [HistoryRecord] {
        let place = after.map { HistoryPlace(index: $0.index, ordinal: $0.ordinal) }
        return try await query(atLeast: index) {
            try $0.history(of: id, after: place, limit: limit)
        }
    }
}
