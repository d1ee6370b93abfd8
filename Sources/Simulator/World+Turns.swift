import Raft
import Replica
import Wire

/// What a node's loop does: collect what came, step the replica, perform what it decided.
extension World {
    func post(_ event: ReplicaEvent, to machine: Machine) {
        guard let process = machine.process else { return }
        process.turn.append(event)
        wake(machine, process, at: now + chance.skewed(weather.turn))
    }

    func wake(_ machine: Machine, _ process: Process, at time: Time) {
        let time = max(time, machine.pausedUntil)
        guard time < process.wake else { return }
        process.wake = time
        agenda.schedule(.wake(machine.place, boot: process.boot), at: time)
    }

    func wake(_ machine: Machine, _ boot: UInt64) throws(Violation) {
        guard let process = process(machine, boot), process.wake == now else { return }
        process.wake = .max
        if machine.pausedUntil > now { return wake(machine, process, at: machine.pausedUntil) }
        try turn(machine, process)
        guard machine.process === process else { return }
        let due = machine.clock.time(of: process.standing.nextDeadline)
        process.due = max(due, now + .microseconds(20))
        setTimer(machine, process)
    }

    /// Deadlines mostly move away before they come. So a timer that is set stays, and looks again
    /// when it fires; otherwise the agenda would be full of those that were moved.
    private func setTimer(_ machine: Machine, _ process: Process) {
        guard process.due < process.timer else { return }
        process.timer = process.due
        agenda.schedule(.timer(machine.place, boot: process.boot), at: process.due)
    }

    func timer(_ machine: Machine, _ boot: UInt64) {
        guard let process = process(machine, boot), process.timer == now else { return }
        process.timer = .max
        if process.due > now { return setTimer(machine, process) }
        process.due = .max
        wake(machine, process, at: now)
    }

    private func turn(_ machine: Machine, _ process: Process) throws(Violation) {
        let moment = machine.clock.moment(at: now)
        // Buffers go round, so that a turn allocates none.
        var events: [ReplicaEvent] = []
        swap(&events, &spare)
        swap(&events, &process.turn)
        defer {
            events.removeAll(keepingCapacity: true)
            swap(&events, &spare)
        }
        try noteIdle(process, events.isEmpty)
        if moment.monotonic >= process.standing.nextDeadline { events.append(.tick) }
        if events.isEmpty { return }
        trace.note(1, UInt64(machine.place), UInt64(events.count), at: now)
        var done = ReplicaEffects()
        swap(&done, &effects)
        for event in events {
            register(event, process, moment)
            try process.step(event, at: moment, into: &done)
        }
        process.flush(at: moment, into: &done)
        try look(machine, process, done, moment)
        endanger(machine, process, done)
        try perform(done, machine, process)
        done.removeAll()
        swap(&done, &effects)
    }

    /// A timer that is due again as soon as it fired would burn a processor.
    private func noteIdle(_ process: Process, _ isIdle: Bool) throws(Violation) {
        if now >= process.idleSince + .seconds(1) {
            (process.idleTurns, process.idleSince) = (0, now)
        }
        if isIdle { process.idleTurns += 1 }
        if process.idleTurns > 1000 {
            throw Violation("a timer of \(process.id) fires again and again")
        }
    }

    /// Every request must be answered when its time is up, on the clock of its node; reads are
    /// looked after every 100 ms.
    private func register(_ event: ReplicaEvent, _ process: Process, _ moment: Moment) {
        let deadline = moment.monotonic + .milliseconds(Workload.patience + 1)
        switch event {
        case .propose(let token, _, _, _, _) where token < JobWorkload.firstToken:
            process.proposals.append((Int(token), deadline))
        case .read(let token, _, .linearizable):
            process.reads.append((Int(token), deadline + .milliseconds(100)))
        case .changeMembership(let token, _): process.changes.append((token, deadline))
        default: break
        }
    }

    private func look(
        _ machine: Machine, _ process: Process, _ effects: ReplicaEffects, _ moment: Moment
    ) throws(Violation) {
        for entry in effects.traces { trace.say(at: now, "\(machine.id) \(entry)") }
        let before = safety.members
        try safety.look(at: process, effects, machines, workload)
        if safety.members != before { bidFarewell(from: before) }
        for entry in effects.durable where try workload.observe(entry) {
            try jobs.observe(entry) { machines[$0].isFrozen(at: now) }
        }
        try workload.expectAnswered(&process.proposals, moment) { token in
            effects.replies.contains { $0.token == token }
        }
        try expectChanged(process, moment, effects)
        try workload.expectAnswered(&process.reads, moment) { token in
            effects.reads.contains { $0.token == token }
        }
    }

    /// In the order of the node's loop. A process may die between any two of these steps.
    private func perform(
        _ effects: ReplicaEffects, _ machine: Machine, _ process: Process
    ) throws(Violation) {
        let stage = machine.crashStage ?? crashAfterVote(effects)
        if stage == 0 { return try crash(machine) }
        if !effects.persist.isEmpty {
            trace.note(
                2, UInt64(effects.persist.entries.count), effects.persist.ticket.rawValue, at: now)
            machine.disk.enqueue(effects.persist)
            beginWriting(machine, process)
        }
        if stage == 1 { return try crash(machine) }
        for (place, outgoing) in effects.sends.enumerated() {
            if stage == 2, place * 2 >= effects.sends.count { return try crash(machine) }
            try safety.checkPromise(outgoing.message, to: outgoing.to, of: machine, process)
            try send(outgoing.message, from: machine.place, to: Int(outgoing.to.rawValue) - 1)
        }
        if !effects.durable.isEmpty {
            machine.base.enqueue(effects.durable)
            beginBase(machine, process)
        }
        if stage == 3 { return try crash(machine) }
        for page in effects.logReads {
            agenda.schedule(
                .pageRead(machine.place, boot: process.boot, page),
                at: now + chance.skewed(weather.page))
        }
        for (place, reply) in effects.replies.enumerated() {
            if stage == 4, place * 2 >= effects.replies.count { return try crash(machine) }
            if mutation == .replyLost, chance.happens(1) { continue }
            if reply.token >= JobWorkload.firstToken {
                try answered(job: reply.token, reply.outcome)
                continue
            }
            try answered(Int(reply.token), reply.outcome)
        }
        for read in effects.reads { try answered(Int(read.token), read.answer) }
        for wait in effects.waits { try answered(wait: wait.token, wait.outcome) }
        for session in effects.lost { lost(session) }
        try jobs.checkLetGo(at: machine.place)
        if let stage, stage > 4 { return try crash(machine) }
    }

    /// Elections are short: a process that votes is in more danger than others.
    private func crashAfterVote(_ effects: ReplicaEffects) -> Int? {
        guard isHostile, families.contains(.crash) else { return nil }
        let votes = effects.sends.contains { outgoing in
            if case .raft(let message) = outgoing.message,
                case .requestVoteResponse(granted: true) = message.body
            {
                true
            } else {
                false
            }
        }
        return votes && chance.happens(100) ? 3 : nil
    }

    // MARK: The log's thread

    func beginWriting(_ machine: Machine, _ process: Process) {
        guard machine.disk.beginWriting() else { return }
        if mutation == .acknowledgedEarly, let ticket = machine.disk.writingTicket {
            post(.persisted(ticket), to: machine)
        }
        let pause = chance.skewed(weather.sync) * machine.slowness
        agenda.schedule(
            .logWritten(machine.place, boot: process.boot),
            at: max(now + pause, machine.stalledUntil))
    }

    func logWritten(_ machine: Machine, _ boot: UInt64) throws(Violation) {
        guard let process = process(machine, boot), machine.disk.isWriting else { return }
        if machine.stalledUntil > now {
            agenda.schedule(
                .logWritten(machine.place, boot: boot), at: machine.stalledUntil)
            return
        }
        if machine.failsSync || machine.fullUntil > now {
            trace.say(at: now, "\(machine.id) a sync fails")
            return try crash(machine)
        }
        guard let ticket = machine.disk.finishWriting(at: now) else { return }
        post(.persisted(ticket), to: machine)
        beginWriting(machine, process)
    }

    func pageRead(_ machine: Machine, _ boot: UInt64, _ page: LogRead) {
        guard process(machine, boot) != nil else { return }
        post(.logRead(page.ticket, machine.disk.read(page)), to: machine)
    }

    // MARK: The base's thread

    func beginBase(_ machine: Machine, _ process: Process) {
        if machine.isWritingBase { return }
        machine.isWritingBase = true
        agenda.schedule(
            .baseWritten(machine.place, boot: process.boot),
            at: max(now + chance.skewed(weather.base), machine.baseStalledUntil))
    }

    func baseWritten(_ machine: Machine, _ boot: UInt64) throws(Violation) {
        guard let process = process(machine, boot), machine.isWritingBase else { return }
        machine.isWritingBase = false
        if machine.baseStalledUntil <= now {
            try machine.base.write(atMost: chance.happens(200) ? chance.number(1...50) : 8192)
            if machine.base.position.index > machine.disk.last.index {
                throw Violation("the base of \(machine.id) is ahead of its own log")
            }
            post(.baseWritten(machine.base.position.index), to: machine)
        }
        if !machine.base.isIdle { beginBase(machine, process) }
    }
}
