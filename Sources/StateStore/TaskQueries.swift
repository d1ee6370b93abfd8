package import Work

/// What the application asks of a database, the same on both engines. Calls block, so they belong
/// on a thread that may.
package protocol TaskQueries: Sendable {
    /// Everything read in `body` comes from one state: the one at `appliedIndex`.
    func read<Result>(_ body: (TaskReader) throws -> Result) throws -> Result
}

extension TaskQueries {
    package func appliedIndex() throws -> UInt64 { try read { try $0.appliedIndex() } }

    package func tasks(
        after: TaskID?, limit: Int, status: TaskStatus?
    ) throws -> [TaskRecord] {
        try read { try $0.tasks(after: after, limit: limit, status: status) }
    }

    package func task(_ id: TaskID) throws -> TaskRecord? { try read { try $0.task(id) } }

    package func history(
        of task: TaskID, after: HistoryPlace?, limit: Int
    ) throws -> [HistoryRecord] {
        try read { try $0.history(of: task, after: after, limit: limit) }
    }

    package func nodes() throws -> [NodeRecord] { try read { try $0.nodes() } }
}

/// A step's place in the history, for the page that follows it.
package struct HistoryPlace: Hashable, Sendable {
    package var index: UInt64
    package var ordinal: UInt32

    package init(index: UInt64, ordinal: UInt32) {
        self.index = index
        self.ordinal = ordinal
    }
}

/// Queries within one `read`; it may not be kept longer.
package struct TaskReader {
    let session: any SQLSession

    /// The index whose state the rows are; 0 while they are none, because a projection is being
    /// copied.
    package func appliedIndex() throws -> UInt64 { try scalars().index }

    package func scalars() throws -> StateScalars {
        let rows: [StateScalars] = try session.rows(
            Table.scalars.select + " WHERE id = 1")
        guard rows.count == 1 else {
            throw StoreError(
                .format, "raft_state, job_state and item_state must hold one row each.")
        }
        return rows[0]
    }

    /// Live tasks by rising ID.
    package func tasks(
        after: TaskID?, limit: Int, status: TaskStatus?
    ) throws -> [TaskRecord] {
        var sql = Table.tasks.select + " WHERE deleted_at IS NULL AND id > ?"
        var values: [SQLValue] = [.unsigned(after?.rawValue ?? 0)]
        if let status {
            sql += " AND status = ?"
            values.append(.text(status.name))
        }
        return try session.rows(sql + " ORDER BY id LIMIT ?", values + [.int(Int64(limit))])
    }

    /// A tombstone too.
    package func task(_ id: TaskID) throws -> TaskRecord? {
        let rows: [TaskRecord] = try session.rows(
            Table.tasks.select + " WHERE id = ?", [.unsigned(id.rawValue)])
        return rows.first
    }

    /// The steps of a task's life, oldest first.
    package func history(
        of task: TaskID, after: HistoryPlace?, limit: Int
    ) throws -> [HistoryRecord] {
        let after = after ?? HistoryPlace(index: 0, ordinal: 0)
        return try session.rows(
            Table.history.select
                + " WHERE task_id = ? AND log_index >= ? AND (log_index > ? OR ordinal > ?)"
                + " ORDER BY log_index, ordinal LIMIT ?",
            [
                .unsigned(task.rawValue), .unsigned(after.index), .unsigned(after.index),
                .int(Int64(after.ordinal)), .int(Int64(limit)),
            ])
    }

    package func nodes() throws -> [NodeRecord] {
        try session.rows(Table.nodes.select + " ORDER BY id")
    }
}
