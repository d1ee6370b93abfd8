extension JobTable {
    mutating func kick(_ name: QueueName, _ count: Int) throws(JobRefusal) -> Int {
        let queue = try queue(name)
        let isBuried = !queues[queue].buried.isEmpty
        var kicked = 0
        while kicked < count,
            let first = isBuried ? queues[queue].buried.first : queues[queue].delayed.first
        {
            kick(first.slot)
            kicked += 1
        }
        return kicked
    }

    mutating func kick(_ ids: [JobID]) -> Int {
        var kicked = 0
        for id in ids {
            guard let slot = slot(of: id) else { continue }
            switch jobs[slot].state {
            case .ready, .reserved: continue
            case .delayed, .buried:
                kick(slot)
                kicked += 1
            }
        }
        return kicked
    }

    private mutating func kick(_ slot: UInt32) {
        leave(slot)
        jobs[slot].counts.kicks &+= 1
        jobs[slot].counts.tries = 0
        queues[jobs[slot].queue].record.counts.kicks &+= 1
        enter(slot, .ready)
    }

    mutating func pause(_ name: QueueName, _ duration: UInt64?) throws(JobRefusal) {
        let queue = try openQueue(name)
        queues[queue].record.counts.pauses &+= 1
        queues[queue].record.pause = duration ?? QueueRecord.untilResumed
        queues[queue].record.pausedUntil =
            duration.map { $0 == 0 ? 0 : turn.now + $0 } ?? QueueRecord.untilResumed
    }

    mutating func configure(
        _ name: QueueName, _ settings: QueueSettings
    ) throws(JobRefusal) {
        let queue = try openQueue(name)
        queues[queue].record.settings = settings
    }
}

// MARK: What may take more than one entry

extension JobTable {
    mutating func kickAll(_ name: QueueName) throws(JobRefusal) -> JobReply {
        let queue = try queue(name)
        return work(queue) { $0.queues[queue].record.kickBelow = $0.scalars.nextPlace }
    }

    mutating func purge(_ name: QueueName) throws(JobRefusal) -> JobReply {
        let queue = try queue(name)
        // A deletion under way takes all that a purge would, and more.
        return work(queue) { $0.purge(queue, takesReserved: false) }
    }

    mutating func delete(_ name: QueueName) throws(JobRefusal) -> JobReply {
        let queue = try queue(name)
        return work(queue) {
            $0.queues[queue].record.settings = nil
            $0.queues[queue].record.pausedUntil = 0
            $0.queues[queue].record.kickBelow = 0
            $0.purge(queue, takesReserved: true)
        }
    }

    private mutating func purge(_ queue: UInt32, takesReserved: Bool) {
        let oldest = queues[queue].oldest
        let below = JobID(scalars.nextJob)
        let before = queues[queue].record.purge?.takesReserved ?? false
        queues[queue].record.purge = Purge(
            next: oldest == Job.none ? below : jobs[oldest].id, below: below,
            takesReserved: takesReserved || before)
    }

    /// Starts something, and does the first part of it.
    private mutating func work(
        _ queue: UInt32, _ start: (inout JobTable) -> Void
    ) -> JobReply {
        let wasUnfinished = queues[queue].record.isUnfinished
        start(&self)
        let moved = proceed(queue: queue)
        let name = queues[queue].record.name
        if !wasUnfinished, isUnfinished(.queue(name)) { unfinishedWork.append(.queue(name)) }
        return .moved(moved, more: isUnfinished(.queue(name)))
    }

    mutating func proceed(_ work: Unfinished) -> JobReply {
        var moved = 0
        switch work {
        case .queue(let name):
            if let slot = queueSlots[name] { moved = proceed(queue: slot) }
        case .session(let id):
            var budget = Limits.jobsPerCommand
            if let slot = sessionSlots[id] { moved = letGo(slot, &budget) }
        }
        return .moved(moved, more: isUnfinished(work))
    }

    private mutating func proceed(queue slot: UInt32) -> Int {
        touch(queue: slot)
        return proceedPurge(slot) ?? proceedKick(slot)
    }

    /// How many jobs it removed; nil if there was nothing to look at.
    private mutating func proceedPurge(_ queue: UInt32) -> Int? {
        guard let purge = queues[queue].record.purge, purge.next < purge.below else { return nil }
        let before = jobs.count
        var (seen, next) = (0, slot(of: purge.next) ?? Job.none)
        while seen < Limits.jobsPerCommand, next != Job.none, jobs[next].id < purge.below {
            let slot = next
            next = jobs[slot].newer
            if purge.takesReserved || jobs[slot].state != .reserved { remove(slot) }
            seen += 1
        }
        let isDone = next == Job.none || jobs[next].id >= purge.below
        queues[queue].record.purge?.next = isDone ? purge.below : jobs[next].id
        return before - jobs.count
    }

    private mutating func proceedKick(_ queue: UInt32) -> Int {
        let bound = queues[queue].record.kickBelow
        var kicked = 0
        while let first = queues[queue].buried.first, first.major < bound {
            if kicked == Limits.jobsPerCommand { return kicked }
            kick(first.slot)
            kicked += 1
        }
        queues[queue].record.kickBelow = 0
        return kicked
    }

    /// Whether there is something left to do, as far as it was asked for.
    func isUnfinished(_ work: Unfinished) -> Bool {
        switch work {
        case .queue(let name):
            guard let slot = queueSlots[name] else { return false }
            let record = queues[slot].record
            return record.kickBelow > 0 || record.purge.map { $0.next < $0.below } ?? false
        case .session(let id):
            guard let slot = sessionSlots[id] else { return false }
            return sessions[slot].record.phase == .closing && !sessions[slot].leases.isEmpty
        }
    }
}
