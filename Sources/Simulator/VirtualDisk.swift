import Raft
import Replica

/// The log of one node: batches wait, become durable one transaction at a time, and come back
/// through the production `LogRecovery`. It keeps the rules of the log on disk: merged batches, a
/// mark that lags behind, lowered before a truncation.
struct VirtualDisk {
    let incarnation: UInt64
    private(set) var bootCount: UInt64 = 0
    private(set) var rows: [LogRecovery.Row] = []
    private(set) var start = LogPosition.zero
    private var startChain: UInt64
    private(set) var hardStates: [HardState?] = [HardState(), HardState()]
    private(set) var mark: LogPosition? = LogPosition.zero
    private(set) var loss: String?
    /// What this node remembers of its peers.
    private(set) var memory: [NodeID: PeerMemory] = [:]
    private var waiting: [LogBatch] = []
    private var writing: LogBatch?
    private var markedAt: Time = 0
    /// Damage was done that the next opening must notice.
    private(set) var mustNotice = false
    private(set) var isDamaged = false

    private let mutation: Mutation?
    private var beforeLast: [LogRecovery.Row]?

    init(incarnation: UInt64, mutation: Mutation?) {
        self.incarnation = incarnation
        self.mutation = mutation
        startChain = incarnation
    }

    var last: LogPosition { rows.last?.entry.position ?? start }
    var isWriting: Bool { writing != nil }
    var writingTicket: Ticket? { writing?.ticket }
    var isIdle: Bool { writing == nil && waiting.isEmpty }
    /// Acknowledged entries are missing, or will be found missing.
    var lacks: Bool { loss != nil || isDamaged }

    /// What a promise to a candidate rests on.
    var hardState: HardState {
        hardStates.compactMap(\.self).max { $0.term < $1.term } ?? HardState()
    }

    func entry(at index: LogIndex) -> Entry? {
        row(at: index)?.entry
    }

    /// What its last entry about that says of who belongs to the cluster.
    var members: Configuration? {
        rows.last { $0.entry.kind == .configuration }?.entry.configuration
    }

    /// Whether it has this entry, or began without it.
    func holds(_ position: LogPosition) -> Bool {
        position.index <= start.index || entry(at: position.index)?.term == position.term
    }

    private func row(at index: LogIndex) -> LogRecovery.Row? {
        guard index > start.index, index <= last.index else { return nil }
        return rows[Int(index.rawValue - start.index.rawValue) - 1]
    }

    // MARK: Writing

    mutating func enqueue(_ batch: LogBatch) { waiting.append(batch) }

    /// Takes up everything that waits, as one transaction. False if nothing waits, or one is
    /// under way.
    mutating func beginWriting() -> Bool {
        guard writing == nil, !waiting.isEmpty else { return false }
        var batch = LogBatch()
        for next in waiting { batch.merge(next) }
        waiting = []
        writing = batch
        return true
    }

    /// The transaction is durable; the ticket to report.
    mutating func finishWriting(at now: Time) -> Ticket? {
        guard let batch = writing else { return nil }
        writing = nil
        lowerMark(for: batch)
        apply(batch)
        if now >= markedAt + .milliseconds(100) {
            markedAt = now
            advanceMark()
        }
        return batch.ticket
    }

    mutating func advanceMark() {
        if loss == nil { mark = last }
    }

    mutating func remember(_ admission: Admission) { memory = admission.memory }

    private mutating func lowerMark(for batch: LogBatch) {
        let kept = kept(by: batch)
        let heals = loss != nil && batch.healed
        let truncates = loss == nil && kept.index < mark?.index ?? .zero
        if heals || truncates { mark = kept }
    }

    private func kept(by batch: LogBatch) -> LogPosition {
        guard let from = batch.truncateFrom, from <= last.index else { return last }
        return row(at: from.previous)?.entry.position ?? start
    }

    private mutating func apply(_ batch: LogBatch) {
        if mutation == .lyingSync { beforeLast = rows }
        if let from = batch.truncateFrom, from <= last.index {
            precondition(from > start.index, "The start of the log stays.")
            rows.removeLast(Int(last.index.rawValue - from.rawValue) + 1)
        }
        var chain = rows.last?.chain ?? startChain
        for entry in batch.entries {
            precondition(entry.index == last.index.next, "Entries are stored without gaps.")
            let checksum = LogRecovery.checksum(entry)
            chain = LogRecovery.chain(chain, checksum)
            rows.append(LogRecovery.Row(entry: entry, chain: chain, checksum: checksum))
        }
        if let state = batch.hardState, mutation != .voteInMemory { hardStates = [state, state] }
        if batch.healed { loss = nil }
    }

    /// Durable entries, as a reader on another connection sees them.
    func read(_ page: LogRead) -> [Entry] {
        var result: [Entry] = []
        var size = 0
        var index = page.first
        while index <= page.last, let entry = entry(at: index) {
            size += entry.size
            if size > page.byteLimit, !result.isEmpty { break }
            result.append(entry)
            index = index.next
        }
        return result
    }

    // MARK: Crash and recovery

    /// How far the transaction under way had come when the machine stopped.
    enum Progress: CaseIterable {
        case nothing
        case markOnly
        case everything
    }

    mutating func crash(_ progress: Progress, at now: Time) {
        switch progress {
        case .nothing: break
        case .markOnly: if let writing { lowerMark(for: writing) }
        case .everything: _ = finishWriting(at: now)
        }
        if mutation == .voteForgotten { forgetVote() }
        writing = nil
        waiting = []
        if let beforeLast { (rows, self.beforeLast) = (beforeLast, nil) }
    }

    /// Opens the log, as after a start. Throws if the verdict does not fit what was done to it.
    mutating func open(
        base: LogPosition, tailBytes: Int
    ) throws(Violation) -> LogRecovery.Recovered {
        var recovery = LogRecovery(start: start, chain: startChain, tailBytes: tailBytes)
        for row in rows { recovery.found(row) }
        let isBlind = mutation == .witnessesIgnored
        let verdict = recovery.verdict(
            .init(
                hardStates: hardStates, mark: isBlind ? nil : mark, base: base,
                earlierLoss: loss))
        guard case .usable(var recovered) = verdict else {
            throw Violation("a log with one good copy of everything was refused: \(verdict)")
        }
        if mustNotice, recovered.loss == nil {
            throw Violation("a log that lost acknowledged entries passed for a good one")
        }
        if !isDamaged, loss == nil, let found = recovered.loss {
            throw Violation("a log that lost nothing was taken for a damaged one: \(found)")
        }
        adopt(recovered)
        if mutation == .lossIgnored { recovered.loss = nil }
        return recovered
    }

    private mutating func adopt(_ recovered: LogRecovery.Recovered) {
        bootCount += 1
        loss = recovered.loss
        (mustNotice, isDamaged) = (false, false)
        hardStates = [recovered.hardState, recovered.hardState]
        if let from = recovered.truncateFrom {
            // By place: what stands behind may name any index.
            let place = Int(from.rawValue - start.index.rawValue) - 1
            rows.removeSubrange(min(place, rows.count)...)
        }
        if start != recovered.start { (start, startChain) = (recovered.start, incarnation) }
        if mark == nil { mark = .zero }
    }

    // MARK: Damage

    enum Damage: CaseIterable {
        case flippedPayload
        case flippedChain
        case tornRow
        case misdirectedRow
        case missingRow
        case missingTail
        case missingMark
        case missingHardState
    }

    /// Spoils the entry at `index` and what lies behind it; see `Nemesis` for what it may do.
    mutating func damage(_ damage: Damage, at index: LogIndex, copy: Int) {
        let place = Int(index.rawValue) - Int(start.index.rawValue) - 1
        switch damage {
        case .flippedPayload:
            change(place) { $0.entry.payload.append(UInt8(copy)) }
        case .tornRow:
            change(place) {
                let size = $0.entry.payload.count
                $0.entry.payload = size == 0 ? [0] : Array($0.entry.payload.prefix(size / 2))
            }
        case .misdirectedRow:
            // What was meant for another place came here.
            let other = place > 0 ? place - 1 : min(1, rows.count - 1)
            let row = rows[other]
            if other == place { change(place) { $0.chain ^= 1 } } else { rows[place] = row }
        case .flippedChain:
            change(place) { $0.chain ^= 1 << UInt64(copy) }
        case .missingRow:
            rows.remove(at: place)
        case .missingTail: rows.removeSubrange(place...)
        case .missingMark:
            mark = nil
            return
        case .missingHardState:
            hardStates[copy % 2] = nil
            return
        }
        (mustNotice, isDamaged) = (true, true)
    }

    private mutating func change(_ place: Int, _ body: (inout LogRecovery.Row) -> Void) {
        body(&rows[place])
    }

    private mutating func forgetVote() {
        let state = HardState(term: hardState.term)
        hardStates = [state, state]
    }

    /// The end of the log goes, and nothing can tell.
    mutating func loseSilently(after index: LogIndex) {
        rows.removeAll { $0.entry.index > index }
    }
}
