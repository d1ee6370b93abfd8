import CSQLite

/// Owns one prepared statement. Bind, step, read columns, reset; parameters count from 1,
/// columns from 0, as in SQLite.
struct SQLiteStatement: ~Copyable {
    private let handle: OpaquePointer
    private let file: String

    init(handle: OpaquePointer, file: String) {
        self.handle = handle
        self.file = file
    }

    deinit { sqlite3_finalize(handle) }

    /// The bits of the value: SQLite's integers are signed.
    func bind(_ value: UInt64, at parameter: Int32) throws(LogStoreError) {
        try check(sqlite3_bind_int64(handle, parameter, Int64(bitPattern: value)))
    }

    func bindNull(at parameter: Int32) throws(LogStoreError) {
        try check(sqlite3_bind_null(handle, parameter))
    }

    func bind(_ text: String, at parameter: Int32) throws(LogStoreError) {
        // SQLITE_TRANSIENT: SQLite copies the text before the call returns.
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        try check(sqlite3_bind_text(handle, parameter, text, -1, transient))
    }

    /// Runs the statement with the bytes bound to `parameter`, without copying them.
    func run(binding bytes: [UInt8], at parameter: Int32) throws(LogStoreError) {
        try bytes.withUnsafeBufferPointer { (buffer) throws(LogStoreError) in
            if let start = buffer.baseAddress, !buffer.isEmpty {
                // No destructor: the bytes stay until the bindings are cleared below.
                try check(
                    sqlite3_bind_blob64(handle, parameter, start, UInt64(buffer.count), nil))
            } else {
                try check(sqlite3_bind_zeroblob(handle, parameter, 0))
            }
            defer { sqlite3_clear_bindings(handle) }
            try run()
        }
    }

    /// Runs the statement to its end and makes it ready for the next time.
    func run() throws(LogStoreError) {
        defer { reset() }
        while try step() {}
    }

    /// True if there is a row to read.
    func step() throws(LogStoreError) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw error(code)
        }
    }

    func reset() { sqlite3_reset(handle) }

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

    func integer(_ column: Int32) -> UInt64 {
        UInt64(bitPattern: sqlite3_column_int64(handle, column))
    }

    func text(_ column: Int32) -> String? {
        sqlite3_column_text(handle, column).map { String(cString: $0) }
    }

    func bytes(_ column: Int32) -> [UInt8] {
        guard let start = sqlite3_column_blob(handle, column) else { return [] }
        let count = Int(sqlite3_column_bytes(handle, column))
        return [UInt8](UnsafeRawBufferPointer(start: start, count: count))
    }

    private func check(_ code: Int32) throws(LogStoreError) {
        if code != SQLITE_OK { throw error(code) }
    }

    private func error(_ code: Int32) -> LogStoreError {
        let message = String(cString: sqlite3_errmsg(sqlite3_db_handle(handle)))
        return .sqlite(code: code, message: message, file: file)
    }
}
