import DequeModule
import Raft
import Replica
import Wire
import Work

/// What clients ask, what they were told, and the truth beside it: the effects of the log.
final class Workload {
    /// How long a node tries a request, in milliseconds.
    static let patience: UInt64 = 1800

    /// What a client wants; it may take several attempts.
    struct Operation {
        enum Kind: Hashable {
            case create
            case update(TaskID, expected: UInt64?)
            case delete(TaskID, expected: UInt64?)
            case read(TaskID, Consistency)
        }

        let kind: Kind
        let client: Int
        let isKeyed: Bool
        let fields: TaskFields
        var attempts: [Int] = []
        /// The entry that brought its effect.
        var effect: UInt64?
    }

    /// One request to one node.
    struct Attempt {
        enum Fate {
            case pending
            indirect case applied(Reply, index: UInt64, term: UInt64)
            case rejected
            case unknown
            indirect case read(ReadAnswer)
            case unread
        }

        let operation: Int
        let place: Int
        let boot: UInt64
        let call: Time
        /// What was committed anywhere when it was made.
        let floor: UInt64
        var end: Time?
        var fate = Fate.pending
        var isAbandoned = false
        /// It stood in somebody's log.
        var isAppended = false

        var isUnknown: Bool { if case .unknown = fate { true } else { false } }
    }

    struct Client {
        /// Milliseconds between two operations.
        let pace: UInt64
        var operation: Int?
        var attempt: Int?
        var retries = 0
    }

    var clients: [Client] = []
    var operations: [Operation] = []
    var attempts: [Attempt] = []
    /// Tasks that clients heard of, with the latest version they know.
    private(set) var tasks: [TaskID] = []
    private(set) var versions: [TaskID: UInt64] = [:]
    /// Clients go on making operations, until there are so many.
    var isOpen = true
    private let operationsMax: Int
    /// Of a thousand operations, how many carry a key.
    let keyed: Int
    /// And how many are as large as they may be, so that few fit into one message.
    let large: Int
    /// What each entry changed, from index 1.
    private(set) var entries: [AppliedEntry] = []
    /// The versions of each task, by the entry that made them; a tombstone ends them.
    private(set) var history: [TaskID: [TaskRecord]] = [:]

    init(_ chance: inout Chance, operations: Int) {
        operationsMax = operations
        keyed = chance.pick([0, 300, 600, 1000]) ?? 0
        large = chance.pick([0, 0, 0, 0, 40]) ?? 0
        let count = chance.number(3...14)
        for _ in 0..<count {
            clients.append(Client(pace: UInt64(count) * chance.number(30...90)))
        }
    }

    /// A command's key and sender name its operation and its attempt.
    static func key(_ operation: Int) -> String { "k\(operation)" }
    static func actor(_ attempt: Int) -> String { "a\(attempt)" }
    static func title(_ operation: Int) -> String { "o\(operation)" }
    static func number(_ name: String?) -> Int? { name.flatMap { Int($0.dropFirst()) } }

    private static let filling = [UInt8](repeating: 0x78, count: 65_536)

    /// A text of so many bytes.
    static func text(_ count: Int) -> String { String(decoding: filling[..<count], as: UTF8.self) }

    func learned(_ task: TaskID, _ version: UInt64) {
        if versions[task] == nil { tasks.append(task) }
        versions[task] = max(version, versions[task] ?? 0)
    }

    /// Milliseconds to the client's next operation, at most. Clients hurry or take their time, so
    /// that a thousand operations take about a minute.
    func pace(of client: Int, at now: Time) -> UInt64 {
        let due = Int(now.milliseconds) * 1000 / 62_000
        let pace = 2 * clients[client].pace
        if operations.count > due + 30 { return pace * 3 }
        return operations.count < due - 30 ? pace / 4 : pace
    }

    var wantsMore: Bool { isOpen && operations.count < operationsMax }

    // MARK: Outcomes

    /// Every request is answered in time.
    func expectAnswered(
        _ waiting: inout Deque<(attempt: Int, deadline: Instant)>, _ moment: Moment,
        _ answered: (UInt64) -> Bool
    ) throws(Violation) {
        while let first = waiting.first {
            if case .pending = attempts[first.attempt].fate {
                if moment.monotonic <= first.deadline { return }
                if answered(UInt64(first.attempt)) { return }
                throw Violation("attempt \(first.attempt) was never answered")
            }
            waiting.removeFirst()
        }
    }

    // MARK: What the log says

    /// An entry stands in a log for the first time in its term.
    func appended(_ entry: Entry) throws(Violation) {
        guard entry.kind == .command else { return }
        var reader = ByteReader(entry.payload.dropFirst(Stamp.size))
        guard let request = try? Request(from: &reader) else {
            throw Violation("entry \(entry.index.rawValue) holds no request")
        }
        guard let attempt = Self.number(request.actor) else { return }
        attempts[attempt].isAppended = true
        if case .rejected = attempts[attempt].fate {
            throw Violation("attempt \(attempt) was rejected, but stands in a log")
        }
    }

    /// An applied entry, as any node tells of it; the first one to do so is believed. False if it
    /// was known.
    func observe(_ entry: AppliedEntry) throws(Violation) -> Bool {
        let index = Int(entry.scalars.index)
        if index <= entries.count {
            if entries[index - 1].scalars != entry.scalars {
                throw Violation("two nodes applied entry \(index) with different results")
            }
            return false
        }
        guard index == entries.count + 1 else {
            throw Violation("entry \(index) reached a base before the one before it")
        }
        entries.append(entry)
        for change in entry.changes {
            switch change {
            case .task(let task): history[task.id, default: []].append(task)
            case .history(let step): try effect(of: step)
            case .node, .key, .keyExpired, .origin, .originRemoved, .jobs, .item: break
            }
        }
        return true
    }

    /// No operation takes effect twice, whatever became of its attempts.
    private func effect(of step: HistoryRecord) throws(Violation) {
        guard let attempt = Self.number(step.actor) else {
            throw Violation("entry \(step.index) changed a task for nobody")
        }
        let operation = attempts[attempt].operation
        if let earlier = operations[operation].effect {
            throw Violation(
                "operation \(operation) took effect at entries \(earlier) and \(step.index)")
        }
        operations[operation].effect = step.index
    }

    /// The task after the entry at `index`; nil if there was none, or it was deleted.
    func task(_ id: TaskID, at index: UInt64) -> TaskRecord? {
        let latest = history[id]?.last { $0.changedIndex <= index }
        return latest?.deletedAt == nil ? latest : nil
    }
}
