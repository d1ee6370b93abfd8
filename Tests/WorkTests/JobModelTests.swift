import Testing
import Wire
import Work

/// The engine against the model, which finds everything by looking at everything.
@Suite struct JobModelTests {
    /// A cluster and the model side by side, with what a store would hold.
    private struct Pair {
        var cluster = Applied()
        var model = JobModel()
        var chance: RandomJobs

        init(seed: UInt64) {
            chance = RandomJobs(seed: seed)
            _ = cluster.send(.raiseMachineVersion(4))
            // Orders queues and buried jobs alike.
            model.scalars = cluster.state.scalars.jobs
        }

        mutating func step() -> (command: JobCommand, reply: Reply?, expected: Reply) {
            cluster.clusterTime += chance.happens(150) ? 70_000 : chance.number(0...900)
            cluster.wallTime.milliseconds += Int64(chance.number(0...900))
            let due = cluster.state.jobs.due(at: cluster.clusterTime)
            let command = chance.next(model, due: due)
            let reply = cluster.send(.jobs(command))
            let expected = model.perform(
                command, now: cluster.clusterTime, wall: cluster.state.scalars.wallTime)
            return (command, reply, expected)
        }
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `The engine does what the model does`(_ seed: UInt64) throws {
        var pair = Pair(seed: seed)
        var refusals = 0
        for _ in 0..<600 {
            let (command, reply, expected) = pair.step()
            try #require(reply == expected, "\(command)")
            if reply.jobRefusal != nil { refusals += 1 }
            let (engine, model) = (pair.cluster.state.jobs, pair.model)
            engine.checkInvariants()
            try #require(engine.count == model.jobs.count, "\(command)")
            for job in model.jobs { try #require(engine.job(job.id) == job, "\(command)") }
            try #require(engine.allQueues.map(\.record) == model.queues, "\(command)")
            for session in model.sessions {
                let held = model.jobs.filter { $0.session == session.id }
                try #require(engine.session(session.id)?.record == session, "\(command)")
                try #require(engine.session(session.id)?.held == held.count, "\(command)")
                #expect(engine.deadline(of: session.id) == held.map(\.due).min())
            }
            try #require(pair.cluster.store.sessions.count == model.sessions.count)
            try #require(Set(pair.cluster.store.uniques.values) == Set(model.uniques))
        }
        #expect(pair.model.scalars.nextJob > 60 && refusals > 20, "the script meets much")
        #expect(pair.cluster.state.scalars.jobs.timeouts == pair.model.scalars.timeouts)
    }

    @Test(arguments: 30...34 as ClosedRange<UInt64>)
    func `What is shown of queues is what the model counts`(_ seed: UInt64) throws {
        var pair = Pair(seed: seed)
        for _ in 0..<500 {
            _ = pair.step()
            for view in pair.cluster.state.jobs.allQueues {
                let name = view.record.name
                let states = JobState.allCases.map { pair.model.jobs(in: name, $0) }
                let counts = [view.ready, view.delayed, view.reserved, view.buried]
                try #require(counts == states.map(\.count))
                #expect(view.urgent == states[0].count { $0.priority < 1_024 })
                let oldest = pair.model.jobs.first { $0.queue == name }
                #expect(view.oldest == oldest?.created)
                for (state, jobs) in zip(JobState.allCases, states) where state != .reserved {
                    #expect(pair.cluster.state.jobs.first(state, in: name) == jobs.first)
                }
                let isReservable = pair.model.isReservable(view.record)
                #expect(pair.cluster.state.jobs.isReservable(name) == isReservable)
            }
        }
    }

    @Test(arguments: 40...47 as ClosedRange<UInt64>)
    func `A state loaded after any step has the same hash and goes on alike`(
        _ seed: UInt64
    ) throws {
        var pair = Pair(seed: seed)
        for round in 0..<400 {
            var loaded = pair.cluster
            loaded.state = try #require(pair.cluster.store.load())
            loaded.state.jobs.checkInvariants()
            let (command, reply, _) = pair.step()
            loaded.clusterTime = pair.cluster.clusterTime
            loaded.wallTime = pair.cluster.wallTime
            try #require(loaded.send(.jobs(command)) == reply, "\(command)")
            try #require(loaded.state.scalars == pair.cluster.state.scalars, "\(command)")
            #expect(loaded.last?.changes == pair.cluster.last?.changes)
            #expect(loaded.last?.woken == pair.cluster.last?.woken)
            let deadlines = (loaded.state.jobs.nextDeadline, pair.cluster.state.jobs.nextDeadline)
            #expect(deadlines.0 == deadlines.1)
            // From here on it is the loaded one that runs.
            if round % 3 == 0 { pair.cluster = loaded }
        }
    }

    @Test(arguments: 50...65 as ClosedRange<UInt64>)
    func `Nobody loses a job before its lease ends, and no job gets lost`(_ seed: UInt64) throws {
        var pair = Pair(seed: seed)
        var numbers: UInt64 = 0
        for _ in 0..<600 {
            let before = pair.cluster.store.jobs
            let (command, reply, _) = pair.step()
            let after = pair.cluster.store.jobs
            for result in reply.put {
                guard case .inserted(let id) = result else { continue }
                #expect(id.rawValue == numbers + 1, "numbers rise and are never used again")
                numbers = id.rawValue
            }
            for (id, old) in before {
                guard let new = after[id] else {
                    #expect(ends(command, old), "\(command) lost a job")
                    continue
                }
                guard old.state == .reserved, new.lease != old.lease else { continue }
                let isOver = old.due <= pair.cluster.clusterTime
                #expect(letsGo(command, old) || isOver, "\(command) took a job away")
            }
        }
    }

    /// Whether the command is meant to remove the job.
    private func ends(_ command: JobCommand, _ job: JobRecord) -> Bool {
        switch command {
        case .complete(job.id, let holder): isHeld(job, holder)
        case .delete(job.id, let holder):
            job.state != .reserved || holder.map { isHeld(job, $0) } ?? false
        case .purge(job.queue): job.state != .reserved
        case .deleteQueue(job.queue): true
        default: false
        }
    }

    /// Whether the command speaks for the holder.
    private func letsGo(_ command: JobCommand, _ job: JobRecord) -> Bool {
        switch command {
        case .fail(job.id, let holder, _, _), .release(job.id, let holder, _, _),
            .bury(job.id, let holder, _):
            isHeld(job, holder)
        case .undo(let leases): leases.contains(job.lease)
        case .closeSession(let id, let keepsLeases):
            job.session == id && !(keepsLeases && !RandomJobs.isAttached(id))
        case .closeSessions(let origin, let below):
            job.session.map {
                $0.origin == origin && $0.number < below && RandomJobs.isAttached($0)
            } ?? false
        default: false
        }
    }

    private func isHeld(_ job: JobRecord, _ holder: Holder) -> Bool {
        switch holder {
        case .session(let session): job.session == session
        case .lease(let generation): job.generation == generation
        }
    }
}
