import CSQLite
import Foundation
import GRDB
import Synchronization

/// A session on one SQLite connection. GRDB serialises its use, so a thread that comes by mistake
/// waits instead of breaking it.
final class SQLiteSession: SQLSession, Sendable {
    let dialect = Dialect.sqlite
    let file: String
    private let queue: DatabaseQueue
    private let pages = Atomic<Int32>(0)

    /// Opens the file for its only writer, and creates it if it is missing.
    init(writing file: String) throws {
        self.file = file
        var configuration = Configuration()
        configuration.label = "base"
        configuration.journalMode = .wal
        configuration.busyMode = .timeout(5)
        queue = try Self.converting(file) {
            try DatabaseQueue(path: file, configuration: configuration)
        }
        try makeDurable()
        try countPages()
    }

    /// Opens a file that its writer has made, and never changes it.
    init(reading file: String) throws {
        self.file = file
        var configuration = Configuration()
        configuration.label = "base reader"
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        queue = try Self.converting(file) {
            try DatabaseQueue(path: file, configuration: configuration)
        }
    }

    /// GRDB sets `synchronous = NORMAL` while it turns WAL on, which would lose the last batches
    /// with the power; so FULL is set afterwards, and read back.
    private func makeDurable() throws {
        try run("PRAGMA synchronous = FULL")
        try run("PRAGMA wal_autocheckpoint = 0")
        let synchronous = try number("PRAGMA synchronous")
        let journal = try texts("PRAGMA journal_mode")
        guard synchronous == 2, journal == ["wal"] else {
            throw StoreError(
                .file,
                "\(file): SQLite did not accept synchronous=FULL with a write-ahead log "
                    + "(\(synchronous ?? -1), \(journal.joined())).")
        }
    }

    /// How many pages the write-ahead log held after the last commit.
    var unmovedPages: Int { Int(pages.load(ordering: .relaxed)) }

    /// SQLite tells after each commit. The session outlives its connection, so it is not retained.
    private func countPages() throws {
        try converted { database in
            _ = sqlite3_wal_hook(
                database.sqliteConnection,
                { session, _, _, pages in
                    Unmanaged<SQLiteSession>.fromOpaque(session!).takeUnretainedValue()
                        .pages.store(pages, ordering: .relaxed)
                    return SQLITE_OK
                }, Unmanaged.passUnretained(self).toOpaque())
        }
    }

    /// Moves what no reader needs any more from the write-ahead log to the file. SQLite would do
    /// so by itself, but says nothing when a sync fails then.
    func checkpoint() throws { try run("PRAGMA wal_checkpoint(PASSIVE)") }

    func run(_ sql: String) throws {
        try converted { try $0.execute(sql: sql) }
    }

    func execute(_ sql: String, _ values: [SQLValue]) throws -> Int {
        try converted { database in
            try database.cachedStatement(sql: sql).run(values)
            return database.changesCount
        }
    }

    func query(
        _ sql: String, _ values: [SQLValue], _ row: (inout SQLRow) throws -> Void
    ) throws {
        let arguments = try arguments(values)
        try converted { database in
            let statement = try database.cachedStatement(sql: sql)
            let cursor = try Row.fetchCursor(statement, arguments: arguments)
            while let found = try cursor.next() {
                var values: [SQLValue] = []
                values.reserveCapacity(found.count)
                for value in found.databaseValues { values.append(try SQLValue(value)) }
                var next = SQLRow(values)
                try row(&next)
            }
        }
    }

    /// GRDB goes through a key path for each of the values if it is told that all have one type.
    private func arguments(_ values: [SQLValue]) throws -> StatementArguments {
        var converted: [(any DatabaseValueConvertible)?] = []
        converted.reserveCapacity(values.count)
        for value in values { converted.append(try value.databaseValue(file)) }
        return StatementArguments(converted)
    }

    func transaction<Result>(_ body: () throws -> Result) throws -> Result {
        try transaction("BEGIN IMMEDIATE", body)
    }

    /// Everything read in `body` comes from one state of the database.
    func snapshot<Result>(_ body: () throws -> Result) throws -> Result {
        try transaction("BEGIN DEFERRED", body)
    }

    private func transaction<Result>(
        _ begin: String, _ body: () throws -> Result
    ) throws -> Result {
        try converted { database in
            try database.execute(sql: begin)
            do {
                let result = try body()
                try database.execute(sql: "COMMIT")
                return result
            } catch {
                // SQLite may have rolled back by itself; then there is nothing left to undo.
                if database.isInsideTransaction { try? database.execute(sql: "ROLLBACK") }
                throw error
            }
        }
    }

    private func converted<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try Self.converting(file) { try queue.unsafeReentrantWrite(body) }
    }

    private static func converting<Result>(
        _ file: String, _ body: () throws -> Result
    ) throws -> Result {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw StoreError(error, file: file)
        }
    }
}

extension StoreError {
    fileprivate init(_ error: DatabaseError, file: String) {
        let what = error.message ?? "error \(error.resultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_FULL:
            self.init(.file, "\(file): the disk is full (\(what)); free space and restart")
        case .SQLITE_IOERR:
            self.init(
                .file,
                "\(file): the disk failed (\(what)); check the disk and its file system, "
                    + "then restart")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: self.init(.damaged, "\(file): \(what)")
        case .SQLITE_CONSTRAINT: self.init(.constraint, "\(file): \(what)")
        default: self.init(.file, "\(file): \(what)")
        }
    }
}

extension SQLValue {
    fileprivate init(_ value: DatabaseValue) throws {
        switch value.storage {
        case .null: self = .null
        case .int64(let number): self = .int(number)
        case .string(let text): self = .text(text)
        case .blob(let data): self = .blob([UInt8](data))
        case .double: throw StoreError(.format, "A column holds a fraction.")
        }
    }

    /// GRDB hands texts over as C strings, so one with a NUL would be cut off in silence.
    fileprivate func databaseValue(_ file: String) throws -> DatabaseValue {
        switch self {
        case .null: return .null
        case .int(let number): return number.databaseValue
        case .blob(let bytes): return Data(bytes).databaseValue
        case .text(let text):
            if text.utf8.contains(0) {
                throw StoreError(.constraint, "\(file): A text contains the character U+0000.")
            }
            return text.databaseValue
        }
    }
}
