package import Work

/// A change that was streamed once, found again in the history.
package enum PastEvent: Sendable {
    /// The task as it was after the step; where it changed very often since, as it is now.
    case task(HistoryRecord, TaskRecord)
    /// As it is now: of a board or a saved view only the last change is known.
    case item(Item, HistoryPlace)

    package var place: HistoryPlace {
        switch self {
        case .task(let step, _): HistoryPlace(index: step.index, ordinal: step.ordinal)
        case .item(_, let place): place
        }
    }
}

extension HistoryPlace: Comparable {
    package static func < (left: HistoryPlace, right: HistoryPlace) -> Bool {
        (left.index, left.ordinal) < (right.index, right.ordinal)
    }
}

extension TaskReader {
    /// Later steps of a page's tasks that are undone to show what the tasks were.
    private static let undone = 4_000

    /// What happened after one place and up to another, in order; about `limit` at most. Empty if
    /// nothing did.
    package func events(
        after: HistoryPlace, through end: HistoryPlace, limit: Int
    ) throws -> [PastEvent] {
        let start = ChangePlace(index: after.index, tie: UInt64(after.ordinal) + 1)
        let page = try history(from: start, limit: limit)
        let steps = page.filter { HistoryPlace(index: $0.index, ordinal: $0.ordinal) <= end }
        var events = try tasks(after: steps).map { PastEvent.task($0, $1) }
        let last = page.count == limit ? events.last?.place ?? end : end
        for item in try items(after: after, through: last) { events.append(item) }
        return events.sorted { $0.place < $1.place }
    }

    /// Each step with its task as it was after it.
    private func tasks(
        after steps: [HistoryRecord]
    ) throws -> [(HistoryRecord, TaskRecord)] {
        guard let first = steps.first else { return [] }
        let ids = Set(steps.map(\.task)).sorted()
        let rows = try tasks(ids)
        let later = try laterSteps(ids, from: first.index)
        return try steps.compactMap { step in
            guard let row = rows[step.task] else { return nil }
            guard let later = later?[step.task] else { return (step, row) }
            var known = later
            if known.first?.step == .comment {
                known = try lastStep(step.task, through: first.index - 1) + known
            }
            let was = PastTask(row).record(
                asOf: step.index, ordinal: step.ordinal, steps: known)
            return (step, was ?? row)
        }
    }

    private func tasks(_ ids: [TaskID]) throws -> [TaskID: TaskRecord] {
        let rows: [TaskRecord] = try find(
            ids.map { .unsigned($0.rawValue) }, in: .tasks, Table.tasks.select)
        return Dictionary(rows.map { ($0.id, $0) }) { first, _ in first }
    }

    /// nil if they are too many.
    private func laterSteps(
        _ ids: [TaskID], from index: UInt64
    ) throws -> [TaskID: [HistoryRecord]]? {
        var left = Self.undone
        var found: [TaskID: [HistoryRecord]] = [:]
        for id in ids {
            let steps: [HistoryRecord] = try session.rows(
                Table.history.select
                    + " WHERE task_id = ? AND log_index >= ? ORDER BY log_index, ordinal LIMIT ?",
                [.unsigned(id.rawValue), .unsigned(index), .int(Int64(left))])
            left -= steps.count
            if left <= 0 { return nil }
            found[id] = steps
        }
        return found
    }

    private func items(after: HistoryPlace, through end: HistoryPlace) throws -> [PastEvent] {
        let found = try streamedItems(from: after.index, through: end.index)
        return try found.compactMap { item in
            let index = item.life.changedIndex
            let steps = try session.number(
                "SELECT COUNT(*) FROM task_history WHERE log_index = ?", [.unsigned(index)])
            let place = HistoryPlace(index: index, ordinal: UInt32(clamping: steps ?? 0))
            return after < place && place <= end ? .item(item, place) : nil
        }
    }
}
