package import Raft
import Synchronization

/// The log of one node in a directory of its own:
///
/// - `raft.sqlite`: entries, hard state, identity, memory of peers; readable with any SQLite tool
/// - `mark`: a lower bound of what was acknowledged
/// - `lock`: held while the directory is open
///
/// `write` is one transaction and one sync. `write`, `remember`, `syncMark` and `maintain` belong
/// to the log thread; `read` may be called from another one and does not wait for them. After
/// the first error every call throws.
package final class SQLiteLogStore: LogStore, Sendable {
    /// The database's path, for messages.
    package let file: String
    private let writer: Mutex<LogWriter?>
    private let reader: Mutex<LogReader?>
    private let lock: Mutex<DirectoryLock?>
    private let failure = Mutex<LogStoreError?>(nil)

    private init(
        file: String, writer: sending LogWriter, reader: sending LogReader,
        lock: consuming sending DirectoryLock?
    ) {
        self.file = file
        self.writer = Mutex(writer)
        self.reader = Mutex(reader)
        self.lock = Mutex(lock)
    }

    deinit { close() }

    /// Opens the log in `directory`, which is made if it is missing.
    ///
    /// When it returns, everything it found and the raised boot count are on the disk.
    /// - Parameters:
    ///   - lock: On the directory, if the caller holds it already for what else is in there.
    ///   - base: Where the node's recovery base stands; zero for a new node.
    ///   - makeIncarnation: Draws the incarnation of a new directory.
    ///   - tailBytes: How much of the log's end comes back in `recovered.tail`.
    package static func open(
        directory: String, lock: consuming sending DirectoryLock? = nil, cluster: UInt64,
        node: NodeID, base: LogPosition, makeIncarnation: () -> UInt64, tailBytes: Int
    ) throws(LogStoreError) -> OpenedLog<SQLiteLogStore> {
        let disk = SystemDisk()
        try disk.createDirectory(directory)
        let lock = try Self.locked(lock, directory)
        let owner = LogOwner(directory: directory, cluster: cluster, node: node)
        let opening = LogOpening(owner: owner, disk: disk, base: base, tailBytes: tailBytes)
        return try open(opening, lock: lock, makeIncarnation: makeIncarnation)
    }

    /// Opens the log in a directory of a disk that nobody else has, so that no lock is needed.
    package static func open(
        directory: String, on disk: any Disk, cluster: UInt64, node: NodeID, base: LogPosition,
        makeIncarnation: () -> UInt64, tailBytes: Int
    ) throws(LogStoreError) -> OpenedLog<SQLiteLogStore> {
        try disk.createDirectory(directory)
        let owner = LogOwner(directory: directory, cluster: cluster, node: node)
        let opening = LogOpening(owner: owner, disk: disk, base: base, tailBytes: tailBytes)
        return try open(opening, lock: nil, makeIncarnation: makeIncarnation)
    }

    private static func open(
        _ opening: LogOpening, lock: consuming sending DirectoryLock?,
        makeIncarnation: () -> UInt64
    ) throws(LogStoreError) -> OpenedLog<SQLiteLogStore> {
        let result = try opening.open(makeIncarnation: makeIncarnation)
        let identity = result.meta.identity
        let recovered = result.recovered
        let peers = result.peers
        let reader = try LogReader(
            file: opening.file, vfs: opening.disk.vfs, start: recovered.start.index)
        let store = SQLiteLogStore(
            file: opening.file, writer: result.writer, reader: reader, lock: lock)
        return OpenedLog(store: store, identity: identity, recovered: recovered, peers: peers)
    }

    private static func locked(
        _ lock: consuming sending DirectoryLock?, _ directory: String
    ) throws(LogStoreError) -> sending DirectoryLock {
        if let lock { return lock }
        return try DirectoryLock(directory)
    }

    package func write(_ batch: LogBatch) throws(LogStoreError) {
        try writing { writer throws(LogStoreError) in try writer.write(batch) }
    }

    package func remember(_ peer: PeerMemory) throws(LogStoreError) {
        try writing { writer throws(LogStoreError) in try writer.remember(peer) }
    }

    package func syncMark() throws(LogStoreError) {
        try writing { writer throws(LogStoreError) in try writer.syncMark() }
    }

    package func maintain() throws(LogStoreError) {
        try writing { writer throws(LogStoreError) in try writer.maintain() }
    }

    package func read(
        from first: LogIndex, through last: LogIndex, byteLimit: Int
    ) throws(LogStoreError) -> [Entry] {
        try guarding { () throws(LogStoreError) in
            try reader.withLock { reader throws(LogStoreError) in
                guard let reader else { throw .closed }
                return try reader.read(from: first, through: last, byteLimit: byteLimit)
            }
        }
    }

    /// Syncs the mark if nothing failed, and closes. Further calls throw.
    package func close() {
        // What a failed sync of the mark leaves is a lower bound still.
        try? syncMark()
        reader.withLock { $0 = nil }
        writer.withLock { $0 = nil }
        lock.withLock { $0 = nil }
    }

    /// What SQLite says about a setting of the writing connection, for tests and diagnostics.
    package func setting(_ name: String) throws(LogStoreError) -> String? {
        try writing { writer throws(LogStoreError) in
            try writer.connection.value("PRAGMA \(name)")
        }
    }

    /// Pages that `maintain` still has to move home, for tests and metrics.
    package func pagesToMove() throws(LogStoreError) -> Int {
        try writing { writer throws(LogStoreError) in writer.connection.walPages }
    }

    private func writing<Result: Sendable>(
        _ body: (LogWriter) throws(LogStoreError) -> Result
    ) throws(LogStoreError) -> Result {
        try guarding { () throws(LogStoreError) in
            try writer.withLock { writer throws(LogStoreError) in
                guard let writer else { throw .closed }
                return try body(writer)
            }
        }
    }

    /// Remembers the first error, and throws it at everybody after it.
    private func guarding<Result>(
        _ body: () throws(LogStoreError) -> Result
    ) throws(LogStoreError) -> Result {
        if let earlier = failure.withLock(\.self) { throw .failedEarlier(earlier.description) }
        do throws(LogStoreError) {
            return try body()
        } catch {
            if error != .closed { failure.withLock { $0 = $0 ?? error } }
            throw error
        }
    }
}
