extension JobTable {
    /// The most urgent jobs of all the queues together, the oldest first among equals.
    mutating func reserve(_ wish: Reservation) throws(JobRefusal) -> [JobRecord] {
        try check(wish.session, wait: wish.wait)
        var choice = Choice()
        for name in wish.queues {
            if let queue = queueSlots[name], queues[queue].isReservable { offer(queue, &choice) }
        }
        if choice.queues.isEmpty || wish.max == 0 { return [] }
        let session = open(wish.session, wish.isAttached)
        sessions[session].record.wait = wish.wait
        touch(session: session)
        var taken: [UInt32] = []
        while taken.count < wish.max, let next = choice.queues.popFirst(&choice.places) {
            guard let job = queues[next.slot].ready.first?.slot else { break }
            take(job, session)
            taken.append(job)
            if queues[next.slot].isReservable { offer(next.slot, &choice) }
        }
        return taken.map { record($0) }
    }

    /// Queues that have a job to give, by their most urgent one.
    private struct Choice {
        var queues = SlotHeap()
        var places = HeapPlaces()
    }

    private func offer(_ queue: UInt32, _ choice: inout Choice) {
        guard let first = queues[queue].ready.first else { return }
        choice.queues.insert(
            .init(major: first.major, minor: first.minor, slot: queue), &choice.places)
    }

    mutating func reserve(
        _ id: JobID, _ holder: SessionID, _ isAttached: Bool
    ) throws(JobRefusal) -> JobRecord {
        try check(holder, wait: nil)
        guard let slot = slot(of: id) else { throw .jobNotFound(id) }
        if jobs[slot].state == .reserved { throw .notHeld(id) }
        take(slot, open(holder, isAttached))
        return record(slot)
    }

    private func check(_ id: SessionID, wait: UInt64?) throws(JobRefusal) {
        guard let slot = sessionSlots[id] else {
            if sessions.count >= Limits.sessions { throw .sessionsFull }
            return
        }
        if sessions[slot].record.phase != .open { throw .sessionClosed }
        if let wait, wait <= sessions[slot].record.wait { throw .waitOver }
    }

    private mutating func take(_ slot: UInt32, _ session: UInt32) {
        leave(slot)
        jobs[slot].session = session
        jobs[slot].counts.reserves &+= 1
        queues[jobs[slot].queue].record.counts.reserves &+= 1
        enter(slot, .reserved, key: turn.now + jobs[slot].timeToRun)
    }
}

// MARK: Sessions

extension JobTable {
    private mutating func open(_ id: SessionID, _ isAttached: Bool) -> UInt32 {
        if let slot = sessionSlots[id] { return slot }
        return add(SessionRecord(id: id, isAttached: isAttached))
    }

    mutating func add(_ record: SessionRecord) -> UInt32 {
        let slot = sessions.insert(Session(record: record))
        sessionSlots[record.id] = slot
        bytes += Session.size
        if record.phase == .open {
            origins[record.id.origin, default: SlotHeap()].insert(
                .init(major: record.id.number, minor: 0, slot: slot), &originPlaces)
        }
        return slot
    }

    mutating func close(_ id: SessionID, _ keepsLeases: Bool) -> JobReply {
        guard let slot = sessionSlots[id] else { return .moved(0, more: false) }
        var budget = Limits.jobsPerCommand
        let moved = close(slot, keepsLeases, &budget)
        return .moved(moved, more: isUnfinished(.session(id)))
    }

    mutating func close(_ origin: Origin, below bound: UInt64) -> JobReply {
        var (budget, moved) = (Limits.jobsPerCommand, 0)
        while budget > 0, let first = origins[origin]?.first, first.major < bound {
            budget -= 1
            moved += close(first.slot, !sessions[first.slot].record.isAttached, &budget)
        }
        let next = origins[origin]?.first
        return .moved(moved, more: next.map { $0.major < bound } ?? false)
    }

    /// From here on the session gets nothing; if it lets go of its jobs, of as many now as the
    /// budget allows, and of the others by `proceed`.
    private mutating func close(
        _ slot: UInt32, _ keepsLeases: Bool, _ budget: inout Int
    ) -> Int {
        let (id, phase) = (sessions[slot].record.id, sessions[slot].record.phase)
        if phase == .open { removeFromOrigin(slot, id.origin) }
        if phase != .closing, !keepsLeases || sessions[slot].record.isAttached {
            sessions[slot].record.phase = .closing
        } else if phase == .open {
            sessions[slot].record.phase = .closed
        }
        touch(session: slot)
        let moved = letGo(slot, &budget)
        if phase != .closing, isUnfinished(.session(id)) { unfinishedWork.append(.session(id)) }
        return moved
    }

    private mutating func removeFromOrigin(_ slot: UInt32, _ origin: Origin) {
        origins[origin]?.remove(slot, &originPlaces)
        if origins[origin]?.isEmpty == true { origins[origin] = nil }
    }

    /// Its jobs become ready, as if nothing had happened to them.
    mutating func letGo(_ slot: UInt32, _ budget: inout Int) -> Int {
        var moved = 0
        guard sessions[slot].record.phase == .closing else { return 0 }
        while budget > 0, let first = sessions[slot].leases.first {
            leave(first.slot)
            enter(first.slot, .ready)
            budget -= 1
            moved += 1
        }
        return moved
    }
}
