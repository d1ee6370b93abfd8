/// A table as rows are written to it and read from it: its columns in the order of the values.
package struct Table: Sendable {
    package let name: String
    let key: [String]
    let columns: [String]
    /// The statements that `RowWriter` takes, by how many rows they write: building one anew would
    /// cost a batch more than the rows do.
    private let upserts: [Dialect: [Int: String]]

    init(name: String, key: [String], columns: [String]) {
        self.name = name
        self.key = key
        self.columns = columns
        var upserts: [Dialect: [Int: String]] = [:]
        for dialect in Dialect.allCases {
            for rows in RowWriter.sizes {
                upserts[dialect, default: [:]][rows] = dialect.upsert(
                    into: name, key: key, columns: columns, rows: rows)
            }
        }
        self.upserts = upserts
    }

    /// Inserts so many rows, one of `RowWriter.sizes`, each in place of the one with its key.
    func upsert(_ rows: Int, _ dialect: Dialect) -> String {
        guard let text = upserts[dialect]?[rows] else {
            preconditionFailure("Rows are written by the sizes of RowWriter.")
        }
        return text
    }

    var select: String { "SELECT \(columns.joined(separator: ", ")) FROM \(name)" }

    static let nodes = Table(
        name: "nodes", key: ["id"],
        columns: ["id", "name", "address", "first_seen", "incarnation", "changed_index"])

    /// A task's rank within its column is called `position`: `rank` is a reserved word of MySQL 8.
    static let tasks = Table(
        name: "tasks", key: ["id"],
        columns: [
            "id", "title", "description", "status", "priority", "due", "assignee", "labels",
            "position", "created_by", "author", "version", "created", "updated", "deleted_at",
            "changed_index", "board_id", "column_key",
        ])

    static let history = Table(
        name: "task_history", key: ["log_index", "ordinal"],
        columns: [
            "log_index", "ordinal", "term", "task_id", "command", "author", "node_id", "time",
            "changes",
        ])

    static let origins = Table(
        name: "origins", key: ["node_id", "incarnation"],
        columns: ["node_id", "incarnation", "lowest", "seen"])

    static let keys = Table(
        name: "idempotency_keys", key: ["principal", "name"],
        columns: [
            "principal", "name", "fingerprint", "outcome", "task_id", "task_version", "expires",
            "log_index",
        ])

    /// One row, `id` 1, written in the same transaction as the rows it speaks of.
    static let raftState = Table(
        name: "raft_state", key: ["id"],
        columns: [
            "applied_index", "applied_term", "cluster_time", "wall_time", "next_task",
            "machine_version", "configuration", "rows_hash", "state_hash",
        ])

    /// One row, `id` 1: how far a projection was copied.
    static let projection = Table(
        name: "projection", key: ["id"],
        columns: ["tasks_index", "tasks_id", "history_index", "history_ordinal", "emptying"])
}

/// A record that is stored as one row.
package protocol StoredRow {
    static var table: Table { get }
    /// In the order of the table's columns.
    var values: [SQLValue] { get }
    init(row: inout SQLRow) throws
}
