/// A queue as it is shown.
package struct QueueView: Hashable, Sendable {
    package var record: QueueRecord
    package var ready: Int
    /// Of the ready ones.
    package var urgent: Int
    package var delayed: Int
    package var reserved: Int
    package var buried: Int
    /// When the oldest of its jobs was put.
    package var oldest: Timestamp?

    package var count: Int { ready + delayed + reserved + buried }
}

extension JobTable {
    package var count: Int { jobs.count }

    package func job(_ id: JobID) -> JobRecord? { slot(of: id).map { record($0) } }

    package func queue(named name: QueueName) -> QueueView? {
        queueSlots[name].map { view($0) }
    }

    /// In the order in which they came to be.
    package var allQueues: [QueueView] {
        queueSlots.values.map { view($0) }.sorted { $0.record.place < $1.record.place }
    }

    private func view(_ slot: UInt32) -> QueueView {
        let oldest = queues[slot].oldest
        return QueueView(
            record: queues[slot].record, ready: queues[slot].ready.count,
            urgent: queues[slot].urgent, delayed: queues[slot].delayed.count,
            reserved: queues[slot].reserved, buried: queues[slot].buried.count,
            oldest: oldest == Job.none ? nil : jobs[oldest].created)
    }

    /// The job that a worker would get; that gets ready next; that was buried first.
    package func first(_ state: JobState, in name: QueueName) -> JobRecord? {
        guard let slot = queueSlots[name] else { return nil }
        let first =
            switch state {
            case .ready: queues[slot].ready.first
            case .delayed: queues[slot].delayed.first
            case .buried: queues[slot].buried.first
            case .reserved: SlotHeap.Node?.none
            }
        return first.map { record($0.slot) }
    }

    /// Whether a worker that asks this queue now gets a job.
    package func isReservable(_ name: QueueName) -> Bool {
        queueSlots[name].map { queues[$0].isReservable } ?? false
    }

    /// How many jobs workers that ask this queue now can get.
    package func available(_ name: QueueName) -> Int {
        guard let slot = queueSlots[name], queues[slot].isReservable else { return 0 }
        let limit = queues[slot].record.settings?.concurrency ?? .max
        return min(queues[slot].ready.count, Int(clamping: limit) - queues[slot].reserved)
    }

    /// Jobs of a queue by rising number, after that one, and in that state if one is given.
    package func jobs(
        in name: QueueName, _ state: JobState?, after: JobID?, limit: Int
    ) -> [JobRecord] {
        guard let queue = queueSlots[name] else { return [] }
        var found: [JobRecord] = []
        var next = queues[queue].oldest
        // The place of a job that is still there is known.
        if let after, let slot = slot(of: after), jobs[slot].queue == queue { next = slot }
        while next != Job.none, found.count < limit {
            let isAfter = jobs[next].id > after ?? JobID(0)
            if isAfter, state == nil || jobs[next].state == state { found.append(record(next)) }
            next = jobs[next].newer
        }
        return found
    }

    /// Whether sessions of this origin with a lower number are open.
    package func hasOpenSessions(of origin: Origin, below bound: UInt64) -> Bool {
        origins[origin]?.first.map { $0.major < bound } ?? false
    }

    package func session(_ id: SessionID) -> (record: SessionRecord, held: Int)? {
        sessionSlots[id].map { (sessions[$0].record, sessions[$0].leases.count) }
    }

    package var sessionCount: Int { sessionSlots.count }

    /// When the first of its leases ends.
    package func deadline(of session: SessionID) -> UInt64? {
        sessionSlots[session].flatMap { sessions[$0].leases.first?.major }
    }

    /// How many places in heaps were written so far: what the work of a command is measured by.
    package var heapMoves: UInt64 {
        places.moves + queuePlaces.moves + sessionPlaces.moves + originPlaces.moves
            + uniquePlaces.moves
    }
}
