import Raft
import Replica
import Work

/// Producers and workers of the job queue, each on one node until that dies.
extension World {
    func produce() {
        guard let pace = jobs.pace, !jobs.drains else { return }
        agenda.schedule(.produce, at: now + chance.number(0...(2 * .milliseconds(pace))))
        guard workload.isOpen, let machine = chance.pick(doors),
            let queue = chance.pick(jobs.queues)
        else { return }
        if chance.happens(60) { return say(drawItemCommand(), to: machine) }
        if chance.happens(30) { return say(.jobs(.kick(queue, 100)), to: machine) }
        if chance.happens(20) {
            return say(.jobs(.pause(queue, chance.number(200...3_000))), to: machine)
        }
        let number = jobs.puts.count
        jobs.puts.append(.init())
        let job = NewJob(
            priority: UInt32(chance.number(0...3)),
            start: .after(chance.happens(200) ? chance.number(1...3_000) : 0),
            timeToRun: chance.number(1_000...8_000), body: Array("\(number)".utf8))
        ask(.put(queue, [job]), .put(number), machine)
    }

    /// Whatever becomes of it.
    private func say(_ command: Command, to machine: Machine) {
        post(.propose(token: jobs.takeToken(), command, actor: nil, key: nil), to: machine)
    }

    func kickAll() {
        guard let leader else { return }
        for queue in jobs.queues { say(.jobs(.kickAll(queue)), to: leader) }
    }

    private func ask(_ command: JobCommand, _ what: JobWorkload.Asked, _ machine: Machine) {
        let token = jobs.takeToken()
        jobs.asked[token] = what
        if case .command(let worker, _, _) = what { jobs.workers[worker].asked = token }
        trace.note(11, token, UInt64(machine.place), at: now)
        post(.propose(token: token, .jobs(command), actor: nil, key: nil), to: machine)
    }

    /// A worker's turn: it may have been asleep since the last.
    func work(_ number: Int, _ turn: UInt64) {
        guard jobs.workers[number].turn == turn else { return }
        let worker = jobs.workers[number]
        guard let session = worker.session else { return connect(number) }
        let machine = machines[worker.place]
        if worker.asked != nil { return }
        if let lease = worker.held.first { return use(lease, number, session, machine) }
        if worker.waiting != nil {
            jobs.workers[number].waiting = nil
            post(.endWait(session, wait: worker.waits), to: machine)
        }
        if chance.happens(jobs.drains ? 0 : 100) { return disconnect(number) }
        jobs.workers[number].waits += 1
        let token = jobs.takeToken()
        jobs.workers[number].waiting = token
        let queues = jobs.drains || chance.happens(500) ? jobs.queues : [jobs.queues[0]]
        let wish = Reservation(
            session: session, isAttached: worker.isAttached, wait: worker.waits + 1,
            queues: queues, max: chance.number(1...3))
        if !worker.isAttached { jobs.polls.insert(token) }
        post(.wait(token: token, wish), to: machine)
        // Some outlast it when their node is cut off until the others have written it off.
        let isPatient = chance.happens(150)
        sleep(number, isPatient ? .seconds(8) ... .seconds(20) : .milliseconds(200) ... .seconds(6))
    }

    private func use(
        _ lease: Lease, _ number: Int, _ session: SessionID, _ machine: Machine
    ) {
        let holder = jobs.workers[number].isAttached
            ? Holder.session(session) : .lease(lease.generation)
        switch jobs.drains ? 0 : chance.number(0...99) {
        case 0..<65:
            jobs.ending.insert(lease.job)
            ask(
                .complete(lease.job, holder), .command(worker: number, lease, ends: true), machine)
        case 65..<75:
            ask(
                .release(lease.job, holder, priority: nil, delay: chance.number(0...500)),
                .command(worker: number, lease, ends: true), machine)
        case 75..<80:
            ask(
                .bury(lease.job, holder, priority: nil),
                .command(worker: number, lease, ends: true), machine)
        case 80..<90:
            ask(.touch(lease.job, holder), .command(worker: number, lease, ends: false), machine)
        case 90..<95: sleep(number, .milliseconds(500) ... .seconds(10))
        default: disconnect(number)
        }
    }

    /// Until this worker's next turn.
    func sleep(_ number: Int, _ time: ClosedRange<Time>) {
        jobs.workers[number].turn += 1
        agenda.schedule(
            .work(number, turn: jobs.workers[number].turn), at: now + chance.skewed(time))
    }

    private func connect(_ number: Int) {
        guard let machine = chance.pick(doors), let process = machine.process
        else { return sleep(number, .milliseconds(50) ... .milliseconds(500)) }
        sessions += 1
        let origin = Origin(node: machine.id.rawValue, incarnation: machine.disk.incarnation)
        let session = SessionID(origin: origin, number: process.boot << 40 | sessions)
        jobs.workers[number].place = machine.place
        jobs.workers[number].boot = process.boot
        jobs.workers[number].session = session
        jobs.workers[number].waits = 0
        post(.openSession(session, isAttached: jobs.workers[number].isAttached), to: machine)
        sleep(number, 0 ... .milliseconds(50))
    }

    private func disconnect(_ number: Int) {
        guard let session = jobs.workers[number].session else { return }
        let machine = machines[jobs.workers[number].place]
        jobs.hangUp(number)
        post(.closeSession(session), to: machine)
        sleep(number, .milliseconds(20) ... .seconds(2))
    }

    /// The node died, and its connections with it.
    func hangUp(at place: Int, _ boot: UInt64) {
        for number in jobs.workers.indices
        where jobs.workers[number].place == place && jobs.workers[number].boot == boot
            && jobs.workers[number].session != nil
        {
            jobs.hangUp(number)
            sleep(number, .milliseconds(20) ... .seconds(2))
        }
    }

    // MARK: Answers

    func answered(job token: UInt64, _ outcome: ProposalOutcome) throws(Violation) {
        guard let asked = jobs.asked.removeValue(forKey: token) else { return }
        switch asked {
        case .put(let put):
            if case .applied(.jobs(.put(let results)), _, _) = outcome,
                case .inserted(let id)? = results.first
            {
                jobs.puts[put].id = id
            }
            if case .rejected = outcome { jobs.puts[put].isRejected = true }
        case .command(let number, let lease, let ends):
            guard jobs.workers[number].asked == token else { return }
            jobs.workers[number].asked = nil
            try answered(number, lease, ends: ends, outcome)
        }
    }

    private func answered(
        _ number: Int, _ lease: Lease, ends: Bool, _ outcome: ProposalOutcome
    ) throws(Violation) {
        switch outcome {
        case .applied(.jobs, _, _):
            if ends { jobs.workers[number].held.removeAll { $0 == lease } }
        case .applied:
            // It ran out, or its session did; the log says which.
            jobs.workers[number].held.removeAll { $0 == lease }
        case .rejected: break
        case .unknown: return disconnect(number)
        }
        sleep(number, .milliseconds(5) ... .milliseconds(300))
    }

    func answered(wait token: UInt64, _ outcome: WaitOutcome) throws(Violation) {
        if !jobs.served.insert(token).inserted { throw Violation("a wait was answered twice") }
        guard let number = jobs.workers.firstIndex(where: { $0.waiting == token }),
            let session = jobs.workers[number].session
        else { return giveBack(token, outcome) }
        jobs.workers[number].waiting = nil
        guard case .granted(let records) = outcome else { return disconnect(number) }
        for record in records {
            let grant = JobWorkload.Granted(lease: record.lease, session: session)
            if jobs.isTold(grant) {
                throw Violation("job \(record.id.rawValue) was handed out twice")
            }
            if jobs.takenBack.contains(grant) {
                throw Violation("job \(record.id.rawValue) was handed out after it went back")
            }
            trace.say(at: now, "worker \(number) gets job \(record.id.rawValue)")
            jobs.workers[number].held.append(record.lease)
        }
        sleep(number, .milliseconds(5) ... .milliseconds(500))
    }

    /// A connection that is over gives back by itself whatever it had.
    private func giveBack(_ token: UInt64, _ outcome: WaitOutcome) {
        guard jobs.polls.contains(token), case .granted(let records) = outcome,
            let machine = chance.pick(doors)
        else { return }
        say(.jobs(.undo(records.map(\.lease))), to: machine)
    }

    func lost(_ session: SessionID) {
        guard let number = jobs.workers.firstIndex(where: { $0.session == session }) else { return }
        trace.say(at: now, "worker \(number) is told to leave")
        disconnect(number)
    }

    // MARK: The end

    /// Whatever is there can be worked off: nothing is lost, and nobody holds it for ever.
    func checkDrained() throws(Violation) {
        guard let state = leader?.process?.replica.state else { throw Violation("nobody leads") }
        if state.jobs.count > 0 {
            let states = JobState.allCases.map { state in
                "\(jobs.jobs.values.count { $0.state == state }) \(state.name)"
            }
            throw Violation("jobs are left: \(states.joined(separator: ", "))")
        }
        let connected = jobs.workers.count { $0.session != nil }
        if state.jobs.sessionCount > connected {
            throw Violation("\(state.jobs.sessionCount) sessions for \(connected) connections")
        }
    }
}
