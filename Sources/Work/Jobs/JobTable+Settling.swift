/// The end of each entry: what was touched is hashed and handed on once, however often it was
/// touched, and timers follow what they stand for.
extension JobTable {
    mutating func touch(job slot: UInt32) {
        if jobs[slot].isTouched { return }
        jobs[slot].isTouched = true
        turn.jobs.append(slot)
    }

    mutating func touch(queue slot: UInt32) {
        if queues[slot].isTouched { return }
        queues[slot].isTouched = true
        turn.queues.append(slot)
    }

    mutating func touch(session slot: UInt32) {
        if sessions[slot].isTouched { return }
        sessions[slot].isTouched = true
        turn.sessions.append(slot)
    }

    mutating func settle() {
        woken.removeAll(keepingCapacity: true)
        for slot in turn.jobs { settle(job: slot) }
        for slot in turn.queues { settle(queue: slot) }
        for slot in turn.sessions { settle(session: slot) }
        turn.jobs.removeAll(keepingCapacity: true)
        turn.queues.removeAll(keepingCapacity: true)
        turn.sessions.removeAll(keepingCapacity: true)
        while let first = unfinishedWork.first, !isUnfinished(first) {
            unfinishedWork.removeFirst()
        }
        scalars.rowsHash = rowsHash.value
    }

    private mutating func settle(job slot: UInt32) {
        // Its slot is vacant if it went with the same entry.
        guard jobs[slot].isTouched else { return }
        let record = record(slot)
        rowsHash.remove(jobs[slot].hash)
        jobs[slot].hash = record.hash(body: jobs[slot].bodyHash)
        rowsHash.add(jobs[slot].hash)
        turn.changes.append(.jobs(.job(record, isNew: jobs[slot].isNew)))
        jobs[slot].isNew = false
        jobs[slot].isTouched = false
    }

    private mutating func settle(queue slot: UInt32) {
        queues[slot].isTouched = false
        let isDeleted = endWork(queue: slot)
        let isNeeded = queues[slot].isNeeded
        if !isNeeded, isDeleted {
            remove(queue: slot)
            return
        }
        if isNeeded {
            queues[slot].record.idleSince = 0
        } else if queues[slot].record.idleSince == 0 {
            queues[slot].record.idleSince = max(turn.now, 1)
        }
        rowsHash.remove(queues[slot].hash)
        queues[slot].hash = queues[slot].record.hash
        rowsHash.add(queues[slot].hash)
        setTimer(queue: slot)
        if queues[slot].isReservable { woken.append(queues[slot].record.name) }
        turn.changes.append(.jobs(.queue(queues[slot].record)))
    }

    /// Ends what has nothing left to do. True if the queue's deletion came to its end.
    private mutating func endWork(queue slot: UInt32) -> Bool {
        let isEmpty = queues[slot].count == 0
        if isEmpty { queues[slot].record.kickBelow = 0 }
        guard let purge = queues[slot].record.purge, isEmpty || purge.next >= purge.below else {
            return false
        }
        queues[slot].record.purge = nil
        return purge.takesReserved
    }

    mutating func remove(queue slot: UInt32) {
        let queue = queues[slot]
        rowsHash.remove(queue.hash)
        bytes -= queue.size
        if queuePlaces.contains(slot) { queueTimers.remove(slot, &queuePlaces) }
        queueSlots[queue.record.name] = nil
        queues.remove(slot, leaving: .vacant)
        turn.changes.append(.jobs(.queueRemoved(queue.record.name)))
    }

    mutating func setTimer(queue slot: UInt32) {
        if queuePlaces.contains(slot) { queueTimers.remove(slot, &queuePlaces) }
        guard let next = queues[slot].nextTimer else { return }
        let place = queues[slot].record.place
        queueTimers.insert(.init(major: next, minor: place, slot: slot), &queuePlaces)
    }

    private mutating func settle(session slot: UInt32) {
        sessions[slot].isTouched = false
        if sessions[slot].record.phase != .open, sessions[slot].leases.isEmpty {
            remove(session: slot)
            return
        }
        identitiesHash.remove(sessions[slot].hash)
        sessions[slot].hash = sessions[slot].record.hash
        identitiesHash.add(sessions[slot].hash)
        setTimer(session: slot)
        turn.changes.append(.jobs(.session(sessions[slot].record)))
    }

    private mutating func remove(session slot: UInt32) {
        let session = sessions[slot]
        identitiesHash.remove(session.hash)
        bytes -= Session.size
        if sessionPlaces.contains(slot) { sessionTimers.remove(slot, &sessionPlaces) }
        sessionSlots[session.record.id] = nil
        sessions.remove(slot, leaving: .vacant)
        turn.changes.append(.jobs(.sessionRemoved(session.record.id)))
    }

    mutating func setTimer(session slot: UInt32) {
        if sessionPlaces.contains(slot) { sessionTimers.remove(slot, &sessionPlaces) }
        guard let first = sessions[slot].leases.first else { return }
        sessionTimers.insert(
            .init(major: first.major, minor: first.minor, slot: slot), &sessionPlaces)
    }
}
