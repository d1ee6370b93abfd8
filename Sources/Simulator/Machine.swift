import DequeModule
import Raft
import Replica
import Work

/// One computer: what lasts (disk, base, clocks) and the process that may run on it.
final class Machine {
    let place: Int
    let id: NodeID
    var disk: VirtualDisk
    var base: VirtualBase
    var clock: VirtualClock
    var process: Process?
    var machineVersion: UInt32 = 1
    /// Nothing runs here before.
    var pausedUntil: Time = 0
    /// Writes that begin before take until then.
    var stalledUntil: Time = 0
    var baseStalledUntil: Time = 0
    /// How many times slower than others the disk is.
    var slowness: UInt64 = 1
    /// The process is to die at this step of performing what it decided.
    var crashStage: Int?
    /// The next sync fails, and the process with it.
    var failsSync = false
    var isWritingBase = false
    /// The boot count of each peer that this machine last shook hands with.
    var greeted: [UInt64]
    /// The highest term each peer introduced itself with, and how far it acknowledged in which.
    var greetedTerm: [Term]
    var acknowledged: [LogPosition]

    init(
        place: Int, count: Int, incarnation: UInt64, clock: VirtualClock, mutation: Mutation?
    ) {
        self.place = place
        id = NodeID(UInt64(place + 1))
        disk = VirtualDisk(incarnation: incarnation, mutation: mutation)
        base = VirtualBase(mutation: mutation)
        self.clock = clock
        greeted = [UInt64](repeating: 0, count: count)
        greetedTerm = [Term](repeating: .zero, count: count)
        acknowledged = [LogPosition](repeating: .zero, count: count)
    }

    var isUp: Bool { process != nil }
    var term: Term { process?.replica.term ?? .zero }
}

/// One run of the program: a replica, and its log as it stands in memory.
final class Process {
    let boot: UInt64
    private(set) var replica: Replica
    private(set) var shown: Shown
    private var before: Consensus.Mark
    /// What came since the last turn.
    var turn: [ReplicaEvent] = []
    /// When the next turn comes, if something came that it is for.
    var wake = Time.max
    /// When the replica's deadline is, and when a timer looks whether it has come.
    var due = Time.max
    var timer = Time.max
    /// Turns in which nothing but time had come, and since when they are counted.
    var idleTurns = 0
    var idleSince: Time = 0

    /// The log, durable or not, and how far it was looked at.
    var log: ShadowLog
    var commit: UInt64
    var applied: UInt64
    /// Leader of this term, as far as it was checked.
    var ledTerm = Term.zero

    /// Undecided requests and reads, with the moment on this clock by which each must be answered.
    var proposals: Deque<(attempt: Int, deadline: Instant)> = []
    var reads: Deque<(attempt: Int, deadline: Instant)> = []

    init(boot: UInt64, replica: consuming Replica, log: ShadowLog) {
        self.boot = boot
        commit = replica.commit.rawValue
        applied = replica.applied.rawValue
        var replica = replica
        shown = Self.show(&replica)
        before = shown.mark
        self.replica = replica
        self.log = log
    }

    func perform(
        _ events: [ReplicaEvent], at moment: Moment, into effects: inout ReplicaEffects
    ) {
        for event in events { replica.step(event, at: moment, into: &effects) }
        replica.step(.flush, at: moment, into: &effects)
        before = shown.mark
        shown = Self.show(&replica)
    }

    func checkInvariants() { Self.check(&replica, since: before) }

    private static func check(_ replica: inout Replica, since mark: Consensus.Mark) {
        replica.checkInvariants(since: mark)
    }
}

extension Process {
    /// What the replica showed when it had last come to rest: whoever asks the replica itself
    /// copies all of it, and these are asked for at every step.
    struct Shown {
        let id: NodeID
        let role: Role
        let term: Term
        let commit: UInt64
        let index: UInt64
        let stateHash: UInt64
        let nextDeadline: Instant
        fileprivate let mark: Consensus.Mark
    }

    private static func show(_ replica: inout Replica) -> Shown {
        Shown(
            id: replica.id, role: replica.role, term: replica.term,
            commit: replica.commit.rawValue, index: replica.state.scalars.index,
            stateHash: replica.state.scalars.stateHash, nextDeadline: replica.nextDeadline,
            mark: replica.mark)
    }
}

/// The log of a process as it asked for it to be written.
struct ShadowLog {
    private(set) var start: LogPosition
    private(set) var entries: [Entry]

    init(start: LogPosition, entries: [Entry]) {
        self.start = start
        self.entries = entries
    }

    var last: LogPosition { entries.last?.position ?? start }

    func entry(at index: UInt64) -> Entry? {
        guard index > start.index.rawValue, index <= last.index.rawValue else { return nil }
        return entries[Int(index - start.index.rawValue) - 1]
    }

    func term(at index: UInt64) -> Term? {
        index == start.index.rawValue ? start.term : entry(at: index)?.term
    }

    mutating func append(_ entry: Entry) { entries.append(entry) }

    mutating func truncate(from index: LogIndex) {
        guard index <= last.index else { return }
        entries.removeLast(Int(last.index.rawValue - index.rawValue) + 1)
    }
}
