import Raft
import Wire

/// A disk in memory: batches wait in order until the test makes them durable, and a crash loses
/// what waits. What it holds comes back through the real `LogRecovery`.
struct VirtualDisk {
    /// The chain value before the first entry.
    static let chainStart: UInt64 = 7

    private(set) var hardState: HardState
    private(set) var start: LogPosition
    private(set) var entries: [Entry]
    private(set) var pending: [LogBatch] = []
    /// What an earlier recovery found missing, until a batch heals it.
    var loss: String?

    init(hardState: HardState, start: LogPosition = .zero, entries: [Entry]) {
        self.hardState = hardState
        self.start = start
        self.entries = entries
    }

    var last: LogPosition { entries.last?.position ?? start }

    func holds(_ entry: Entry) -> Bool {
        entry.index <= start.index || self.entry(at: entry.index) == entry
    }

    func entry(at index: LogIndex) -> Entry? {
        guard index > start.index, index <= last.index else { return nil }
        return entries[Int(index.rawValue - start.index.rawValue) - 1]
    }

    mutating func enqueue(_ batch: LogBatch) {
        precondition(pending.last.map { $0.ticket < batch.ticket } ?? true, "Tickets rise.")
        pending.append(batch)
    }

    /// Makes the oldest `count` batches durable; the ticket of the last one.
    mutating func sync(_ count: Int) -> Ticket? {
        var ticket: Ticket?
        for batch in pending.prefix(count) {
            Self.apply(batch, start, &entries)
            if let state = batch.hardState { hardState = state }
            if batch.healed { loss = nil }
            ticket = batch.ticket
        }
        pending.removeFirst(min(count, pending.count))
        return ticket
    }

    /// The machine stops; `count` batches had reached the disk, reported or not.
    mutating func crash(keeping count: Int) {
        _ = sync(count)
        pending = []
    }

    /// The end of the log goes, as damage takes it; nobody reports it.
    mutating func lose(from index: LogIndex) {
        entries.removeAll { $0.index >= index }
    }

    /// One page, as a reader on another connection sees it: durable entries only.
    func read(_ page: LogRead) -> [Entry] {
        var result: [Entry] = []
        var size = 0
        for entry in entries where entry.index >= page.first && entry.index <= page.last {
            size += entry.size
            if size > page.byteLimit, !result.isEmpty { break }
            result.append(entry)
        }
        return result
    }

    func rows() -> [LogRecovery.Row] { Self.rows(of: entries) }

    static func rows(of entries: [Entry]) -> [LogRecovery.Row] {
        var chain = chainStart
        return entries.map { entry in
            let checksum = LogRecovery.checksum(entry)
            chain = LogRecovery.chain(chain, checksum)
            return LogRecovery.Row(entry: entry, chain: chain, checksum: checksum)
        }
    }

    mutating func recover(
        base: LogPosition, mark: LogPosition? = nil, tailBytes: Int
    ) -> LogRecovery.Verdict {
        var recovery = LogRecovery(start: start, chain: Self.chainStart, tailBytes: tailBytes)
        for row in rows() { recovery.found(row) }
        let verdict = recovery.verdict(
            .init(
                hardStates: [hardState, hardState], mark: mark, base: base, earlierLoss: loss))
        if case .usable(let recovered) = verdict {
            loss = recovered.loss
            hardState = recovered.hardState
            start = recovered.start
            if let from = recovered.truncateFrom { entries.removeAll { $0.index >= from } }
        }
        return verdict
    }

    /// The log as it is once `batch` is stored.
    static func apply(_ batch: LogBatch, _ start: LogPosition, _ entries: inout [Entry]) {
        if let from = batch.truncateFrom {
            precondition(from > start.index, "The start of the log stays.")
            let kept = Int(from.rawValue - start.index.rawValue) - 1
            if kept < entries.count { entries.removeSubrange(kept...) }
        }
        for entry in batch.entries {
            let next = (entries.last?.index ?? start.index).next
            precondition(entry.index == next, "Entries are stored without gaps.")
            entries.append(entry)
        }
    }
}
