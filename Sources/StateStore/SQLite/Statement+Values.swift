import CSQLite
import GRDB

extension Statement {
    /// Runs the statement to its end with values bound by SQLite's own calls. GRDB would put each
    /// value into a box and that into another, which took as long as SQLite takes for the rows.
    func run(_ values: [SQLValue]) throws {
        defer {
            sqlite3_reset(sqliteStatement)
            sqlite3_clear_bindings(sqliteStatement)
        }
        precondition(
            Int(sqlite3_bind_parameter_count(sqliteStatement)) == values.count,
            "There is a value for each parameter.")
        var parameter: Int32 = 0
        for value in values {
            parameter += 1
            try check(bind(value, at: parameter))
        }
        while true {
            switch sqlite3_step(sqliteStatement) {
            case SQLITE_ROW: continue
            case SQLITE_DONE: return
            case let code: throw failure(code)
            }
        }
    }

    private func bind(_ value: SQLValue, at parameter: Int32) throws -> Int32 {
        // SQLITE_TRANSIENT: SQLite copies the bytes before the call returns.
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        switch value {
        case .null: return sqlite3_bind_null(sqliteStatement, parameter)
        case .int(let number): return sqlite3_bind_int64(sqliteStatement, parameter, number)
        case .blob(let bytes):
            if bytes.isEmpty { return sqlite3_bind_zeroblob(sqliteStatement, parameter, 0) }
            return sqlite3_bind_blob64(
                sqliteStatement, parameter, bytes, UInt64(bytes.count), transient)
        case .text(var text):
            if text.isEmpty { return sqlite3_bind_text(sqliteStatement, parameter, "", 0, nil) }
            return try text.withUTF8 { bytes in
                // Whoever reads it as a C string would find its beginning alone.
                if bytes.contains(0) {
                    throw DatabaseError(
                        resultCode: .SQLITE_CONSTRAINT,
                        message: "A text contains the character U+0000.")
                }
                return bytes.withMemoryRebound(to: CChar.self) {
                    sqlite3_bind_text(
                        sqliteStatement, parameter, $0.baseAddress, Int32($0.count), transient)
                }
            }
        }
    }

    private func check(_ code: Int32) throws {
        if code != SQLITE_OK { throw failure(code) }
    }

    private func failure(_ code: Int32) -> DatabaseError {
        let message = String(cString: sqlite3_errmsg(sqlite3_db_handle(sqliteStatement)))
        return DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
    }
}
