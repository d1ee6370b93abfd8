import Raft

/// The reading side of a log on disk: a connection of its own, so that it never waits for the
/// writer's sync.
final class LogReader {
    private let connection: SQLiteConnection
    private let select: SQLiteStatement
    private let start: LogIndex

    init(file: String, vfs: String?, start: LogIndex) throws(LogStoreError) {
        connection = try SQLiteConnection(file: file, access: .readOnly, vfs: vfs)
        select = try connection.prepare(
            LogTables.selectEntries + " WHERE idx BETWEEN ? AND ? ORDER BY idx")
        self.start = start
    }

    func read(
        from first: LogIndex, through last: LogIndex, byteLimit: Int
    ) throws(LogStoreError) -> [Entry] {
        guard first > start else { return [] }
        try select.bind(first.rawValue, at: 1)
        try select.bind(last.rawValue, at: 2)
        // Ends the read transaction, which would keep the write-ahead log from starting anew.
        defer { select.reset() }
        var entries: [Entry] = []
        var size = 0
        while try select.step() {
            let entry = try checked(expecting: first + entries.count)
            size += entry.size
            if size > byteLimit, !entries.isEmpty { break }
            entries.append(entry)
        }
        return entries
    }

    private func checked(expecting index: LogIndex) throws(LogStoreError) -> Entry {
        guard select.integer(0) == index.rawValue else {
            throw .damaged(file: connection.file, what: "entry \(index.rawValue) is missing")
        }
        guard let row = LogTables.row(from: select),
            row.checksum == LogRecovery.checksum(row.entry)
        else {
            throw .damaged(
                file: connection.file,
                what: "entry \(index.rawValue) does not match its checksum")
        }
        return row.entry
    }
}
