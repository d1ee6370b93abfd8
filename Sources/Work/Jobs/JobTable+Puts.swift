extension JobTable {
    mutating func put(
        _ new: [NewJob], into name: QueueName
    ) throws(JobRefusal) -> [PutResult] {
        try check(new, name)
        let queue = try openQueue(name)
        return new.map { put($0, into: queue) }
    }

    /// All of it is counted, also what will turn out to be there already.
    private func check(_ new: [NewJob], _ name: QueueName) throws(JobRefusal) {
        let isNew = queueSlots[name] == nil
        let size = new.reduce(isNew ? Queue.size(name) : 0) { $0 + Self.size(of: $1, in: name) }
        if size > turn.room { throw .stateFull }
        if uniques.count + new.count > Limits.uniqueKeys, new.contains(where: { $0.unique != nil })
        {
            throw .keysFull
        }
        guard let slot = queueSlots[name], let limits = queues[slot].record.settings else {
            return
        }
        if let limit = limits.body, new.contains(where: { $0.body.count > limit }) {
            throw .bodyTooLong(limit: limit)
        }
        if let limit = limits.length, UInt64(queues[slot].count + new.count) > limit {
            throw .queueFull(name)
        }
    }

    private static func size(of new: NewJob, in queue: QueueName) -> Int {
        var size = Limits.jobBytesBesidesBody + new.body.count
        if let unique = new.unique {
            size += 256 + 2 * unique.text.utf8.count + queue.text.utf8.count
        }
        if new.traceparent != nil { size += 64 + TraceParent.size }
        return size
    }

    private mutating func put(_ new: NewJob, into queue: UInt32) -> PutResult {
        let name = new.unique.map {
            KeyName(principal: queues[queue].record.name.text, text: $0.text)
        }
        if let name, let holder = holder(of: name) { return .duplicate(holder) }
        let id = JobID(scalars.nextJob)
        scalars.nextJob += 1
        let delay = delay(of: new.start)
        var job = Job()
        job.id = id
        job.queue = queue
        job.priority = new.priority
        job.created = turn.wall
        job.delay = delay
        job.timeToRun = new.timeToRun == 0 ? Limits.leastTimeToRun : new.timeToRun
        job.retry = new.retry
        job.notes = JobNotes(unique: new.unique?.text, error: nil, trace: new.traceparent)
        job.body = new.body
        job.bodyHash = JobRecord.hash(of: new.body)
        job.isNew = true
        let slot = add(job)
        if let name, let unique = new.unique {
            insert(UniqueRecord(name: name, job: id, until: turn.now + unique.window))
        }
        queues[queue].record.counts.puts &+= 1
        enterReady(slot, after: delay)
        return .inserted(id)
    }

    private func delay(of start: NewJob.Start) -> UInt64 {
        switch start {
        case .after(let delay): return delay
        case .at(let time):
            let wait = min(max(time, .zero), .latest).milliseconds - turn.wall.milliseconds
            return min(UInt64(max(wait, 0)), Limits.jobSpan)
        }
    }

    /// The queue of this name, made if there is none.
    mutating func openQueue(_ name: QueueName) throws(JobRefusal) -> UInt32 {
        if let slot = queueSlots[name] {
            touch(queue: slot)
            return slot
        }
        if queues.count >= Limits.queues { throw .queuesFull }
        if Queue.size(name) > turn.room { throw .stateFull }
        let slot = add(QueueRecord(name: name, place: nextPlace()))
        touch(queue: slot)
        return slot
    }

    mutating func add(_ record: QueueRecord) -> UInt32 {
        let slot = queues.insert(Queue(record: record))
        queueSlots[record.name] = slot
        bytes += queues[slot].size
        return slot
    }

    func queue(_ name: QueueName) throws(JobRefusal) -> UInt32 {
        guard let slot = queueSlots[name] else { throw .queueNotFound(name) }
        return slot
    }
}

// MARK: Unique keys

extension JobTable {
    /// The job that a key stands for.
    private mutating func holder(of name: KeyName) -> JobID? {
        guard let slot = uniqueSlots[name] else { return nil }
        let record = uniques[slot]
        if self.slot(of: record.job) != nil || record.until > turn.now { return record.job }
        drop(unique: slot)
        return nil
    }

    private mutating func insert(_ record: UniqueRecord) {
        _ = add(record)
        turn.changes.append(.jobs(.unique(record)))
    }

    mutating func add(_ record: UniqueRecord) -> UInt32 {
        let slot = uniques.insert(record)
        uniqueSlots[record.name] = slot
        identitiesHash.add(record.hash)
        bytes += record.size
        return slot
    }

    private mutating func drop(unique slot: UInt32) {
        let record = uniques[slot]
        if uniquePlaces.contains(slot) { uniqueTimers.remove(slot, &uniquePlaces) }
        uniqueSlots[record.name] = nil
        identitiesHash.remove(record.hash)
        bytes -= record.size
        uniques.remove(slot, leaving: .vacant)
        turn.changes.append(.jobs(.uniqueRemoved(record.name)))
    }

    /// Its job is gone: from now on the key stands for the rest of its window.
    mutating func releaseKey(of job: Job) {
        guard let text = job.notes?.unique else { return }
        let name = KeyName(principal: queues[job.queue].record.name.text, text: text)
        guard let slot = uniqueSlots[name] else { return }
        if uniques[slot].until > turn.now {
            setTimer(unique: slot)
        } else {
            drop(unique: slot)
        }
    }

    mutating func setTimer(unique slot: UInt32) {
        let (until, job) = (uniques[slot].until, uniques[slot].job.rawValue)
        uniqueTimers.insert(.init(major: until, minor: job, slot: slot), &uniquePlaces)
    }

    /// Nobody sees whether a key whose window is over is still there, so each command carries
    /// away a few of them.
    mutating func dropExpiredKeys() {
        for _ in 0..<Limits.expiriesPerCommand {
            guard let first = uniqueTimers.first, first.major <= turn.now else { return }
            drop(unique: first.slot)
        }
    }
}
