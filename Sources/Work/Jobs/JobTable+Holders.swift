/// What whoever holds a job may do with it.
extension JobTable {
    /// The slot of a reserved job, if it is the holder's.
    private func held(_ id: JobID, by holder: Holder) throws(JobRefusal) -> UInt32 {
        guard let slot = slot(of: id) else { throw .jobNotFound(id) }
        guard jobs[slot].state == .reserved, isHeld(slot, by: holder) else { throw .notHeld(id) }
        return slot
    }

    private func isHeld(_ slot: UInt32, by holder: Holder) -> Bool {
        switch holder {
        case .session(let id): sessions[jobs[slot].session].record.id == id
        case .lease(let generation): jobs[slot].generation == generation
        }
    }

    mutating func touch(_ id: JobID, _ holder: Holder) throws(JobRefusal) -> JobRecord {
        let slot = try held(id, by: holder)
        leave(slot)
        jobs[slot].key = turn.now + jobs[slot].timeToRun
        attach(slot)
        touch(job: slot)
        return record(slot)
    }

    mutating func complete(_ id: JobID, _ holder: Holder) throws(JobRefusal) -> JobID {
        let slot = try held(id, by: holder)
        delete(slot)
        return id
    }

    mutating func delete(_ id: JobID, _ holder: Holder?) throws(JobRefusal) -> JobID {
        guard let slot = slot(of: id) else { throw .jobNotFound(id) }
        if jobs[slot].state == .reserved {
            guard let holder, isHeld(slot, by: holder) else { throw .notHeld(id) }
        }
        delete(slot)
        return id
    }

    private mutating func delete(_ slot: UInt32) {
        queues[jobs[slot].queue].record.counts.deletes &+= 1
        remove(slot)
    }

    mutating func fail(
        _ id: JobID, _ holder: Holder, _ error: String, _ chance: UInt16
    ) throws(JobRefusal) -> JobRecord {
        let slot = try held(id, by: holder)
        leave(slot)
        jobs[slot].counts.failures &+= 1
        jobs[slot].counts.tries &+= 1
        queues[jobs[slot].queue].record.counts.failures &+= 1
        setError(Self.storable(error), of: slot)
        let retry = jobs[slot].retry
        if retry.isSpent(jobs[slot].counts) {
            enterBuried(slot)
        } else {
            let tries = jobs[slot].counts.tries
            enterReady(slot, after: retry.delay(afterTries: tries, chance: chance))
        }
        return record(slot)
    }

    /// Not every database takes U+0000 in a text.
    private static func storable(_ text: String) -> String {
        if !text.utf8.contains(0) { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\0" ? " " : $0 }))
    }

    mutating func release(
        _ id: JobID, _ holder: Holder, _ priority: UInt32?, _ delay: UInt64
    ) throws(JobRefusal) -> JobRecord {
        let slot = try held(id, by: holder)
        leave(slot)
        if let priority { jobs[slot].priority = priority }
        jobs[slot].delay = delay
        jobs[slot].counts.releases &+= 1
        queues[jobs[slot].queue].record.counts.releases &+= 1
        enterReady(slot, after: delay)
        return record(slot)
    }

    mutating func bury(
        _ id: JobID, _ holder: Holder, _ priority: UInt32?
    ) throws(JobRefusal) -> JobRecord {
        let slot = try held(id, by: holder)
        leave(slot)
        if let priority { jobs[slot].priority = priority }
        enterBuried(slot)
        return record(slot)
    }

    mutating func undo(_ leases: [Lease]) -> Int {
        var undone = 0
        for lease in leases {
            guard let slot = slot(of: lease.job), jobs[slot].state == .reserved,
                jobs[slot].generation == lease.generation
            else { continue }
            leave(slot)
            jobs[slot].counts.reserves &-= 1
            queues[jobs[slot].queue].record.counts.reserves &-= 1
            enter(slot, .ready)
            undone += 1
        }
        return undone
    }
}
