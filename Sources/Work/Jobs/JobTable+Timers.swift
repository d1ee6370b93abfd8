/// What ends by itself. Deciding that it has is apply's; finding it is the leader's, which asks at
/// `nextDeadline` what is due and proposes it. It does not ask within the grace after its first
/// commit, nor while a proposal of this kind is undecided.
extension JobTable {
    /// The cluster time at which something is due; nil if nothing ever is.
    package var nextDeadline: UInt64? {
        let deadlines = [queueTimers.first?.major, sessionTimers.first?.major]
        return deadlines.compactMap { $0 }.min()
    }

    /// The command that ends what is due; nil if nothing is. If there is more than one command
    /// may touch, the next call, after this one was applied, finds it.
    package func due(at now: UInt64, limit: Int = Limits.jobsPerCommand) -> JobCommand? {
        var (slots, names): ([UInt32], [QueueName]) = ([], [])
        for session in sessionTimers.slots(upTo: now, limit: limit) {
            append(sessions[session].leases, now, limit, to: &slots)
        }
        for queue in queueTimers.slots(upTo: now, limit: limit) {
            if slots.count + names.count >= limit { break }
            append(queues[queue].delayed, now, limit - names.count - 1, to: &slots)
            let record = queues[queue].record
            let isPauseOver = record.pausedUntil > 0 && record.pausedUntil <= now
            if isPauseOver || isIdleTooLong(queue, now) { names.append(record.name) }
        }
        return slots.isEmpty && names.isEmpty ? nil : .expire(leases(slots), names)
    }

    private func append(
        _ heap: SlotHeap, _ now: UInt64, _ limit: Int, to slots: inout [UInt32]
    ) {
        slots += heap.slots(upTo: now, limit: limit - slots.count)
    }

    /// What was due first ends first; how the heaps happen to lie follows from their past.
    private func leases(_ slots: [UInt32]) -> [Lease] {
        slots.sorted {
            (jobs[$0].key, jobs[$0].id.rawValue) < (jobs[$1].key, jobs[$1].id.rawValue)
        }.map { Lease(job: jobs[$0].id, generation: jobs[$0].generation) }
    }

    /// What takes more than one entry and waits for the next; nil if nothing does.
    package var nextStep: JobCommand? { unfinishedWork.first.map { .proceed($0) } }

    private func isIdleTooLong(_ queue: UInt32, _ now: UInt64) -> Bool {
        let since = queues[queue].record.idleSince
        return since > 0 && since + Limits.queueLinger <= now
    }

    /// Ends what is due by the entry's own time, whatever the leader thought.
    mutating func expire(_ leases: [Lease], _ names: [QueueName]) {
        for lease in leases {
            guard let slot = slot(of: lease.job), jobs[slot].generation == lease.generation,
                jobs[slot].key <= turn.now
            else { continue }
            switch jobs[slot].state {
            case .ready, .buried: continue
            case .delayed:
                leave(slot)
                enter(slot, .ready)
            case .reserved: timeOut(slot)
            }
        }
        for name in names.prefix(Limits.jobsPerCommand - leases.count) {
            guard let queue = queueSlots[name] else { continue }
            expire(queue: queue)
        }
    }

    private mutating func timeOut(_ slot: UInt32) {
        leave(slot)
        jobs[slot].counts.timeouts &+= 1
        jobs[slot].counts.tries &+= 1
        queues[jobs[slot].queue].record.counts.timeouts &+= 1
        scalars.timeouts += 1
        if jobs[slot].retry.isSpent(jobs[slot].counts) {
            setError("not finished within its time to run", of: slot)
            enterBuried(slot)
        } else {
            enter(slot, .ready)
        }
    }

    private mutating func expire(queue slot: UInt32) {
        let record = queues[slot].record
        if record.pausedUntil > 0, record.pausedUntil <= turn.now {
            queues[slot].record.pausedUntil = 0
            touch(queue: slot)
        } else if isIdleTooLong(slot, turn.now), !queues[slot].isNeeded {
            remove(queue: slot)
        }
    }
}
