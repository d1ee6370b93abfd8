import DequeModule
import Raft
import Replica

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
    private(set) var pausedUntil: Time = 0
    private var pausedSince: Time = 0
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
    /// No write succeeds before, and no process starts.
    var fullUntil: Time = 0
    /// It was removed, and has gone for good.
    var isRetired = false
    /// The boot count of each peer that this machine last shook hands with.
    var greeted: [UInt64]
    /// A copy of the data directory, made some time ago.
    var copy: (disk: VirtualDisk, base: VirtualBase)?
    /// What belongs here, while the process runs on a wrong data directory.
    var original: (disk: VirtualDisk, base: VirtualBase)?

    /// `count`: how many machines there may be, newcomers included.
    init(
        place: Int, count: Int, incarnation: UInt64, clock: VirtualClock, mutation: Mutation?
    ) {
        self.place = place
        id = NodeID(UInt64(place + 1))
        disk = VirtualDisk(incarnation: incarnation, mutation: mutation)
        base = VirtualBase(mutation: mutation)
        self.clock = clock
        greeted = [UInt64](repeating: 0, count: count)
    }

    func pause(at now: Time, until end: Time) {
        if pausedUntil < now { pausedSince = now }
        pausedUntil = max(pausedUntil, end)
    }

    func goOn(at now: Time) { pausedUntil = min(pausedUntil, now) }

    /// Whether it does nothing, for so long that others may have given up its workers before it
    /// could: that is what six seconds on the fastest clock are more than three on the slowest.
    func isFrozen(at now: Time) -> Bool {
        pausedUntil >= now && now - pausedSince >= .seconds(1)
    }

    var isUp: Bool { process != nil }
    var isSubstitute: Bool { original != nil }
    /// The log that this machine's promises rest on.
    var rightDisk: VirtualDisk { original?.disk ?? disk }
    var term: Term { process?.standing.term ?? .zero }
}

/// One run of the program: a replica, and its log as it stands in memory.
final class Process {
    let id: NodeID
    let boot: UInt64
    private(set) var replica: Replica
    /// Where the replica stood when it had last come to rest.
    private(set) var standing: Standing
    private var before: Consensus.Mark
    var admission: Admission
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
    /// Whom it took for members before its last turn.
    var members: Configuration
    /// Leader of this term, as far as it was checked.
    var ledTerm = Term.zero
    /// The term it last began to lead, and its commit index then; nil once that has risen.
    var begun: (term: Term, commit: LogIndex?) = (.zero, nil)

    /// Undecided requests and reads, with the moment on this clock by which each must be answered.
    var proposals: Deque<(attempt: Int, deadline: Instant)> = []
    var changes: Deque<(token: UInt64, deadline: Instant)> = []
    var reads: Deque<(attempt: Int, deadline: Instant)> = []

    init(
        boot: UInt64, replica: consuming Replica, admission: Admission, log: ShadowLog
    ) {
        id = replica.id
        self.boot = boot
        self.admission = admission
        commit = replica.commit.rawValue
        applied = replica.applied.rawValue
        standing = replica.standing
        members = replica.configuration
        before = standing.mark
        self.replica = replica
        self.log = log
    }

    func step(
        _ event: ReplicaEvent, at moment: Moment, into effects: inout ReplicaEffects
    ) throws(Violation) {
        let stance = Stance(replica, before: event)
        replica.step(event, at: moment, into: &effects)
        if let stance, stance != Stance(replica) { throw Violation("a pre-vote changed \(id)") }
    }

    func flush(at moment: Moment, into effects: inout ReplicaEffects) {
        replica.step(.flush, at: moment, into: &effects)
        before = standing.mark
        if let now = effects.standing { standing = now }
    }

    func checkInvariants() { Self.check(&replica, since: before) }

    /// In place: otherwise all of the replica would be copied.
    private static func check(_ replica: inout Replica, since mark: Consensus.Mark) {
        replica.checkInvariants(since: mark)
    }
}

/// The log of a process as it asked for it to be written.
struct ShadowLog {
    private(set) var start: LogPosition
    private(set) var entries: [Entry]
    /// Where it says who belongs to the cluster, after what was true at its start.
    private(set) var configurations: [(index: LogIndex, configuration: Configuration)]

    init(start: LogPosition, entries: [Entry], members: Configuration) {
        self.start = start
        self.entries = entries
        configurations = [(start.index, members)]
        for entry in entries { note(entry) }
    }

    /// The latest, appended or not: that is what the node has to go by.
    var members: Configuration { configurations[configurations.count - 1].configuration }

    private mutating func note(_ entry: Entry) {
        guard entry.kind == .configuration, let configuration = entry.configuration else { return }
        configurations.append((entry.index, configuration))
    }

    var last: LogPosition { entries.last?.position ?? start }

    func entry(at index: UInt64) -> Entry? {
        guard index > start.index.rawValue, index <= last.index.rawValue else { return nil }
        return entries[Int(index - start.index.rawValue) - 1]
    }

    func term(at index: UInt64) -> Term? {
        index == start.index.rawValue ? start.term : entry(at: index)?.term
    }

    mutating func append(_ entry: Entry) {
        entries.append(entry)
        note(entry)
    }

    mutating func truncate(from index: LogIndex) {
        guard index <= last.index else { return }
        entries.removeLast(Int(last.index.rawValue - index.rawValue) + 1)
        while configurations.count > 1, configurations[configurations.count - 1].index >= index {
            configurations.removeLast()
        }
    }
}
