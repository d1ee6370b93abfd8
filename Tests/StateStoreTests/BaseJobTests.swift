import StateStore
import Testing
import Work

/// The job queue in the base.
@Suite struct BaseJobTests {
    @Test(arguments: 1...8)
    func `Jobs come back from the base as they were, and go on`(seed: UInt64) throws {
        let scratch = try Scratch()
        var world = World()
        var jobs = RandomJobs(seed: seed)
        var work = RandomWork(seed: seed)
        let base = try scratch.open().base
        for _ in 1...5 {
            jobs.apply(80, to: &world)
            work.apply(5, to: &world)
            try base.write(world.takeBatch())
        }
        let (reopened, state) = try scratch.open()
        #expect(state.scalars == world.state.scalars)
        state.jobs.checkInvariants()
        #expect(state.jobs.count == world.state.jobs.count)
        #expect(state.jobs.count > 0)
        #expect(state.jobs.bytes == world.state.jobs.bytes)
        #expect(state.jobs.allQueues == world.state.jobs.allQueues)
        #expect(state.jobs.nextDeadline == world.state.jobs.nextDeadline)
        #expect(try Rows(reopened.reader()).jobs.map(\.id) == jobs.known(to: state))
        var restarted = World(state, like: world)
        var again = jobs
        jobs.apply(60, to: &world)
        again.apply(60, to: &restarted)
        #expect(restarted.state.scalars == world.state.scalars)
        #expect(restarted.state.jobs.nextStep == world.state.jobs.nextStep)
    }

    @Test func `Leases, delays, pauses and keys stand after a restart`() throws {
        let scratch = try Scratch()
        var world = World()
        world.put("mail", count: 3)
        world.reserve("mail", count: 1)
        let unique = NewJob.Unique(text: "k", window: 9_000)
        world.jobs(.put("mail", [NewJob(start: .after(500), unique: unique, body: [1])]))
        world.jobs(.pause("mail", 800))
        let now = world.state.scalars.clusterTime
        _ = try scratch.base(with: &world)
        var restarted = World(try scratch.open().state, like: world)
        let jobs = restarted.state.jobs
        #expect(jobs.job(JobID(1))?.session == World.session)
        #expect(jobs.deadline(of: World.session) == world.state.jobs.deadline(of: World.session))
        #expect(jobs.first(.delayed, in: "mail")?.id == JobID(4))
        #expect(!jobs.isReservable("mail"))
        #expect(jobs.nextDeadline.map { $0 > now && $0 < now + 500 } == true)
        #expect(
            restarted.jobs(.put("mail", [NewJob(unique: unique, body: [2])]))
                == .jobs(.put([.duplicate(JobID(4))])))
    }

    @Test func `A trace stands after a restart, through all that happens to its job`() throws {
        let scratch = try Scratch()
        var world = World()
        world.put("mail", count: 1)
        world.putTraced("mail")
        let base = try scratch.base(with: &world)
        #expect(try scratch.ask("SELECT COUNT(*) FROM jobs WHERE traceparent IS NOT NULL") == 1)
        world.reserve("mail", count: 2)
        let lease = world.state.jobs.job(JobID(2))?.generation ?? 0
        world.jobs(.fail(JobID(2), .lease(lease), error: "why", chance: 0))
        try base.write(world.takeBatch())
        let state = try scratch.open().state
        #expect(state.scalars == world.state.scalars)
        let job = try #require(state.jobs.job(JobID(2)))
        #expect(job.traceparent?.text == World.trace)
        #expect(job.error == "why")
        #expect(state.jobs.job(JobID(1)).map { $0.traceparent == nil } == true)
    }

    @Test func `A job that came and went within a batch costs no row`() throws {
        let scratch = try Scratch()
        var world = World()
        world.put("mail", count: 1)
        let base = try scratch.base(with: &world)
        let before = try scratch.ask("SELECT touched IS NOT NULL FROM job_changes")
        try scratch.edit(
            """
            CREATE TRIGGER a BEFORE INSERT ON jobs BEGIN SELECT RAISE(ABORT, 'a job'); END;
            CREATE TRIGGER b BEFORE INSERT ON job_bodies BEGIN SELECT RAISE(ABORT, 'body'); END;
            """)
        world.put("mail", count: 1)
        world.jobs(.delete(JobID(2), nil))
        try base.write(world.takeBatch())
        #expect(before == 1)
        try scratch.edit("DROP TRIGGER a; DROP TRIGGER b")
        #expect(try scratch.open().state.scalars == world.state.scalars)
    }

    @Test func `A body is written once, and goes with its job`() throws {
        let scratch = try Scratch()
        var world = World()
        world.put("mail", count: 100)
        let base = try scratch.base(with: &world)
        try scratch.edit(
            """
            CREATE TRIGGER b BEFORE INSERT ON job_bodies BEGIN SELECT RAISE(ABORT, 'body'); END;
            CREATE TRIGGER c BEFORE UPDATE ON job_bodies BEGIN SELECT RAISE(ABORT, 'body'); END;
            """)
        world.reserve("mail", count: 90)
        try base.write(world.takeBatch())
        for id in 1...80 as ClosedRange<UInt64> {
            world.jobs(.delete(JobID(id), .session(World.session)))
        }
        try base.write(world.takeBatch())
        #expect(try scratch.ask("SELECT COUNT(*) FROM job_bodies") == 20)
        #expect(try scratch.ask("SELECT COUNT(*) FROM jobs") == 20)
        try scratch.edit("DROP TRIGGER b; DROP TRIGGER c")
        #expect(try scratch.open().state.scalars == world.state.scalars)
    }

    @Test(arguments: [
        "UPDATE jobs SET priority = 9 WHERE id = 2",
        "UPDATE jobs SET state = 'elsewhere' WHERE id = 2",
        "UPDATE jobs SET queue = 'other' WHERE id = 2",
        "UPDATE jobs SET state = 'reserved' WHERE id = 2",
        "UPDATE jobs SET due_ms = 5 WHERE id = 2",
        "UPDATE jobs SET traceparent = NULL",
        "UPDATE jobs SET traceparent = 'none' WHERE id = 2",
        "UPDATE jobs SET traceparent = REPLACE(traceparent, '-01', '-00')",
        "UPDATE jobs SET holder_session = NULL WHERE id = 1",
        "UPDATE jobs SET holder_session = 8 WHERE id = 1",
        "UPDATE jobs SET retry_growth = 'wild' WHERE id = 1",
        "DELETE FROM jobs WHERE id = 2",
        "DELETE FROM job_bodies WHERE id = 2",
        "UPDATE job_bodies SET body = x'00' WHERE id = 2",
        "UPDATE job_bodies SET body = 'text' WHERE id = 2",
        "DELETE FROM queues",
        "UPDATE queues SET name = '-no' WHERE name = 'mail'",
        "UPDATE queues SET puts = puts + 1",
        "UPDATE queues SET length_max = 3",
        "UPDATE queues SET idle_since_ms = -1",
        "UPDATE queues SET purge_next = 1",
        "DELETE FROM sessions",
        "UPDATE sessions SET last_wait = 9",
        "UPDATE unique_keys SET until_ms = until_ms + 1",
        "DELETE FROM unique_keys",
        "UPDATE job_state SET next_job = 99",
        "UPDATE job_state SET bytes_max = 99",
        "DELETE FROM job_state",
        "DROP TABLE job_changes",
    ])
    func `An edited base is called damaged`(sql: String) throws {
        let scratch = try Scratch()
        var world = World()
        world.put("mail", count: 2)
        world.reserve("mail", count: 1)
        let unique = NewJob.Unique(text: "k", window: 9_000)
        world.jobs(.put("mail", [NewJob(unique: unique, body: [1])]))
        world.putTraced("mail")
        _ = try scratch.base(with: &world)
        _ = try scratch.open()
        try scratch.edit(sql)
        let error = #expect(throws: BaseError.self) { try scratch.open() }
        guard case .damaged = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(arguments: [1, 7, 1_000])
    func `Lists of what was touched have a bound, across restarts too`(runs: Int) throws {
        let scratch = try Scratch()
        var world = World()
        var base = try scratch.open(touchedBytes: 500).base
        for number in 1...200 {
            if number % runs == 0 { base = try scratch.open(touchedBytes: 500).base }
            world.put("mail", count: 1)
            try base.write(world.takeBatch())
        }
        // Each takes 60 bytes or more.
        let lists = try scratch.ask("SELECT COUNT(*) FROM job_changes")
        #expect(lists <= 20)
        #expect(lists >= 6)
        #expect(try scratch.ask("SELECT COUNT(*) FROM job_changes WHERE touched IS NULL") == 1)
        let first = try scratch.ask("SELECT MIN(log_index) FROM job_changes")
        #expect(
            try scratch.ask("SELECT log_index FROM job_changes WHERE touched IS NULL") == first)
    }
}

extension RandomJobs {
    /// Every job of a state, by number.
    func known(to state: WorkState) -> [JobID] {
        (1..<state.scalars.jobs.nextJob).map { JobID($0) }.filter { state.jobs.job($0) != nil }
    }
}
