import Raft
import Wire

/// One machine with its disk in the test's hands. It obeys the contract of `Effects`: a message
/// comes into the outbox only when the write it waits for is durable.
final class Member {
    let id: NodeID
    /// Whom it took for members before its log said anything else.
    let founding: Configuration
    let timing: Timing
    private let tailBytes: Int
    private var seed: UInt64

    private(set) var consensus: Consensus
    private(set) var isUp = true
    var disk: VirtualDisk
    /// The log in memory: what the disk holds once everything that waits is durable.
    private(set) var log: [Entry]
    /// What was handed out since the start of the log, over all restarts.
    private(set) var applied: [Entry]
    /// Where the state machine stands on disk.
    private(set) var base = LogPosition.zero

    private var held: [Outgoing] = []
    private var durableTicket = Ticket.none
    /// Messages whose write is not durable yet.
    var heldCount: Int { held.count }
    var outbox: [Outgoing] = []
    var reads: [ReadReady] = []
    var logReads: [LogRead] = []
    var changes: [MembershipAnswer] = []
    var traces: [Trace] = []
    private(set) var halt: String?

    init(
        _ id: UInt64, in configuration: Configuration, hardState: HardState? = nil,
        log entries: [Entry] = [], applied: UInt64 = 0, loss: String? = nil,
        tailBytes: Int = Bounds.tailBytes, timing: Timing = .standard, seed: UInt64 = 1,
        at now: Instant = .start
    ) {
        self.id = NodeID(id)
        founding = configuration
        self.timing = timing
        self.tailBytes = tailBytes
        self.seed = seed &+ id &* 7919
        let state = hardState ?? HardState(term: entries.last?.term ?? .zero)
        disk = VirtualDisk(hardState: state, entries: entries)
        disk.loss = loss
        log = entries
        self.applied = Array(entries.prefix(Int(applied)))
        base = self.applied.last?.position ?? .zero
        consensus = Self.boot(
            self.id, Self.configuration(of: self.applied) ?? configuration, &disk, base, tailBytes,
            timing, self.seed, now)
    }

    /// The latest among these entries.
    private static func configuration(of entries: [Entry]) -> Configuration? {
        entries.last { $0.kind == .configuration }?.configuration
    }

    /// What it is to go by, as far as its log says; of one that is down, what the disk holds.
    var configuration: Configuration {
        Self.configuration(of: isUp ? log : disk.entries)
            ?? Self.configuration(of: applied.filter { $0.index <= base.index }) ?? founding
    }

    private static func boot(
        _ id: NodeID, _ configuration: Configuration, _ disk: inout VirtualDisk,
        _ base: LogPosition,
        _ tailBytes: Int, _ timing: Timing, _ seed: UInt64, _ now: Instant
    ) -> Consensus {
        guard case .usable(let recovered) = disk.recover(base: base, tailBytes: tailBytes)
        else { preconditionFailure("A disk without damage can be used.") }
        return Consensus(
            id: id, configuration: configuration, recovered: recovered, applied: base.index,
            timing: timing, seed: seed, now: now)
    }

    var acceptsProposals: Bool { consensus.acceptsProposals }
    var isTransferring: Bool { consensus.isTransferring }
    var isRepairing: Bool { consensus.isRepairing }
    var isDiskStalled: Bool { consensus.isDiskStalled }

    // MARK: Steps

    func step(_ input: Input, at now: Instant) {
        precondition(isUp && halt == nil, "Only what runs can step.")
        var effects = Effects()
        let mark = consensus.mark
        consensus.step(input, at: now, into: &effects)
        if effects.halt == nil { consensus.step(.flush(), at: now, into: &effects) }
        halt = effects.halt
        if halt == nil {
            consensus.checkInvariants()
            consensus.checkProgress(since: mark)
        }
        perform(effects)
    }

    private func perform(_ effects: Effects) {
        if !effects.persist.isEmpty {
            VirtualDisk.apply(effects.persist, disk.start, &log)
            disk.enqueue(effects.persist)
        }
        applied.append(contentsOf: effects.committed)
        reads.append(contentsOf: effects.reads)
        changes.append(contentsOf: effects.changes)
        logReads.append(contentsOf: effects.logReads)
        traces.append(contentsOf: effects.traces)
        held.append(contentsOf: effects.messages)
        release()
    }

    private func release() {
        outbox.append(contentsOf: held.filter { $0.after <= durableTicket })
        held.removeAll { $0.after <= durableTicket }
    }

    /// Makes the oldest `count` writes durable and reports it.
    func sync(_ count: Int = .max, at now: Instant) {
        guard let ticket = disk.sync(min(count, disk.pending.count)) else { return }
        durableTicket = ticket
        step(.persisted(ticket), at: now)
        release()
    }

    /// Steps and syncs until nothing waits, answering what it asks of its log.
    func stepAndSync(_ input: Input, at now: Instant) {
        step(input, at: now)
        while halt == nil, !disk.pending.isEmpty || !logReads.isEmpty {
            sync(at: now)
            answerLogReads(at: now)
        }
    }

    func answerLogReads(at now: Instant) {
        let asked = logReads
        logReads = []
        for read in asked { step(.logRead(read.ticket, disk.read(read)), at: now) }
    }

    /// The messages made since the last look.
    func take() -> [Outgoing] {
        defer { outbox = [] }
        return outbox
    }

    // MARK: Crashes

    func crash(keeping count: Int = 0) {
        disk.crash(keeping: count)
        isUp = false
        (held, outbox, reads, logReads, changes) = ([], [], [], [], [])
    }

    func restart(at now: Instant) {
        isUp = true
        halt = nil
        durableTicket = .none
        seed &+= 1
        applied.removeAll { $0.index > base.index }
        let known = Self.configuration(of: applied) ?? founding
        consensus = Self.boot(id, known, &disk, base, tailBytes, timing, seed, now)
        log = disk.entries
    }

    /// The state machine's store takes up what is applied and durable.
    func saveBase() {
        let durable = min(disk.last.index, consensus.durable)
        base = applied.last { $0.index <= durable }?.position ?? base
    }
}

extension Instant {
    static let start = Instant(nanoseconds: 1_000_000_000)

    static func + (left: Instant, milliseconds: UInt64) -> Instant {
        left + Span.milliseconds(milliseconds)
    }
}
