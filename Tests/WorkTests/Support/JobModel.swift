import Work

/// The job queue as one would explain it: arrays, scanned from end to end for every question.
/// What takes more than one entry it does at once, so it is asked for little at a time.
struct JobModel {
    var jobs: [JobRecord] = []
    var queues: [QueueRecord] = []
    var sessions: [SessionRecord] = []
    var uniques: [UniqueRecord] = []
    var scalars = JobScalars()
    var now: UInt64 = 0
    var wall = Timestamp.zero

    struct Refused: Error {
        let refusal: JobRefusal
        init(_ refusal: JobRefusal) { self.refusal = refusal }
    }

    mutating func perform(_ command: JobCommand, now: UInt64, wall: Timestamp) -> Reply {
        (self.now, self.wall) = (now, wall)
        dropKeys()
        let before = queues
        let reply: Reply
        do {
            reply = try run(command)
        } catch let error as Refused {
            return .refused(.jobs(error.refusal))
        } catch {
            preconditionFailure("Nothing else is thrown.")
        }
        settle(before, command)
        return reply
    }

    // MARK: Looking

    func place(_ id: JobID) throws -> Int {
        guard let place = jobs.firstIndex(where: { $0.id == id }) else {
            throw Refused(.jobNotFound(id))
        }
        return place
    }

    func queue(_ name: QueueName) throws -> Int {
        guard let place = queues.firstIndex(where: { $0.name == name }) else {
            throw Refused(.queueNotFound(name))
        }
        return place
    }

    func held(_ id: JobID, _ holder: Holder) throws -> Int {
        let place = try place(id)
        guard jobs[place].state == .reserved, isHeld(jobs[place], holder) else {
            throw Refused(.notHeld(id))
        }
        return place
    }

    func isHeld(_ job: JobRecord, _ holder: Holder) -> Bool {
        switch holder {
        case .session(let session): job.session == session
        case .lease(let generation): job.generation == generation
        }
    }

    func jobs(in queue: QueueName, _ state: JobState) -> [JobRecord] {
        jobs.filter { $0.queue == queue && $0.state == state }.sorted { left, right in
            switch state {
            case .ready: (left.priority, left.id) < (right.priority, right.id)
            case .delayed, .reserved: (left.due, left.id) < (right.due, right.id)
            case .buried: left.place < right.place
            }
        }
    }

    func isReservable(_ queue: QueueRecord) -> Bool {
        queue.pausedUntil == 0 && !jobs(in: queue.name, .ready).isEmpty
            && jobs(in: queue.name, .reserved).count < Int(queue.settings?.concurrency ?? 1_000)
    }

    // MARK: Changing

    mutating func set(_ place: Int, _ state: JobState, due: UInt64 = 0) {
        jobs[place].state = state
        jobs[place].due = due
        jobs[place].place = 0
        jobs[place].generation += 1
        if state != .reserved { jobs[place].session = nil }
    }

    mutating func setReady(_ place: Int, after delay: UInt64) {
        if delay == 0 { set(place, .ready) } else { set(place, .delayed, due: now + delay) }
    }

    mutating func setBuried(_ place: Int) {
        set(place, .buried)
        jobs[place].counts.buries += 1
        jobs[place].place = takePlace()
        count(place, \.buries)
    }

    mutating func takePlace() -> UInt64 {
        scalars.nextPlace += 1
        return scalars.nextPlace - 1
    }

    mutating func count(_ place: Int, _ counter: WritableKeyPath<QueueCounts, UInt64>) {
        let name = jobs[place].queue
        let queue = queues.firstIndex { $0.name == name }
        if let queue { queues[queue].counts[keyPath: counter] += 1 }
    }

    mutating func remove(_ place: Int) {
        let job = jobs.remove(at: place)
        uniques.removeAll { $0.job == job.id && $0.until <= now }
    }

    /// Sixteen keys a command: those whose job is gone and whose window is over.
    mutating func dropKeys() {
        let dead = uniques.filter { unique in
            unique.until <= now && !jobs.contains { $0.id == unique.job }
        }
        let first = dead.sorted { ($0.until, $0.job) < ($1.until, $1.job) }.prefix(16)
        uniques.removeAll { first.contains($0) }
    }

    /// Idleness, and the end of what holds nothing any more.
    mutating func settle(_ before: [QueueRecord], _ command: JobCommand) {
        sessions.removeAll { session in
            session.phase != .open && !jobs.contains { $0.session == session.id }
        }
        for place in queues.indices {
            let isNeeded =
                queues[place].settings != nil || queues[place].pausedUntil > 0
                || jobs.contains { $0.queue == queues[place].name }
            if isNeeded {
                queues[place].idleSince = 0
            } else if queues[place].idleSince == 0 {
                queues[place].idleSince = now
            }
        }
    }
}
