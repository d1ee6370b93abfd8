/// How a job gets from one state to another, and in and out of the table. Everything that changes
/// a job goes through here, so that heaps, counts and hashes agree.
extension JobTable {
    /// Puts a job that is nowhere into a state; `key` is when it ends, or its place.
    mutating func enter(_ slot: UInt32, _ state: JobState, key: UInt64 = 0) {
        jobs[slot].state = state
        jobs[slot].key = key
        jobs[slot].generation &+= 1
        attach(slot)
        touch(job: slot)
    }

    mutating func enterReady(_ slot: UInt32, after delay: UInt64) {
        if delay > 0 {
            enter(slot, .delayed, key: turn.now + delay)
        } else {
            enter(slot, .ready)
        }
    }

    mutating func enterBuried(_ slot: UInt32) {
        jobs[slot].counts.buries &+= 1
        queues[jobs[slot].queue].record.counts.buries &+= 1
        enter(slot, .buried, key: nextPlace())
    }

    mutating func nextPlace() -> UInt64 {
        scalars.nextPlace += 1
        return scalars.nextPlace - 1
    }

    /// Into the heap of the state that it is in.
    mutating func attach(_ slot: UInt32) {
        let (queue, id, key) = (jobs[slot].queue, jobs[slot].id.rawValue, jobs[slot].key)
        let node = SlotHeap.Node(major: key, minor: id, slot: slot)
        switch jobs[slot].state {
        case .ready:
            let urgency = UInt64(jobs[slot].priority)
            queues[queue].ready.insert(.init(major: urgency, minor: id, slot: slot), &places)
            if jobs[slot].isUrgent { queues[queue].urgent += 1 }
        case .delayed: queues[queue].delayed.insert(node, &places)
        case .buried: queues[queue].buried.insert(node, &places)
        case .reserved:
            sessions[jobs[slot].session].leases.insert(node, &places)
            queues[queue].reserved += 1
            touch(session: jobs[slot].session)
        }
        touch(queue: queue)
    }

    /// Out of its heap, and so out of its state.
    mutating func leave(_ slot: UInt32) {
        let queue = jobs[slot].queue
        switch jobs[slot].state {
        case .ready:
            queues[queue].ready.remove(slot, &places)
            if jobs[slot].isUrgent { queues[queue].urgent -= 1 }
        case .delayed: queues[queue].delayed.remove(slot, &places)
        case .buried: queues[queue].buried.remove(slot, &places)
        case .reserved:
            sessions[jobs[slot].session].leases.remove(slot, &places)
            queues[queue].reserved -= 1
            touch(session: jobs[slot].session)
        }
        touch(queue: queue)
    }

    /// A new job, which is in no state yet. Numbers rise.
    mutating func add(_ job: Job) -> UInt32 {
        let slot = jobs.insert(job)
        index.insert(slot, &jobs)
        let newest = queues[job.queue].newest
        jobs[slot].older = newest
        jobs[slot].newer = Job.none
        if newest == Job.none {
            queues[job.queue].oldest = slot
        } else {
            jobs[newest].newer = slot
        }
        queues[job.queue].newest = slot
        bytes += job.size
        return slot
    }

    /// Takes a job out of its state and out of the table.
    mutating func remove(_ slot: UInt32) {
        leave(slot)
        let job = jobs[slot]
        unlink(job)
        index.remove(slot, &jobs)
        releaseKey(of: job)
        bytes -= job.size
        rowsHash.remove(job.hash)
        jobs.remove(slot, leaving: Job())
        turn.changes.append(.jobs(.jobRemoved(job.id)))
    }

    private mutating func unlink(_ job: Job) {
        if job.older == Job.none {
            queues[job.queue].oldest = job.newer
        } else {
            jobs[job.older].newer = job.newer
        }
        if job.newer == Job.none {
            queues[job.queue].newest = job.older
        } else {
            jobs[job.newer].older = job.older
        }
        // A purge goes on with the next one.
        guard let purge = queues[job.queue].record.purge, purge.next == job.id else { return }
        queues[job.queue].record.purge?.next =
            job.newer == Job.none ? purge.below : jobs[job.newer].id
    }

    func slot(of id: JobID) -> UInt32? { index.slot(of: id, in: jobs) }

    mutating func setError(_ error: String, of slot: UInt32) {
        bytes -= jobs[slot].size
        let notes = jobs[slot].notes
        jobs[slot].notes = JobNotes(unique: notes?.unique, error: error, trace: notes?.trace)
        bytes += jobs[slot].size
    }

    func record(_ slot: UInt32) -> JobRecord {
        let job = jobs[slot]
        var record = JobRecord(id: job.id, queue: queues[job.queue].record.name)
        record.state = job.state
        record.priority = job.priority
        record.created = job.created
        record.delay = job.delay
        record.timeToRun = job.timeToRun
        switch job.state {
        case .ready: break
        case .delayed: record.due = job.key
        case .reserved:
            record.due = job.key
            record.session = sessions[job.session].record.id
        case .buried: record.place = job.key
        }
        record.generation = job.generation
        record.retry = job.retry
        record.counts = job.counts
        record.unique = job.notes?.unique
        record.error = job.notes?.error
        record.traceparent = job.notes?.trace
        record.body = job.body
        return record
    }
}
