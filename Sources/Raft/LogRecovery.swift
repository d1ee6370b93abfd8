import Wire

/// What a log store found when it was opened, and what follows from it. Pure: the store feeds
/// rows and witnesses, the verdict comes out, and the simulator can feed it damage.
///
/// A *witness* says how much this node once acknowledged: the mark (a lower bound, synced within
/// 100 ms of the log), the base's applied index (never ahead of the durable log when it was
/// written) and rows that stand behind a damaged one. A node that finds less than a witness says
/// has lost something it acknowledged; it may neither vote nor campaign until everything
/// that the current leader has committed, an entry of its own term included, is durable on it
/// (protocol-aware recovery, FAST '18).
public struct LogRecovery {
    /// One stored row, as far as the store could read it.
    public struct Row: Sendable {
        public var entry: Entry
        /// The chain value stored with the row.
        public var chain: UInt64
        /// The checksum stored with the row.
        public var checksum: UInt32

        public init(entry: Entry, chain: UInt64, checksum: UInt32) {
            self.entry = entry
            self.chain = chain
            self.checksum = checksum
        }
    }

    /// What the store keeps beside the rows.
    public struct Witnesses: Sendable {
        /// The two copies of the hard state; nil for one that is missing or damaged.
        public var hardStates: [HardState?]
        /// The highest intact mark; nil if there is none.
        public var mark: LogPosition?
        /// The hard state beside that mark, which is never later than the stored one was.
        public var markedHardState: HardState
        /// Where the base stands; zero for a new one.
        public var base: LogPosition
        /// A loss that an earlier opening found and that was not healed since, or one that the
        /// store found itself.
        public var earlierLoss: String?

        public init(
            hardStates: [HardState?], mark: LogPosition?,
            markedHardState: HardState = HardState(), base: LogPosition, earlierLoss: String?
        ) {
            self.hardStates = hardStates
            self.mark = mark
            self.markedHardState = markedHardState
            self.base = base
            self.earlierLoss = earlierLoss
        }
    }

    /// A log that can be used.
    public struct Recovered: Sendable {
        /// Term and vote; no lower a term than any witness saw.
        public var hardState: HardState
        /// The entry before the first one kept: zero, or where the base stands if the log is behind it.
        public var start: LogPosition
        /// The last entries, up to the byte limit the recovery was made with.
        public var tail: [Entry]
        /// Where each run of entries of one term begins, rising.
        public var runs: [LogPosition]
        /// What the entries behind the base say of who belongs to the cluster, by rising index.
        public var configurations: [(index: LogIndex, configuration: Configuration)]
        /// The last intact entry; `start` if there is none.
        public var last: LogPosition
        /// Rows from here on are damaged or unreachable: delete them before anything is written.
        public var truncateFrom: LogIndex?
        /// Set if acknowledged entries are missing: what to tell the operator.
        public var loss: String?
    }

    /// What may be done with a log.
    public enum Verdict: Sendable {
        /// `Consensus` can start from it, even if something is missing.
        case usable(Recovered)
        /// The node must not start as itself; the text says why and what to do.
        case refused(String)
    }

    private let tailBytes: Int
    private var tail: [Entry] = []
    private var tailSize = 0
    private var start = LogPosition.zero
    private var last = LogPosition.zero
    private var runs: [LogPosition] = []
    private var configurations: [Entry] = []
    private var chain: UInt64
    private var damage: (index: LogIndex, what: String)?

    /// `start` and `chain`: the position and chain value before the first row that should be there.
    public init(start: LogPosition, chain: UInt64, tailBytes: Int) {
        self.start = start
        self.last = start
        self.chain = chain
        self.tailBytes = tailBytes
    }

    /// The chain value of an entry that follows `previous`: any change to any earlier entry shows.
    public static func chain(_ previous: UInt64, _ checksum: UInt32) -> UInt64 {
        Hash64.mix(previous &* 0x9e37_79b9_7f4a_7c15 ^ UInt64(checksum))
    }

    /// The checksum of an entry: position, kind and payload.
    public static func checksum(_ entry: Entry) -> UInt32 {
        var head = ByteWriter(capacity: 17)
        head.writeFixed(entry.term.rawValue)
        head.writeFixed(entry.index.rawValue)
        head.writeByte(entry.kind.rawValue)
        return CRC32C.checksum(entry.payload, seed: CRC32C.checksum(head.bytes))
    }

    /// Feeds the next row, in index order. A row the store could not even read is `unreadable`.
    public mutating func found(_ row: Row) {
        if damage != nil { return }
        let next = last.index.next
        if row.entry.index != next {
            damage = (next, "entry \(next.rawValue) is missing")
        } else if row.checksum != Self.checksum(row.entry) {
            damage = (next, "entry \(next.rawValue) does not match its checksum")
        } else if row.chain != Self.chain(chain, row.checksum) || row.entry.term < last.term {
            damage = (next, "entry \(next.rawValue) does not continue the chain of those before it")
        } else {
            keep(row)
        }
    }

    /// The row that should come next cannot be read at all.
    public mutating func unreadable(_ what: String) {
        if damage == nil { damage = (last.index.next, what) }
    }

    private mutating func keep(_ row: Row) {
        if row.entry.term != last.term || runs.isEmpty { runs.append(row.entry.position) }
        last = row.entry.position
        chain = row.chain
        if row.entry.kind == .configuration { configurations.append(row.entry) }
        tail.append(row.entry)
        tailSize += row.entry.size
        if tailSize > tailBytes * 2 { trimTail() }
    }

    private mutating func trimTail() {
        var drop = 0
        while tailSize > tailBytes, drop < tail.count - 1 {
            tailSize -= tail[drop].size
            drop += 1
        }
        tail.removeFirst(drop)
    }

    /// The verdict over all rows and witnesses.
    public consuming func verdict(_ witnesses: Witnesses) -> Verdict {
        let copies = witnesses.hardStates.compactMap(\.self)
        let marked = witnesses.markedHardState
        guard let stored = copies.max(by: Self.older), !Self.areContradictory(copies + [marked])
        else {
            return .refused(
                "both copies of the hard state (term and vote) are damaged or missing, or they "
                    + "contradict each other or the mark; this node could vote twice. "
                    + Self.advice)
        }
        if witnesses.base.index < start.index {
            return .refused(
                "the log starts behind entry \(start.index.rawValue), the base ends at "
                    + "\(witnesses.base.index.rawValue): what was between them is lost. "
                    + Self.advice)
        }
        let later = configurations.filter { $0.index > witnesses.base.index }
        let readable = later.compactMap { entry in
            entry.configuration.map { (index: entry.index, configuration: $0) }
        }
        guard readable.count == later.count else {
            return .refused(
                "an entry about the cluster's members cannot be read: it was written by a later "
                    + "version of the program. Run that version")
        }
        trimTail()
        let hardState = Self.older(stored, marked) ? marked : stored
        var recovered = Recovered(
            hardState: hardState, start: start, tail: tail, runs: runs, configurations: readable,
            last: last, truncateFrom: damage?.index, loss: loss(witnesses, stored))
        // A term that was seen is never taken part in as if it were new.
        let seen = max(last.term, witnesses.base.term, witnesses.mark?.term ?? .zero)
        if seen > hardState.term { recovered.hardState = HardState(term: seen) }
        if !holds(witnesses.base) {
            // The base holds what the log lost: go on from there, as after a snapshot.
            recovered.start = witnesses.base
            recovered.last = witnesses.base
            recovered.tail = []
            recovered.runs = []
            recovered.configurations = []
            recovered.truncateFrom = start.index.next
        }
        return .usable(recovered)
    }

    private func loss(_ witnesses: Witnesses, _ stored: HardState) -> String? {
        let found = last.index.rawValue
        // Batches are atomic, so a damaged row is never a torn tail: it was durable once.
        if let damage {
            return "\(damage.what); entries from there on may have been acknowledged"
        }
        if !holds(witnesses.base) {
            return "the base stands at \(describe(witnesses.base)), the log ends at \(found)"
        }
        if let mark = witnesses.mark, !holds(mark) {
            return "\(describe(mark)) was acknowledged, the log ends at \(found)"
        }
        if Self.older(stored, witnesses.markedHardState) {
            return "term \(witnesses.markedHardState.term.rawValue) or a vote in it was "
                + "acknowledged, the log is of term \(stored.term.rawValue)"
        }
        return witnesses.earlierLoss
    }

    /// Whether the log holds the entry, or may have held it where it no longer reaches back to.
    /// An old copy of a log can be long enough and yet hold other entries than a witness saw:
    /// the term tells.
    private func holds(_ position: LogPosition) -> Bool {
        if position.index < start.index { return true }
        if position.index == start.index { return position.term == start.term }
        if position.index > last.index { return false }
        return runs.last { $0.index <= position.index }?.term == position.term
    }

    private func describe(_ position: LogPosition) -> String {
        "entry \(position.index.rawValue) of term \(position.term.rawValue)"
    }

    private static let advice =
        "Restore the file system, or remove the data directory and let the node join again as a "
        + "new member."

    /// Whether two intact copies name different votes of the latest term.
    private static func areContradictory(_ copies: [HardState]) -> Bool {
        let term = copies.map(\.term).max()
        let votes = copies.filter { $0.term == term }.compactMap(\.vote)
        return votes.contains { $0 != votes.first }
    }

    private static func older(_ left: HardState, _ right: HardState) -> Bool {
        if left.term != right.term { return left.term < right.term }
        return left.vote == nil && right.vote != nil
    }
}
