/// The few places where the two engines' SQL differs. Both MySQL 8 and MariaDB take `.mysql`.
package enum Dialect: Sendable, CaseIterable {
    case sqlite
    case mysql

    /// A primary key: only this spelling is SQLite's row number.
    var id: String { self == .sqlite ? "INTEGER" : "BIGINT" }
    /// UTC with milliseconds, as `Timestamp.sql` writes it.
    var time: String { self == .sqlite ? "TEXT" : "DATETIME(3)" }
    var date: String { self == .sqlite ? "TEXT" : "DATE" }

    /// What follows a table's columns. Binary collation: texts are equal if their bytes are.
    var tableOptions: String {
        switch self {
        case .sqlite: ""
        case .mysql: " ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
        }
    }

    /// Texts of so many bytes that are equal only if their bytes are, in an index too.
    func words(_ bytes: Int) -> String { self == .sqlite ? "TEXT" : "VARBINARY(\(bytes))" }

    /// A word as a text again.
    func text(ofWord column: String) -> String {
        self == .sqlite ? column : "CONVERT(\(column) USING utf8mb4)"
    }

    /// What follows the columns of a table that is nothing but its key.
    var clustered: String { self == .sqlite ? " WITHOUT ROWID" : "" }

    /// What follows a selection of jobs: the base has their bodies elsewhere.
    var withBodies: String { self == .sqlite ? " JOIN job_bodies USING (id)" : "" }

    /// Locks the rows it reads until the transaction's end; SQLite has one writer anyway.
    var forUpdate: String { self == .sqlite ? "" : " FOR UPDATE" }

    var tableNames: String {
        switch self {
        case .sqlite: "SELECT name FROM sqlite_master WHERE type = 'table'"
        case .mysql:
            "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()"
        }
    }

    /// Inserts so many rows, each in place of the one with its key.
    func upsert(into table: String, key: [String], columns: [String], rows: Int) -> String {
        let row = "(" + columns.map { _ in "?" }.joined(separator: ", ") + ")"
        let values = repeatElement(row, count: rows).joined(separator: ", ")
        let names = columns.joined(separator: ", ")
        let insert = "INSERT INTO \(table) (\(names)) VALUES \(values)"
        let others = columns.filter { !key.contains($0) }
        switch self {
        case .sqlite where others.isEmpty: return "\(insert) ON CONFLICT DO NOTHING"
        case .mysql where others.isEmpty:
            return "\(insert) ON DUPLICATE KEY UPDATE \(key[0]) = \(key[0])"
        case .sqlite:
            let key = key.joined(separator: ", ")
            let update = others.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
            return "\(insert) ON CONFLICT (\(key)) DO UPDATE SET \(update)"
        case .mysql:
            let update = others.map { "\($0) = VALUES(\($0))" }.joined(separator: ", ")
            return "\(insert) ON DUPLICATE KEY UPDATE \(update)"
        }
    }

    /// Removes the rows with so many keys.
    func delete(from table: Table, rows: Int) -> String {
        "DELETE FROM \(table.name) WHERE \(find(in: table, rows: rows))"
    }

    /// The condition that a row has one of so many keys. SQLite finds no index for a list of pairs.
    func find(in table: Table, rows: Int) -> String {
        if table.key.count == 1 {
            let values = repeatElement("?", count: rows).joined(separator: ", ")
            return "\(table.key[0]) IN (\(values))"
        }
        let key = "(" + table.key.map { "\($0) = ?" }.joined(separator: " AND ") + ")"
        return repeatElement(key, count: rows).joined(separator: " OR ")
    }
}
