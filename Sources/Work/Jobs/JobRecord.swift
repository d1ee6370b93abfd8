package enum JobState: UInt8, Sendable, CaseIterable {
    case ready = 0
    case delayed = 1
    case reserved = 2
    case buried = 3

    package var name: String {
        switch self {
        case .ready: "ready"
        case .delayed: "delayed"
        case .reserved: "reserved"
        case .buried: "buried"
        }
    }
}

/// What happened to a job so far.
package struct JobCounts: Hashable, Sendable {
    package var reserves: UInt32 = 0
    package var timeouts: UInt32 = 0
    package var releases: UInt32 = 0
    package var buries: UInt32 = 0
    package var kicks: UInt32 = 0
    package var failures: UInt32 = 0
    /// Failures and timeouts since it was put or last kicked: what its policy counts.
    package var tries: UInt32 = 0

    package init() {}
}

/// A job as it is stored and shown. Times are on the cluster clock, in milliseconds, unless they
/// are timestamps.
package struct JobRecord: Hashable, Sendable {
    package var id: JobID
    package var queue: QueueName
    package var state = JobState.ready
    /// 0 is the most urgent.
    package var priority: UInt32 = 0
    package var created = Timestamp.zero
    /// As it was last asked for.
    package var delay: UInt64 = 0
    package var timeToRun: UInt64 = 0
    /// Delayed: when it gets ready. Reserved: when the lease ends. Otherwise 0.
    package var due: UInt64 = 0
    /// Buried: its place among the buried, which are served in this order. Otherwise 0.
    package var place: UInt64 = 0
    package var generation: UInt32 = 0
    /// Reserved: who holds it. Otherwise nil.
    package var session: SessionID?
    package var retry = RetryPolicy.none
    package var counts = JobCounts()
    package var unique: String?
    /// What the last failure said.
    package var error: String?
    package var traceparent: TraceParent?
    /// Never changes.
    package var body: [UInt8] = []

    package init(id: JobID, queue: QueueName) {
        self.id = id
        self.queue = queue
    }

    package var lease: Lease { Lease(job: id, generation: generation) }

    /// The record's part of the state hash.
    package var hash: UInt64 { hash(body: Self.hash(of: body)) }

    /// The body's part, taken once: it may be long, and never changes.
    static func hash(of body: [UInt8]) -> UInt64 { WordHash.hash(of: body) }

    func hash(body: UInt64) -> UInt64 {
        var hash = WordHash(seed: 8)
        hash.add(id.rawValue)
        hash.add(queue.text)
        hash.add(UInt64(state.rawValue) << 32 | UInt64(priority))
        hash.add(UInt64(bitPattern: created.milliseconds))
        hash.add(delay)
        hash.add(timeToRun)
        hash.add(due)
        hash.add(place)
        hash.add(UInt64(generation) << 1 | (session == nil ? 0 : 1))
        if let session { hash.add(session) }
        hash.add(retry)
        hash.add(counts)
        hash.add(unique)
        hash.add(error)
        hash.add(body)
        // What jobs did not have before machine version 4 changes no hash where it is not set.
        if let traceparent { hash.add(traceparent) }
        return hash.value
    }
}

extension WordHash {
    fileprivate mutating func add(_ retry: RetryPolicy) {
        add(UInt64(retry.attempts) << 32 | UInt64(retry.base))
        add(
            UInt64(retry.longest) << 32 | UInt64(retry.growth.rawValue) << 8
                | UInt64(retry.jitter))
    }

    fileprivate mutating func add(_ counts: JobCounts) {
        add(UInt64(counts.reserves) << 32 | UInt64(counts.timeouts))
        add(UInt64(counts.releases) << 32 | UInt64(counts.buries))
        add(UInt64(counts.kicks) << 32 | UInt64(counts.failures))
        add(UInt64(counts.tries))
    }

    fileprivate mutating func add(_ trace: TraceParent) {
        add(trace.traceHigh)
        add(trace.traceLow)
        add(trace.parent)
        add(UInt64(trace.version) << 8 | UInt64(trace.flags))
    }
}
