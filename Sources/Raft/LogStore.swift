/// Names a durable write. Tickets rise by one; "durable up to ticket t" includes all before it.
public struct Ticket: Hashable, Comparable, Sendable {
    public var rawValue: UInt64

    public init(_ rawValue: UInt64) { self.rawValue = rawValue }

    /// Already durable: a message that waits for it may leave at once.
    public static let none = Ticket(0)
    public static func < (left: Ticket, right: Ticket) -> Bool { left.rawValue < right.rawValue }
}

/// What must become durable, together, in one atomic step.
public struct LogBatch: Sendable {
    /// Reported back when everything in the batch is durable.
    public var ticket: Ticket = .none
    /// Written if present.
    public var hardState: HardState?
    /// Every stored entry with this index or a higher one goes before `entries` are added.
    public var truncateFrom: LogIndex?
    /// Contiguous, rising by one.
    public var entries: [Entry] = []
    /// The loss that recovery found is made good: forget it.
    public var healed = false

    public init() {}

    /// Whether nothing has to be written.
    public var isEmpty: Bool {
        hardState == nil && truncateFrom == nil && entries.isEmpty && !healed
    }

    /// Adds what a later batch asks for, as if both were written one after the other.
    public mutating func merge(_ later: LogBatch) {
        ticket = max(ticket, later.ticket)
        if let state = later.hardState { hardState = state }
        if let from = later.truncateFrom { truncate(from: from) }
        entries.append(contentsOf: later.entries)
        healed = healed || later.healed
    }

    mutating func truncate(from index: LogIndex) {
        truncateFrom = min(truncateFrom ?? index, index)
        while let last = entries.last, last.index >= index { entries.removeLast() }
    }
}

/// Who a data directory belongs to. Fixed at its creation, except for the boot count.
public struct LogIdentity: Hashable, Sendable {
    public var cluster: UInt64
    public var node: NodeID
    /// Drawn at random when the data directory was made: a node that lost its disk has another.
    public var incarnation: UInt64
    /// How often this data directory was opened; durable before the node talks to anybody.
    public var bootCount: UInt64

    public init(cluster: UInt64, node: NodeID, incarnation: UInt64, bootCount: UInt64) {
        self.cluster = cluster
        self.node = node
        self.incarnation = incarnation
        self.bootCount = bootCount
    }
}

/// The highest a node ever saw of a peer's incarnation. A peer that comes with less is an old
/// copy of its data directory; one with another incarnation lost its disk.
public struct PeerMemory: Hashable, Sendable {
    public var node: NodeID
    public var incarnation: UInt64
    public var bootCount: UInt64
    public var term: Term
    /// The highest index it acknowledged, and the term in which it did. In a later term its log
    /// may be shorter for good reasons; in the same one, only because it lost something.
    public var last: LogPosition

    public init(
        node: NodeID, incarnation: UInt64, bootCount: UInt64, term: Term,
        last: LogPosition = .zero
    ) {
        self.last = last
        self.node = node
        self.incarnation = incarnation
        self.bootCount = bootCount
        self.term = term
    }
}

/// Durable storage of one node's log and hard state. One thread uses it.
///
/// Ordering rules: `write` returns only when the whole batch is durable; a batch is stored
/// completely or not at all; after an error the store must not be used again (a failed sync
/// leaves nobody knowing what the disk holds).
public protocol LogStore: AnyObject {
    /// Makes the batch durable.
    func write(_ batch: LogBatch) throws
    /// Entries from `first` on, in order, at most up to `last` and about `byteLimit` bytes, but at
    /// least one; none if `first` is outside of the log. Callable from another thread than `write`.
    /// Checks every entry it returns.
    func read(from first: LogIndex, through last: LogIndex, byteLimit: Int) throws -> [Entry]
    /// Makes the memory of a peer durable.
    func remember(_ peer: PeerMemory) throws
    /// Syncs the lower bound of what was acknowledged (the mark), if it is behind. Cheap when not.
    func syncMark() throws
    /// House-keeping that may take some milliseconds and must not delay an acknowledgement:
    /// called after each report of what is durable, before the next batch. Cheap when not due.
    func maintain() throws
    /// Ends the use of the store.
    func close()
}

extension LogStore {
    public func maintain() throws {}
}
