import Work

extension JobModel {
    mutating func run(_ command: JobCommand) throws -> Reply {
        switch command {
        case .put(let queue, let new): return .jobs(.put(try put(queue, new)))
        case .reserve(let wish): return .jobs(.reserved(try reserve(wish)))
        case .reserveJob(let id, let session, let isAttached):
            return .jobs(.reserved([try reserve(id, session, isAttached)]))
        case .touch(let id, let holder):
            let place = try held(id, holder)
            jobs[place].due = now + jobs[place].timeToRun
            return .jobs(.job(jobs[place]))
        case .complete(let id, let holder): return try delete(held(id, holder))
        case .delete(let id, let holder):
            let place = try place(id)
            if jobs[place].state == .reserved {
                guard let holder, isHeld(jobs[place], holder) else {
                    throw Refused(.notHeld(id))
                }
            }
            return delete(place)
        case .fail(let id, let holder, let error, let chance):
            return .jobs(.job(try fail(id, holder, error, chance)))
        case .release(let id, let holder, let priority, let delay):
            let place = try held(id, holder)
            jobs[place].priority = priority ?? jobs[place].priority
            jobs[place].delay = delay
            jobs[place].counts.releases += 1
            count(place, \.releases)
            setReady(place, after: delay)
            return .jobs(.job(jobs[place]))
        case .bury(let id, let holder, let priority):
            let place = try held(id, holder)
            jobs[place].priority = priority ?? jobs[place].priority
            setBuried(place)
            return .jobs(.job(jobs[place]))
        case .undo(let leases): return .jobs(.moved(undo(leases), more: false))
        case .kick, .kickJobs, .kickAll: return .jobs(.moved(try kick(command), more: false))
        case .purge(let name): return .jobs(.moved(try purge(name, all: false), more: false))
        case .deleteQueue(let name):
            let count = try purge(name, all: true)
            queues.removeAll { $0.name == name }
            return .jobs(.moved(count, more: false))
        case .pause(let name, let duration):
            let place = openQueue(name)
            queues[place].counts.pauses += 1
            queues[place].pause = duration ?? .max
            queues[place].pausedUntil = duration == 0 ? 0 : duration.map { now + $0 } ?? .max
            return .done
        case .configure(let name, let settings):
            let place = openQueue(name)
            queues[place].settings = settings
            return .done
        case .closeSession(let id, let keepsLeases):
            return .jobs(.moved(close(keepsLeases) { $0.id == id }, more: false))
        case .closeSessions(let origin, let below):
            let moved = close(true) {
                $0.id.origin == origin && $0.id.number < below && $0.phase == .open
            }
            return .jobs(.moved(moved, more: false))
        case .expire(let leases, let names):
            expire(leases, names)
            return .done
        case .proceed: return .jobs(.moved(0, more: false))
        }
    }

    private mutating func openQueue(_ name: QueueName) -> Int {
        if let place = queues.firstIndex(where: { $0.name == name }) { return place }
        queues.append(QueueRecord(name: name, place: takePlace()))
        return queues.count - 1
    }

    private mutating func put(_ name: QueueName, _ new: [NewJob]) throws -> [PutResult] {
        if let settings = queues.first(where: { $0.name == name })?.settings {
            if let limit = settings.body, new.contains(where: { $0.body.count > limit }) {
                throw Refused(.bodyTooLong(limit: limit))
            }
            let count = jobs.count { $0.queue == name } + new.count
            if let limit = settings.length, count > limit { throw Refused(.queueFull(name)) }
        }
        _ = openQueue(name)
        return new.map { put(name, $0) }
    }

    private mutating func put(_ name: QueueName, _ new: NewJob) -> PutResult {
        if let unique = new.unique {
            let key = KeyName(principal: name.text, text: unique.text)
            if let known = uniques.first(where: { $0.name == key }) {
                let isThere = jobs.contains { $0.id == known.job }
                if isThere || known.until > now { return .duplicate(known.job) }
                uniques.removeAll { $0.name == key }
            }
            uniques.append(
                UniqueRecord(name: key, job: JobID(scalars.nextJob), until: now + unique.window))
        }
        var job = JobRecord(id: JobID(scalars.nextJob), queue: name)
        scalars.nextJob += 1
        job.priority = new.priority
        job.created = wall
        switch new.start {
        case .after(let delay): job.delay = delay
        case .at(let time):
            job.delay = UInt64(max(time.milliseconds - wall.milliseconds, 0))
        }
        job.timeToRun = max(new.timeToRun, new.timeToRun == 0 ? 1_000 : 0)
        job.retry = new.retry
        job.unique = new.unique?.text
        job.traceparent = new.traceparent
        job.body = new.body
        jobs.append(job)
        setReady(jobs.count - 1, after: job.delay)
        count(jobs.count - 1, \.puts)
        return .inserted(job.id)
    }

    private mutating func reserve(_ wish: Reservation) throws -> [JobRecord] {
        if let session = sessions.first(where: { $0.id == wish.session }) {
            if session.phase != .open { throw Refused(.sessionClosed) }
            if wish.wait <= session.wait { throw Refused(.waitOver) }
        }
        var taken: [JobRecord] = []
        while taken.count < wish.max {
            let open = queues.filter { wish.queues.contains($0.name) && isReservable($0) }
            let all = open.flatMap { jobs(in: $0.name, .ready) }
            let best = all.min { ($0.priority, $0.id) < ($1.priority, $1.id) }
            guard let best else { break }
            taken.append(try take(best.id, wish.session, wish.isAttached))
        }
        if !taken.isEmpty, let place = sessions.firstIndex(where: { $0.id == wish.session }) {
            sessions[place].wait = wish.wait
        }
        return taken
    }

    private mutating func reserve(
        _ id: JobID, _ session: SessionID, _ isAttached: Bool
    ) throws -> JobRecord {
        let phase = sessions.first { $0.id == session }?.phase ?? .open
        if phase != .open { throw Refused(.sessionClosed) }
        if jobs[try place(id)].state == .reserved { throw Refused(.notHeld(id)) }
        return try take(id, session, isAttached)
    }

    private mutating func take(
        _ id: JobID, _ session: SessionID, _ isAttached: Bool
    ) throws -> JobRecord {
        if !sessions.contains(where: { $0.id == session }) {
            sessions.append(SessionRecord(id: session, isAttached: isAttached))
        }
        let place = try place(id)
        set(place, .reserved, due: now + jobs[place].timeToRun)
        jobs[place].session = session
        jobs[place].counts.reserves += 1
        count(place, \.reserves)
        return jobs[place]
    }

    private mutating func delete(_ place: Int) -> Reply {
        let id = jobs[place].id
        count(place, \.deletes)
        remove(place)
        return .jobs(.removed(id))
    }

    private mutating func fail(
        _ id: JobID, _ holder: Holder, _ error: String, _ chance: UInt16
    ) throws -> JobRecord {
        let place = try held(id, holder)
        jobs[place].counts.failures += 1
        jobs[place].counts.tries += 1
        jobs[place].error = error
        count(place, \.failures)
        let (retry, tries) = (jobs[place].retry, jobs[place].counts.tries)
        if retry.attempts > 0, tries >= retry.attempts {
            setBuried(place)
        } else {
            setReady(place, after: retry.delay(afterTries: tries, chance: chance))
        }
        return jobs[place]
    }

    private mutating func undo(_ leases: [Lease]) -> Int {
        var undone = 0
        for lease in leases {
            guard let place = jobs.firstIndex(where: { $0.lease == lease }),
                jobs[place].state == .reserved
            else { continue }
            jobs[place].counts.reserves -= 1
            let name = jobs[place].queue
            let queue = queues.firstIndex { $0.name == name }
            if let queue { queues[queue].counts.reserves -= 1 }
            set(place, .ready)
            undone += 1
        }
        return undone
    }

    private mutating func kick(_ command: JobCommand) throws -> Int {
        var chosen: [JobID] = []
        switch command {
        case .kick(let name, let count):
            _ = try queue(name)
            let buried = jobs(in: name, .buried)
            let from = buried.isEmpty ? jobs(in: name, .delayed) : buried
            chosen = from.prefix(count).map(\.id)
        case .kickAll(let name):
            _ = try queue(name)
            chosen = jobs(in: name, .buried).map(\.id)
        case .kickJobs(let ids): chosen = ids
        default: preconditionFailure("It is no kick.")
        }
        var kicked = 0
        for id in chosen {
            guard let place = jobs.firstIndex(where: { $0.id == id }),
                [.buried, .delayed].contains(jobs[place].state)
            else { continue }
            jobs[place].counts.kicks += 1
            jobs[place].counts.tries = 0
            count(place, \.kicks)
            set(place, .ready)
            kicked += 1
        }
        return kicked
    }

    private mutating func purge(_ name: QueueName, all: Bool) throws -> Int {
        _ = try queue(name)
        let before = jobs.count
        for job in jobs where job.queue == name && (all || job.state != .reserved) {
            remove(try place(job.id))
        }
        return before - jobs.count
    }

    private mutating func close(
        _ keepsLeases: Bool, _ isMeant: (SessionRecord) -> Bool
    ) -> Int {
        var moved = 0
        for place in sessions.indices where isMeant(sessions[place]) {
            if keepsLeases, !sessions[place].isAttached {
                sessions[place].phase = .closed
                continue
            }
            sessions[place].phase = .closing
            for job in jobs.indices where jobs[job].session == sessions[place].id {
                set(job, .ready)
                moved += 1
            }
        }
        return moved
    }

    private mutating func expire(_ leases: [Lease], _ names: [QueueName]) {
        for lease in leases {
            guard let place = jobs.firstIndex(where: { $0.lease == lease }),
                jobs[place].due <= now
            else { continue }
            switch jobs[place].state {
            case .ready, .buried: break
            case .delayed: set(place, .ready)
            case .reserved: timeOut(place)
            }
        }
        for name in names {
            guard let place = queues.firstIndex(where: { $0.name == name }) else { continue }
            let queue = queues[place]
            if queue.pausedUntil > 0, queue.pausedUntil <= now {
                queues[place].pausedUntil = 0
            } else if queue.idleSince > 0, queue.idleSince + 60_000 <= now {
                queues.remove(at: place)
            }
        }
    }

    private mutating func timeOut(_ place: Int) {
        jobs[place].counts.timeouts += 1
        jobs[place].counts.tries += 1
        scalars.timeouts += 1
        count(place, \.timeouts)
        let retry = jobs[place].retry
        if retry.attempts > 0, jobs[place].counts.tries >= retry.attempts {
            jobs[place].error = "not finished within its time to run"
            setBuried(place)
        } else {
            set(place, .ready)
        }
    }
}
