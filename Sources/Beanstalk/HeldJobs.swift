import HeapModule
import Raft
import Work

/// What a connection has reserved, and until when, by this node's clock: a little after the
/// cluster's own end of the lease, because the reply took its time.
struct HeldJobs: Sendable {
    private struct Deadline: Comparable {
        let instant: Instant
        let job: JobID

        static func < (left: Deadline, right: Deadline) -> Bool { left.instant < right.instant }
    }

    private var ends: [JobID: Instant] = [:]
    /// With entries of jobs that are not held any more, or until another time. They are dropped
    /// when they come up, and when they are many.
    private var heap = Heap<Deadline>()

    var count: Int { ends.count }

    mutating func hold(_ job: JobID, until end: Instant) {
        ends[job] = end
        heap.insert(Deadline(instant: end, job: job))
        guard heap.count > 2 * ends.count + 16 else { return }
        heap = Heap(ends.map { Deadline(instant: $0.value, job: $0.key) })
    }

    mutating func drop(_ job: JobID) { ends[job] = nil }

    /// When the first of the leases ends that have not ended.
    mutating func soonest(at now: Instant) -> Instant? {
        while let first = heap.min {
            let isCurrent = ends[first.job] == first.instant
            if isCurrent, first.instant > now { return first.instant }
            if isCurrent { ends[first.job] = nil }
            heap.removeMin()
        }
        return nil
    }
}
