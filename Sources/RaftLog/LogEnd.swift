import Raft

/// Where a stored log ends: what the next entry has to continue.
struct LogEnd: Sendable {
    var position: LogPosition
    /// The chain value of the entry at `position`.
    var chain: UInt64

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
