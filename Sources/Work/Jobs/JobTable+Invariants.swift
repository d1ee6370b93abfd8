extension JobTable {
    /// Traps if heaps, lists, counts, bytes and hashes do not say the same. Counts everything
    /// again: for tests and simulations.
    package func checkInvariants() {
        var (rows, identities, bytes, jobCount) = (StateHash(), StateHash(), 0, 0)
        for (name, slot) in queueSlots {
            let queue = queues[slot]
            precondition(queue.record.name == name && !queue.isTouched)
            precondition(queue.hash == queue.record.hash, "A hash is of its record.")
            rows.add(queue.hash)
            bytes += queue.size
            jobCount += check(queue, slot, &rows, &bytes)
            precondition(queuePlaces.contains(slot) == (queue.nextTimer != nil))
        }
        precondition(jobCount == jobs.count, "Every job is in the list of its queue.")
        for (id, slot) in sessionSlots {
            let session = sessions[slot]
            precondition(session.record.id == id && !session.isTouched)
            precondition(session.hash == session.record.hash, "A hash is of its record.")
            precondition(session.record.phase == .open || !session.leases.isEmpty)
            precondition(originPlaces.contains(slot) == (session.record.phase == .open))
            precondition(sessionPlaces.contains(slot) == !session.leases.isEmpty)
            identities.add(session.hash)
            bytes += Session.size
        }
        for (name, slot) in uniqueSlots {
            let record = uniques[slot]
            precondition(record.name == name)
            precondition(uniquePlaces.contains(slot) == (self.slot(of: record.job) == nil))
            identities.add(record.hash)
            bytes += record.size
        }
        precondition(rows == rowsHash && identities == identitiesHash && bytes == self.bytes)
        precondition(unfinishedWork.first.map { isUnfinished($0) } ?? true)
    }

    /// The jobs of one queue, along its list.
    private func check(
        _ queue: Queue, _ slot: UInt32, _ rows: inout StateHash, _ bytes: inout Int
    ) -> Int {
        var counts: [JobState: Int] = [:]
        var (urgent, total, last) = (0, 0, Job.none)
        var next = queue.oldest
        while next != Job.none {
            let job = jobs[next]
            precondition(job.queue == slot && job.older == last && !job.isTouched)
            precondition(last == Job.none || jobs[last].id < job.id, "The list is by number.")
            precondition(self.slot(of: job.id) == next && places.contains(next))
            precondition(job.hash == record(next).hash, "A hash is of its record.")
            if job.state == .reserved {
                precondition(sessionSlots[sessions[job.session].record.id] == job.session)
            }
            rows.add(job.hash)
            bytes += job.size
            counts[job.state, default: 0] += 1
            if job.state == .ready, job.isUrgent { urgent += 1 }
            total += 1
            (last, next) = (next, job.newer)
        }
        precondition(queue.newest == last && queue.urgent == urgent)
        precondition(queue.ready.count == counts[.ready, default: 0])
        precondition(queue.delayed.count == counts[.delayed, default: 0])
        precondition(queue.buried.count == counts[.buried, default: 0])
        precondition(queue.reserved == counts[.reserved, default: 0])
        return total
    }
}
