/// A job in its slot: what a `JobRecord` says, packed, and what keeps it in its queue's order.
struct Job: Sendable {
    static let none = UInt32.max

    var id = JobID(0)
    var body: [UInt8] = []
    var bodyHash: UInt64 = 0
    /// What it counts in the state hash.
    var hash: UInt64 = 0
    var notes: JobNotes?
    var created = Timestamp.zero
    var delay: UInt64 = 0
    var timeToRun: UInt64 = 0
    /// Delayed, reserved: when that ends. Buried: its place.
    var key: UInt64 = 0
    var queue: UInt32 = 0
    /// While it is reserved.
    var session: UInt32 = 0
    /// Its neighbours in the queue, by number.
    var older = Job.none
    var newer = Job.none
    /// The next job of its bucket in the index.
    var sibling = Job.none
    var generation: UInt32 = 0
    var priority: UInt32 = 0
    var counts = JobCounts()
    var retry = RetryPolicy.none
    var state = JobState.ready
    var isNew = false
    var isTouched = false

    var isUrgent: Bool { priority < Limits.urgentBelow }

    /// What it counts towards the bound of the state.
    var size: Int { Limits.jobBytesBesidesBody + body.count + (notes?.size ?? 0) }
}

/// What few jobs have: most must not pay for it. Replaced as a whole.
final class JobNotes: Sendable {
    let unique: String?
    let error: String?
    let trace: TraceParent?

    init?(unique: String?, error: String?, trace: TraceParent?) {
        if unique == nil, error == nil, trace == nil { return nil }
        self.unique = unique
        self.error = error
        self.trace = trace
    }

    var size: Int {
        64 + (unique?.utf8.count ?? 0) + (error?.utf8.count ?? 0)
            + (trace == nil ? 0 : TraceParent.size)
    }
}

/// A queue in its slot. Every job that is not reserved is in one of its heaps.
struct Queue: Sendable {
    var record: QueueRecord
    var hash: UInt64 = 0
    /// By priority and number.
    var ready = SlotHeap()
    /// By the end of the delay.
    var delayed = SlotHeap()
    /// By place.
    var buried = SlotHeap()
    var reserved = 0
    var urgent = 0
    /// The ends of the list of all its jobs, by number.
    var oldest = Job.none
    var newest = Job.none
    var isTouched = false

    init(record: QueueRecord) { self.record = record }

    static let vacant = Queue(record: QueueRecord(name: QueueName(vacant: ()), place: 0))

    var count: Int { ready.count + delayed.count + buried.count + reserved }

    /// Whether a worker that asks now gets a job.
    var isReservable: Bool {
        !ready.isEmpty && record.pausedUntil == 0
            && UInt64(reserved) < record.settings?.concurrency ?? .max
    }

    /// Whether there is a reason for it to exist.
    var isNeeded: Bool {
        count > 0 || record.settings != nil || record.pausedUntil > 0
    }

    /// When something about it is due; nil for never.
    var nextTimer: UInt64? {
        var next = delayed.first?.major ?? .max
        if record.pausedUntil > 0 { next = min(next, record.pausedUntil) }
        if record.idleSince > 0 { next = min(next, record.idleSince + Limits.queueLinger) }
        return next == .max ? nil : next
    }

    var size: Int { Self.size(record.name) }

    static func size(_ name: QueueName) -> Int { 512 + name.text.utf8.count }
}

/// A session in its slot, with what it holds by the end of its lease.
struct Session: Sendable {
    var record: SessionRecord
    var hash: UInt64 = 0
    var leases = SlotHeap()
    var isTouched = false

    init(record: SessionRecord) { self.record = record }

    static let vacant = Session(
        record: SessionRecord(
            id: SessionID(origin: Origin(node: 0, incarnation: 0), number: 0), isAttached: false))

    static let size = 160
}

extension UniqueRecord {
    static let vacant = UniqueRecord(
        name: KeyName(principal: "", text: ""), job: JobID(0), until: 0)

    var size: Int { 192 + name.principal.utf8.count + name.text.utf8.count }
}
