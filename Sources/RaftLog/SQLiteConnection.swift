import CSQLite

/// Owns one SQLite connection. Used by one thread at a time: it is opened without SQLite's locks.
struct SQLiteConnection: ~Copyable {
    enum Access {
        case readOnly
        case readWriteCreate

        var flags: Int32 {
            switch self {
            case .readOnly: SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX
            case .readWriteCreate:
                SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
            }
        }
    }

    let file: String
    private let handle: OpaquePointer
    /// Filled by SQLite's hook after every commit; SQLite holds its address.
    private let walPagesCell: UnsafeMutablePointer<Int32>

    init(file: String, access: Access, vfs: String?) throws(LogStoreError) {
        precondition(sqlite3_threadsafe() != 0, "SQLite was built for one thread only.")
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(file, &opened, access.flags, vfs)
        guard code == SQLITE_OK, let opened else {
            let message = String(cString: sqlite3_errstr(code))
            sqlite3_close_v2(opened)
            throw .sqlite(code: code, message: message, file: file)
        }
        self.file = file
        handle = opened
        walPagesCell = .allocate(capacity: 1)
        walPagesCell.initialize(to: 0)
        sqlite3_extended_result_codes(handle, 1)
        // Somebody may look at the file with another program: wait for it rather than fail.
        sqlite3_busy_timeout(handle, 5_000)
    }

    deinit {
        // Closes for good when the last statement is gone, in whatever order they go.
        sqlite3_close_v2(handle)
        walPagesCell.deallocate()
    }

    /// Runs statements that return no rows.
    func execute(_ sql: String) throws(LogStoreError) {
        if sqlite3_exec(handle, sql, nil, nil, nil) != SQLITE_OK { throw error() }
    }

    func prepare(_ sql: String) throws(LogStoreError) -> SQLiteStatement {
        var statement: OpaquePointer?
        let flags = UInt32(SQLITE_PREPARE_PERSISTENT)
        let code = sqlite3_prepare_v3(handle, sql, -1, flags, &statement, nil)
        guard code == SQLITE_OK, let statement else { throw error() }
        return SQLiteStatement(handle: statement, file: file)
    }

    /// The first column of the first row, as text; nil if there is no row.
    func value(_ sql: String) throws(LogStoreError) -> String? {
        let statement = try prepare(sql)
        guard try statement.step() else { return nil }
        let text = statement.text(0)
        // To its end, where a PRAGMA that changes the file commits, or says that it cannot.
        try statement.run()
        return text
    }

    /// Sets a PRAGMA and checks that SQLite took it: some are ignored without an error.
    func set(_ name: String, _ value: String, readsBack expected: String) throws(LogStoreError) {
        _ = try self.value("PRAGMA \(name) = \(value)")
        let found = try self.value("PRAGMA \(name)") ?? "nothing"
        guard found == expected else {
            throw .refused(
                "\(file): SQLite does not accept \(name) = \(value): it says \(found). "
                    + "Without it writes may not be durable; check the file system.")
        }
    }

    /// Counts the pages in the write-ahead log from now on. Replaces automatic checkpoints.
    func countWALPages() {
        sqlite3_wal_hook(
            handle,
            { cell, _, _, pages in
                cell?.assumingMemoryBound(to: Int32.self).pointee = pages
                return SQLITE_OK
            }, walPagesCell)
    }

    /// Pages in the write-ahead log that were not moved to the database file yet.
    var walPages: Int { Int(walPagesCell.pointee) }

    enum Checkpoint {
        /// Moves what no reader still needs, waits for nobody.
        case passive
        /// Moves everything and empties the file of the write-ahead log.
        case truncate
    }

    /// Moves pages from the write-ahead log to the database file and syncs that.
    func checkpoint(_ kind: Checkpoint) throws(LogStoreError) {
        let mode =
            switch kind {
            case .passive: SQLITE_CHECKPOINT_PASSIVE
            case .truncate: SQLITE_CHECKPOINT_TRUNCATE
            }
        var pages: Int32 = 0
        var moved: Int32 = 0
        let code = sqlite3_wal_checkpoint_v2(handle, nil, mode, &pages, &moved)
        if code != SQLITE_OK { throw error() }
        // When all was moved, the next transaction begins the write-ahead log anew.
        walPagesCell.pointee = max(0, pages - moved)
    }

    private func error() -> LogStoreError {
        .sqlite(
            code: sqlite3_extended_errcode(handle),
            message: String(cString: sqlite3_errmsg(handle)), file: file)
    }
}
