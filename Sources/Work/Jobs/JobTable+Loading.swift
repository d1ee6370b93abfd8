/// A table from its rows: queues and sessions first, then jobs by their numbers, then unique keys.
extension JobTable {
    mutating func load(_ record: QueueRecord) {
        let slot = add(record)
        queues[slot].hash = record.hash
        rowsHash.add(record.hash)
    }

    mutating func load(_ record: SessionRecord) {
        let slot = add(record)
        sessions[slot].hash = record.hash
        identitiesHash.add(record.hash)
    }

    /// False if its queue or its session is unknown.
    mutating func load(_ record: JobRecord) -> Bool {
        guard let queue = queueSlots[record.queue] else { return false }
        var job = Job()
        if record.state == .reserved {
            guard let id = record.session, let session = sessionSlots[id] else { return false }
            job.session = session
        }
        job.id = record.id
        job.queue = queue
        job.state = record.state
        job.key = record.state == .buried ? record.place : record.due
        job.priority = record.priority
        job.created = record.created
        job.delay = record.delay
        job.timeToRun = record.timeToRun
        job.generation = record.generation
        job.retry = record.retry
        job.counts = record.counts
        job.notes = JobNotes(
            unique: record.unique, error: record.error, trace: record.traceparent)
        job.body = record.body
        job.bodyHash = JobRecord.hash(of: record.body)
        job.hash = record.hash(body: job.bodyHash)
        rowsHash.add(job.hash)
        attach(add(job))
        return true
    }

    mutating func load(_ record: UniqueRecord) {
        let slot = add(record)
        if self.slot(of: record.job) == nil { setTimer(unique: slot) }
    }

    /// Timers and unfinished work follow from the rows.
    mutating func finishLoading(_ scalars: JobScalars) {
        self.scalars = scalars
        turn = Turn()
        let slots = queueSlots.values.sorted {
            queues[$0].record.place < queues[$1].record.place
        }
        for slot in slots {
            queues[slot].isTouched = false
            setTimer(queue: slot)
            if isUnfinished(.queue(queues[slot].record.name)) {
                unfinishedWork.append(.queue(queues[slot].record.name))
            }
        }
        for id in sessionSlots.keys.sorted() {
            guard let slot = sessionSlots[id] else { continue }
            sessions[slot].isTouched = false
            setTimer(session: slot)
            if isUnfinished(.session(id)) { unfinishedWork.append(.session(id)) }
        }
        self.scalars.rowsHash = rowsHash.value
    }
}
