/// A session as it is stored. Which jobs it holds is said by the jobs.
package struct SessionRecord: Hashable, Sendable {
    package enum Phase: UInt8, Sendable, CaseIterable {
        case open = 0
        /// Its jobs are being released; it goes with the last.
        case closing = 1
        /// Its jobs keep their leases; it goes with the last.
        case closed = 2
    }

    package var id: SessionID
    /// A connection's: its jobs are released when it closes or its node falls silent. Otherwise a
    /// reservation lasts until its lease ends, whatever becomes of the node.
    package var isAttached: Bool
    package var phase = Phase.open
    /// The last wait that was granted anything: waits up to it are over.
    package var wait: UInt64 = 0

    package init(id: SessionID, isAttached: Bool) {
        self.id = id
        self.isAttached = isAttached
    }

    package var hash: UInt64 {
        var hash = WordHash(seed: 10)
        hash.add(id)
        hash.add(isAttached ? 1 : 0)
        hash.add(UInt64(phase.rawValue))
        hash.add(wait)
        return hash.value
    }
}

/// A job's unique key. It stands while the job is there, and until its window ends.
package struct UniqueRecord: Hashable, Sendable {
    /// The principal is the queue.
    package var name: KeyName
    package var job: JobID
    /// On the cluster clock, in milliseconds.
    package var until: UInt64

    package init(name: KeyName, job: JobID, until: UInt64) {
        self.name = name
        self.job = job
        self.until = until
    }

    package var hash: UInt64 {
        var hash = WordHash(seed: 11)
        hash.add(name.principal)
        hash.add(name.text)
        hash.add(job.rawValue)
        hash.add(until)
        return hash.value
    }
}
