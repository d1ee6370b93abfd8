package import Raft
import Synchronization

/// Stands for the disk of a `MemoryLogStore`: keep it, and the log can be opened again.
package final class MemoryLogDisk: Sendable {
    fileprivate struct Content: Sendable {
        var isOpen = false
        var identity: LogIdentity?
        var hardState = HardState()
        var start = LogEnd(position: .zero, chain: 0)
        var rows: [LogRecovery.Row] = []
        var peers: [PeerMemory] = []
        var loss: String?
    }

    fileprivate let content = Mutex(Content())

    package init() {}
}

/// A log in memory, for members that may forget (demonstrations) and for tests. It keeps the rules
/// of `SQLiteLogStore`, but for what only a disk can do: nothing in it can be damaged.
package final class MemoryLogStore: LogStore, Sendable {
    private let disk: MemoryLogDisk
    private let isOpen = Mutex(true)
    private let failure = Mutex<LogStoreError?>(nil)

    private init(_ disk: MemoryLogDisk) { self.disk = disk }

    deinit { close() }

    /// Opens the log that `disk` holds; see `SQLiteLogStore.open`.
    package static func open(
        disk: MemoryLogDisk = MemoryLogDisk(), cluster: UInt64, node: NodeID, base: LogPosition,
        makeIncarnation: () -> UInt64, tailBytes: Int
    ) throws(LogStoreError) -> OpenedLog<MemoryLogStore> {
        let owner = LogOwner(directory: "memory", cluster: cluster, node: node)
        let newIncarnation = makeIncarnation()
        return try disk.content.withLock { content throws(LogStoreError) in
            if content.isOpen { throw .inUse(directory: owner.directory) }
            try content.create(for: owner, base: base, incarnation: newIncarnation)
            let (identity, recovered) = try content.open(
                for: owner, base: base, tailBytes: tailBytes)
            content.isOpen = true
            return OpenedLog(
                store: MemoryLogStore(disk), identity: identity, recovered: recovered,
                peers: content.peers)
        }
    }

    package func write(_ batch: LogBatch) throws(LogStoreError) {
        try using { content throws(LogStoreError) in try content.write(batch) }
    }

    package func read(
        from first: LogIndex, through last: LogIndex, byteLimit: Int
    ) throws(LogStoreError) -> [Entry] {
        try using { content in content.read(from: first, through: last, byteLimit: byteLimit) }
    }

    package func remember(_ peer: PeerMemory) throws(LogStoreError) {
        try using { content in
            content.peers.removeAll { $0.node == peer.node }
            content.peers.append(peer)
            content.peers.sort { $0.node < $1.node }
        }
    }

    /// A log that cannot lose its end needs no mark.
    package func syncMark() throws(LogStoreError) {
        try using { _ in }
    }

    package func close() {
        let wasOpen = isOpen.withLock { isOpen in
            defer { isOpen = false }
            return isOpen
        }
        if wasOpen { disk.content.withLock { $0.isOpen = false } }
    }

    private func using<Result: Sendable>(
        _ body: (inout MemoryLogDisk.Content) throws(LogStoreError) -> Result
    ) throws(LogStoreError) -> Result {
        if let earlier = failure.withLock(\.self) { throw .failedEarlier(earlier.description) }
        guard isOpen.withLock(\.self) else { throw .closed }
        do throws(LogStoreError) {
            return try disk.content.withLock { content throws(LogStoreError) in
                try body(&content)
            }
        } catch {
            failure.withLock { $0 = $0 ?? error }
            throw error
        }
    }
}

extension MemoryLogDisk.Content {
    fileprivate mutating func create(
        for owner: LogOwner, base: LogPosition, incarnation: UInt64
    ) throws(LogStoreError) {
        if identity != nil { return }
        if base.index > .zero {
            throw owner.refuseMissingLog(witness: "the base at entry \(base.index.rawValue)")
        }
        let created = LogIdentity(
            cluster: owner.cluster, node: owner.node, incarnation: incarnation, bootCount: 0)
        identity = created
        start = LogMeta(new: created).start
    }

    fileprivate mutating func open(
        for owner: LogOwner, base: LogPosition, tailBytes: Int
    ) throws(LogStoreError) -> (LogIdentity, LogRecovery.Recovered) {
        guard let identity else { preconditionFailure("The content was just created.") }
        try owner.check(identity)
        var recovery = LogRecovery(
            start: start.position, chain: start.chain, tailBytes: tailBytes)
        for row in rows { recovery.found(row) }
        let verdict = recovery.verdict(
            LogRecovery.Witnesses(
                hardStates: [hardState], mark: nil, base: base, earlierLoss: loss))
        guard case .usable(let recovered) = verdict else {
            preconditionFailure("A log in memory has its hard state.")
        }
        var meta = LogMeta(new: identity)
        meta.start = start
        meta.apply(recovered)
        if let from = recovered.truncateFrom { rows.removeAll { $0.entry.index >= from } }
        (hardState, start, loss) = (recovered.hardState, meta.start, meta.loss)
        self.identity = meta.identity
        return (meta.identity, recovered)
    }

    fileprivate mutating func write(_ batch: LogBatch) throws(LogStoreError) {
        var kept = rows.count
        if let from = batch.truncateFrom, from <= start.position.index + rows.count {
            try start.checkTruncation(from: from)
            kept = offset(of: from)
        }
        var end = kept == 0 ? start : LogEnd(of: rows[kept - 1])
        // All of it or nothing: the rows are made before anything changes.
        var added: [LogRecovery.Row] = []
        for entry in batch.entries { added.append(try end.append(entry)) }
        rows.removeLast(rows.count - kept)
        rows.append(contentsOf: added)
        if let state = batch.hardState { hardState = state }
        if batch.healed { loss = nil }
    }

    fileprivate func read(from first: LogIndex, through last: LogIndex, byteLimit: Int) -> [Entry] {
        guard first > start.position.index else { return [] }
        var entries: [Entry] = []
        var size = 0
        for row in rows.dropFirst(offset(of: first)) {
            size += row.entry.size
            if row.entry.index > last || (size > byteLimit && !entries.isEmpty) { break }
            entries.append(row.entry)
        }
        return entries
    }

    /// Where the row of an entry behind the start stands.
    private func offset(of index: LogIndex) -> Int {
        Int(index.rawValue - start.position.index.rawValue) - 1
    }
}
