import Raft

/// The writing side of a log on disk: its connection, its statements and the mark. One thread.
final class LogWriter {
    /// Checkpoints move the write-ahead log home in steps of about this many pages, between two
    /// batches. Small steps keep each one short; a step costs two syncs.
    static let checkpointPages = 250
    /// If nobody calls `maintain`, a batch does it itself rather than let the file grow.
    static let checkpointPagesMax = 8 * checkpointPages

    let connection: SQLiteConnection
    private let begin: SQLiteStatement
    private let commit: SQLiteStatement
    private let insert: SQLiteStatement
    private let delete: SQLiteStatement
    private let selectEnd: SQLiteStatement
    private let upsertHardState: SQLiteStatement
    private let upsertPeer: SQLiteStatement
    private var mark: MarkFile
    private var meta: LogMeta
    private var hardState: HardState
    private var end: LogEnd

    init(
        connection: consuming SQLiteConnection, mark: consuming MarkFile, meta: LogMeta,
        hardState: HardState, last: LogPosition
    ) throws(LogStoreError) {
        begin = try connection.prepare("BEGIN IMMEDIATE")
        commit = try connection.prepare("COMMIT")
        insert = try connection.prepare(LogTables.insertEntry)
        delete = try connection.prepare("DELETE FROM entries WHERE idx >= ?")
        selectEnd = try connection.prepare("SELECT term, chain FROM entries WHERE idx = ?")
        upsertHardState = try connection.prepare(LogTables.upsertHardState)
        upsertPeer = try connection.prepare(LogTables.upsertPeer)
        self.connection = connection
        self.mark = mark
        self.meta = meta
        self.hardState = hardState
        end = meta.start
        end = try self.end(at: last.index)
    }

    func write(_ batch: LogBatch) throws(LogStoreError) {
        if batch.isEmpty { return }
        if connection.walPages > Self.checkpointPagesMax { try connection.checkpoint(.passive) }
        var newEnd = try kept(by: batch)
        try lowerMark(to: newEnd.position, for: batch)
        try begin.run()
        if let state = batch.hardState { try LogTables.store(state, with: upsertHardState) }
        if newEnd.position != end.position { try deleteAll(after: newEnd.position.index) }
        for entry in batch.entries {
            try LogTables.store(newEnd.append(entry), with: insert)
        }
        if batch.healed, meta.loss != nil {
            meta.loss = nil
            try meta.store(in: connection)
        }
        try commit.run()
        end = newEnd
        if let state = batch.hardState {
            hardState = state
            let kept = meta.loss == nil ? end.position : mark.position ?? .zero
            try mark.advance(to: kept, state)
        }
    }

    func remember(_ peer: PeerMemory) throws(LogStoreError) {
        // One statement is one transaction.
        try LogTables.store(peer, with: upsertPeer)
    }

    /// Gives a new or unreadable mark file two good slots: every log holds position zero.
    func prepareMark() throws(LogStoreError) {
        if mark.position == nil { try mark.rewrite(to: .zero, hardState) }
    }

    func syncMark() throws(LogStoreError) {
        if meta.loss != nil || mark.position == end.position { return }
        try mark.advance(to: end.position, hardState)
    }

    func maintain() throws(LogStoreError) {
        if connection.walPages >= Self.checkpointPages { try connection.checkpoint(.passive) }
    }

    /// The end of what stays when the batch truncates: in the log before the batch and after it.
    private func kept(by batch: LogBatch) throws(LogStoreError) -> LogEnd {
        guard let from = batch.truncateFrom, from <= end.position.index else { return end }
        try meta.start.checkTruncation(from: from)
        return try end(at: from.previous)
    }

    /// See the rule at `MarkFile`.
    private func lowerMark(to kept: LogPosition, for batch: LogBatch) throws(LogStoreError) {
        let heals = meta.loss != nil && batch.healed
        let truncates = meta.loss == nil && kept.index < mark.position?.index ?? .zero
        if heals || truncates { try mark.rewrite(to: kept, hardState) }
    }

    private func deleteAll(after index: LogIndex) throws(LogStoreError) {
        try delete.bind(index.next.rawValue, at: 1)
        try delete.run()
    }

    private func end(at index: LogIndex) throws(LogStoreError) -> LogEnd {
        if index == meta.start.position.index { return meta.start }
        try selectEnd.bind(index.rawValue, at: 1)
        defer { selectEnd.reset() }
        guard try selectEnd.step() else {
            throw .damaged(file: connection.file, what: "entry \(index.rawValue) is missing")
        }
        let position = LogPosition(term: Term(selectEnd.integer(0)), index: index)
        return LogEnd(position: position, chain: selectEnd.integer(1))
    }
}
