import Raft

/// Where a stored log ends: what the next entry has to continue.
struct LogEnd: Sendable {
    var position: LogPosition
    /// The chain value of the entry at `position`.
    var chain: UInt64

    init(position: LogPosition, chain: UInt64) {
        self.position = position
        self.chain = chain
    }

    init(of row: LogRecovery.Row) {
        self.init(position: row.entry.position, chain: row.chain)
    }

    /// With the start of a log for `self`: only what comes after it can be truncated.
    func checkTruncation(from index: LogIndex) throws(LogStoreError) {
        guard index > position.index else {
            throw .invalidBatch(
                "entry \(index.rawValue) cannot be truncated, the log starts after "
                    + "\(position.index.rawValue)")
        }
    }

    /// The row to store for the next entry.
    mutating func append(_ entry: Entry) throws(LogStoreError) -> LogRecovery.Row {
        guard entry.index == position.index.next else {
            throw .invalidBatch(
                "entry \(entry.index.rawValue) cannot follow entry \(position.index.rawValue)")
        }
        guard entry.term >= position.term else {
            throw .invalidBatch(
                "entry \(entry.index.rawValue) of term \(entry.term.rawValue) cannot follow "
                    + "one of term \(position.term.rawValue)")
        }
        let checksum = LogRecovery.checksum(entry)
        chain = LogRecovery.chain(chain, checksum)
        position = entry.position
        return LogRecovery.Row(entry: entry, chain: chain, checksum: checksum)
    }
}
