import CSQLite
import Foundation

/// A SQLite file as text, and text as a SQLite file.
struct DatabaseFile {
    let path: String

    struct Failed: Error, CustomStringConvertible { let description: String }

    /// Statements that make the same file: schema and rows, in a fixed order.
    func dump() throws -> String {
        var text = ""
        let objects = try rows(
            "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid")
        for object in objects { text += object[2] + ";\n" }
        for object in objects where object[0] == "table" {
            let columns = try rows("SELECT name FROM pragma_table_info('\(object[1])')")
            let values = columns.map { "quote(\($0[0]))" }.joined(separator: " || ', ' || ")
            for row in try rows("SELECT \(values) FROM \(object[1]) ORDER BY 1") {
                text += "INSERT INTO \(object[1]) VALUES (\(row[0]));\n"
            }
        }
        return text
    }

    func execute(_ sql: String) throws {
        try open { handle in
            guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else {
                throw Failed(description: String(cString: sqlite3_errmsg(handle)))
            }
        }
    }

    private func rows(_ sql: String) throws -> [[String]] {
        try open { handle in
            var statement: OpaquePointer?
            defer { sqlite3_finalize(statement) }
            guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else {
                throw Failed(description: String(cString: sqlite3_errmsg(handle)))
            }
            var rows: [[String]] = []
            while sqlite3_step(statement) == SQLITE_ROW {
                rows.append(
                    (0..<sqlite3_column_count(statement)).map { column in
                        sqlite3_column_text(statement, column).map { String(cString: $0) } ?? ""
                    })
            }
            return rows
        }
    }

    private func open<Result>(_ body: (OpaquePointer?) throws -> Result) throws -> Result {
        var handle: OpaquePointer?
        defer { sqlite3_close(handle) }
        guard sqlite3_open(path, &handle) == SQLITE_OK else {
            throw Failed(description: "cannot open \(path)")
        }
        return try body(handle)
    }
}

/// A directory that goes with the value.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "taskraft-formats-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
