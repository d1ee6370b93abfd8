package import Work

/// Tasks as they were once, put together from what they are now and their history.
extension TaskReader {
    /// Tasks looked at for one page of a board's past.
    private static let lookedAt = 2_000
    private static let chunk = 250

    /// The task as it was after the entry at `past`; nil if it was not there, or not any more.
    package func task(_ id: TaskID, asOf past: UInt64) throws -> TaskRecord? {
        guard let row = try task(id) else { return nil }
        return PastTask(row).task(asOf: past, steps: try steps(id...id, since: past)[id] ?? [])
    }

    /// Tasks of a board as they were after the entry at `past`, by rising number.
    package func tasks(
        on board: BoardID, asOf past: UInt64, after: TaskID?, limit: Int
    ) throws -> PastPage {
        var found: [TaskRecord] = []
        var last = after ?? TaskID(0)
        for _ in 0..<(Self.lookedAt / Self.chunk) {
            let rows: [TaskRecord] = try session.rows(
                Table.tasks.select + " WHERE id > ? ORDER BY id LIMIT ?",
                [.unsigned(last.rawValue), .int(Int64(Self.chunk))])
            guard let first = rows.first, let end = rows.last else {
                return PastPage(tasks: found, next: nil)
            }
            let steps = try steps(first.id...end.id, since: past)
            for row in rows {
                last = row.id
                let was =
                    row.changedIndex <= past
                    ? (row.deletedAt == nil ? row : nil)
                    : PastTask(row).task(asOf: past, steps: steps[row.id] ?? [])
                guard let was, was.fields.board == board else { continue }
                found.append(was)
                if found.count == limit { return PastPage(tasks: found, next: last) }
            }
            if rows.count < Self.chunk { return PastPage(tasks: found, next: nil) }
        }
        return PastPage(tasks: found, next: last)
    }

    /// The steps of these tasks that came after the entry at `past`, and of each the last one
    /// before them that changed it.
    private func steps(
        _ ids: ClosedRange<TaskID>, since past: UInt64
    ) throws -> [TaskID: [HistoryRecord]] {
        let range: [SQLValue] = [
            .unsigned(ids.lowerBound.rawValue), .unsigned(ids.upperBound.rawValue),
            .unsigned(past),
        ]
        let later: [HistoryRecord] = try session.rows(
            Table.history.select
                + " WHERE task_id BETWEEN ? AND ? AND log_index > ?"
                + " ORDER BY log_index, ordinal", range)
        var steps: [TaskID: [HistoryRecord]] = [:]
        for step in later {
            if steps[step.task] == nil { steps[step.task] = try lastStep(step.task, through: past) }
            steps[step.task]?.append(step)
        }
        return steps
    }

    func lastStep(_ id: TaskID, through past: UInt64) throws -> [HistoryRecord] {
        try session.rows(
            Table.history.select
                + " WHERE task_id = ? AND log_index <= ? AND command <> 'comment'"
                + " ORDER BY log_index DESC, ordinal DESC LIMIT 1",
            [.unsigned(id.rawValue), .unsigned(past)])
    }
}
