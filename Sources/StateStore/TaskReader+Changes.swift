package import Work

/// How far a table was copied, in the order of change; the second number tells apart what one
/// entry changed.
package struct ChangePlace: Hashable, Comparable, Sendable {
    package var index: UInt64
    package var tie: UInt64

    package init(index: UInt64, tie: UInt64) {
        self.index = index
        self.tie = tie
    }

    package static let start = ChangePlace(index: 0, tie: 0)

    /// Behind everything that the entry at `index` changed.
    package static func end(of index: UInt64) -> ChangePlace {
        ChangePlace(index: index, tie: UInt64(Int64.max))
    }

    package static func < (left: ChangePlace, right: ChangePlace) -> Bool {
        (left.index, left.tie) < (right.index, right.tie)
    }

    var values: [SQLValue] { [.unsigned(index), .unsigned(index), .unsigned(tie)] }
}

extension TaskReader {
    /// Nodes that changed after the entry at `index`.
    package func nodes(changedAfter index: UInt64) throws -> [NodeRecord] {
        try session.rows(
            Table.nodes.select + " WHERE changed_index > ? ORDER BY id", [.unsigned(index)])
    }

    /// Tasks and tombstones in the order of their last change.
    package func tasks(changedAfter place: ChangePlace, limit: Int) throws -> [TaskRecord] {
        try session.rows(
            Table.tasks.select
                + " WHERE changed_index >= ? AND (changed_index > ? OR id > ?)"
                + " ORDER BY changed_index, id LIMIT ?",
            place.values + [.int(Int64(limit))])
    }

    /// Steps of all tasks in the order of the log. Ordinals count from 0, so a place's tie is the
    /// next one, not the last.
    package func history(from place: ChangePlace, limit: Int) throws -> [HistoryRecord] {
        try session.rows(
            Table.history.select
                + " WHERE log_index >= ? AND (log_index > ? OR ordinal >= ?)"
                + " ORDER BY log_index, ordinal LIMIT ?",
            place.values + [.int(Int64(limit))])
    }

    /// Idempotency keys that are this prefix and their task's number, of tasks behind this one, by
    /// the tasks' numbers; none that has expired. Before them those with another fingerprint than
    /// `print`, whatever their tasks. Only a base has keys.
    package func keys(
        of principal: String, from prefix: String, print: UInt64, after: TaskID?, limit: Int
    ) throws -> [KeyRecord] {
        let now = try scalars().clusterTime
        // No letter comes behind the last scalar that there is. The range is for the index.
        return try session.rows(
            Table.keys.select
                + " WHERE principal = ? AND name >= ? AND name < ? AND name = ? || task_id"
                + " AND (task_id > ? OR fingerprint <> ?) AND expires > ?"
                + " ORDER BY fingerprint = ?, task_id LIMIT ?",
            [
                .text(principal), .text(prefix), .text(prefix + "\u{10ffff}"), .text(prefix),
                .unsigned(after?.rawValue ?? 0), .hex(print), .unsigned(now), .hex(print),
                .int(Int64(limit)),
            ])
    }

    package func tombstones(after: TaskID?, limit: Int) throws -> [TaskRecord] {
        try session.rows(
            Table.tasks.select
                + " WHERE deleted_at IS NOT NULL AND id > ? ORDER BY id LIMIT ?",
            [.unsigned(after?.rawValue ?? 0), .int(Int64(limit))])
    }
}

extension TaskRecord {
    var changePlace: ChangePlace { ChangePlace(index: changedIndex, tie: id.rawValue) }
}

extension HistoryRecord {
    /// The place behind this step.
    var changePlace: ChangePlace { ChangePlace(index: index, tie: UInt64(ordinal) + 1) }
}
