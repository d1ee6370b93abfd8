import Raft

/// Opens the log of one directory: finds out whose it is and what is left of it, notes what
/// follows from that, and syncs everything it found.
struct LogOpening {
    let owner: LogOwner
    let disk: any Disk
    let base: LogPosition
    let tailBytes: Int

    var file: String { owner.directory + "/raft.sqlite" }
    private var markFile: String { owner.directory + "/mark" }
    private var writeAheadFile: String { file + "-wal" }

    struct Result {
        let writer: LogWriter
        let meta: LogMeta
        let recovered: LogRecovery.Recovered
        let peers: [PeerMemory]
    }

    /// To be called with the directory locked.
    func open(makeIncarnation: () -> UInt64) throws(LogStoreError) -> sending Result {
        if !disk.exists(file) { try refuseIfUsed(by: [markFile, writeAheadFile]) }
        let walDamage = try WriteAheadScan.finding(in: writeAheadFile, on: disk)
        let connection = try SQLiteConnection(
            file: file, access: .readWriteCreate, vfs: disk.vfs)
        try configure(connection)
        if try isEmpty(connection) { try create(in: connection, incarnation: makeIncarnation()) }
        var meta = try LogMeta(from: connection)
        try owner.check(meta.identity)
        // Empties the write-ahead log before anything is added, as `WriteAheadScan` relies on;
        // but damage in it has to be noted first.
        if walDamage == nil { try connection.checkpoint(.truncate) }
        let mark = try MarkFile(markFile, on: disk)
        let peers = try LogTables.peers(in: connection)
        let forgotten = peers.damaged.first.map { "the memory of peer \($0) is damaged" }
        let recovered = try recover(
            from: connection, meta: meta, mark: (mark.position, mark.hardState),
            otherLoss: meta.loss ?? walDamage ?? forgotten)
        meta.apply(recovered)
        try store(meta, recovered, forgetting: peers.damaged, in: connection)
        let writer = try LogWriter(
            connection: connection, mark: mark, meta: meta, hardState: recovered.hardState,
            last: recovered.last)
        try syncAll(writer)
        return Result(writer: writer, meta: meta, recovered: recovered, peers: peers.intact)
    }

    private func refuseIfUsed(by witnesses: [String]) throws(LogStoreError) {
        for witness in witnesses where disk.exists(witness) {
            throw owner.refuseMissingLog(witness: witness)
        }
        if base.index > .zero {
            throw owner.refuseMissingLog(witness: "the base at entry \(base.index.rawValue)")
        }
    }

    /// A batch is acknowledged when its commit returns, so every commit has to sync.
    private func configure(_ connection: borrowing SQLiteConnection) throws(LogStoreError) {
        try connection.set("journal_mode", "WAL", readsBack: "wal")
        try connection.set("synchronous", "FULL", readsBack: "2")
        try connection.set("wal_autocheckpoint", "0", readsBack: "0")
        // A write-ahead log that had to grow gives its space back when it starts anew.
        try connection.set("journal_size_limit", "16777216", readsBack: "16777216")
        try connection.set("cell_size_check", "1", readsBack: "1")
        #if canImport(Darwin)
            try connection.set("fullfsync", "1", readsBack: "1")
        #endif
        connection.countWALPages()
    }

    private func isEmpty(_ connection: borrowing SQLiteConnection) throws(LogStoreError) -> Bool {
        let tables = try connection.value("SELECT group_concat(name) FROM sqlite_master")
        guard let tables else { return true }
        guard tables.split(separator: ",").contains("meta") else {
            throw .damaged(
                file: connection.file, what: "this is no log of this program (tables: \(tables))")
        }
        return false
    }

    /// All tables in one transaction: a crash leaves an empty file, which counts as none.
    private func create(
        in connection: borrowing SQLiteConnection, incarnation: UInt64
    ) throws(LogStoreError) {
        // The write-ahead log is no witness here: opening the connection made one.
        try refuseIfUsed(by: [markFile])
        let identity = LogIdentity(
            cluster: owner.cluster, node: owner.node, incarnation: incarnation, bootCount: 0)
        try connection.execute("BEGIN IMMEDIATE;" + LogTables.schema)
        try LogMeta(new: identity).store(in: connection)
        try LogTables.store(HardState(), with: try connection.prepare(LogTables.upsertHardState))
        try connection.execute("COMMIT")
    }

    private func recover(
        from connection: borrowing SQLiteConnection, meta: LogMeta,
        mark: (position: LogPosition?, hardState: HardState), otherLoss: String?
    ) throws(LogStoreError) -> LogRecovery.Recovered {
        var recovery = LogRecovery(
            start: meta.start.position, chain: meta.start.chain, tailBytes: tailBytes)
        let select = try connection.prepare(LogTables.selectEntries + " WHERE idx > ? ORDER BY idx")
        try select.bind(meta.start.position.index.rawValue, at: 1)
        while try select.step() {
            if let row = LogTables.row(from: select) {
                recovery.found(row)
            } else {
                recovery.unreadable("entry \(select.integer(0)) cannot be read")
            }
        }
        let witnesses = LogRecovery.Witnesses(
            hardStates: try LogTables.hardStates(in: connection), mark: mark.position,
            markedHardState: mark.hardState, base: base, earlierLoss: otherLoss)
        switch recovery.verdict(witnesses) {
        case .usable(let recovered): return recovered
        case .refused(let text): throw .refused("\(connection.file): \(text)")
        }
    }

    private func store(
        _ meta: LogMeta, _ recovered: LogRecovery.Recovered, forgetting peers: [NodeID],
        in connection: borrowing SQLiteConnection
    ) throws(LogStoreError) {
        try connection.execute("BEGIN IMMEDIATE")
        try meta.store(in: connection)
        try LogTables.store(
            recovered.hardState, with: try connection.prepare(LogTables.upsertHardState))
        if let from = recovered.truncateFrom {
            try connection.execute("DELETE FROM entries WHERE idx >= \(from.rawValue)")
        }
        for peer in peers {
            let node = Int64(bitPattern: peer.rawValue)
            try connection.execute("DELETE FROM peers WHERE node = \(node)")
        }
        try connection.execute("COMMIT")
    }

    /// What was found may be in the system's memory alone, if the process before was killed:
    /// no vote or acknowledgement may rest on it before it is on the disk.
    private func syncAll(_ writer: LogWriter) throws(LogStoreError) {
        try writer.connection.checkpoint(.truncate)
        try disk.sync(file)
        if disk.exists(writeAheadFile) { try disk.sync(writeAheadFile) }
        try writer.prepareMark()
        try disk.sync(markFile)
        try disk.sync(owner.directory)
    }
}

extension LogMeta {
    /// What an opening changes.
    mutating func apply(_ recovered: LogRecovery.Recovered) {
        identity.bootCount += 1
        loss = recovered.loss
        if start.position != recovered.start {
            start = LogEnd(position: recovered.start, chain: identity.incarnation)
        }
    }
}
