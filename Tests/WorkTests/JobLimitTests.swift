import Testing
import Work

/// Bounds, what happens at them, and what takes more than one entry.
@Suite struct JobLimitTests {
    private let queue = JobCluster.queue
    private let session = JobCluster.session

    /// Goes on as the leader does, until nothing is left; every entry touches little.
    private func finish(_ cluster: inout JobCluster, restarts: Bool = false) throws -> Int {
        var entries = 0
        while let step = cluster.jobs.nextStep {
            if restarts { cluster.applied.state = try #require(cluster.applied.store.load()) }
            try #require(cluster.jobs.nextStep == step)
            _ = cluster.send(step)
            entries += 1
            try #require(cluster.applied.last?.changes.count ?? 0 <= 1_000)
            try #require(entries < 100, "it gets there")
        }
        cluster.jobs.checkInvariants()
        return entries
    }

    @Test(arguments: [false, true])
    func `A kick of everything goes on by itself, and takes what was buried before`(
        _ restarts: Bool
    ) throws {
        var cluster = JobCluster()
        cluster.fill(1_500)
        cluster.hold(1_500)
        for id in 1...1_499 as ClosedRange<UInt64> {
            _ = cluster.send(.bury(JobID(id), .session(session), priority: nil))
        }
        #expect(cluster.send(.kickAll(queue)) == .jobs(.moved(320, more: true)))
        _ = cluster.send(.bury(JobID(1_500), .session(session), priority: nil))
        #expect(try finish(&cluster, restarts: restarts) == 4)
        #expect(cluster.count(.ready) == 1_499)
        #expect(cluster.state(JobID(1_500)) == .buried)
    }

    @Test(arguments: [false, true])
    func `A purge takes what was there, whatever happens meanwhile`(_ restarts: Bool) throws {
        var cluster = JobCluster()
        cluster.fill(600)
        cluster.fill(600, delay: 1_000)
        let held = JobID(5)
        _ = cluster.send(.reserveJob(held, session, isAttached: true))
        #expect(cluster.send(.purge(queue)) == .jobs(.moved(319, more: true)))
        let next = try #require(cluster.jobs.queue(named: queue)?.record.purge?.next)
        #expect(cluster.send(.delete(next, nil)) == .jobs(.removed(next)))
        let new = cluster.put()
        _ = try finish(&cluster, restarts: restarts)
        #expect(cluster.jobs.count == 2)
        #expect(cluster.state(new) == .ready)
        #expect(cluster.state(held) == .reserved)
    }

    @Test(arguments: [false, true])
    func `A deleted queue is gone when its last job is, reserved ones too`(
        _ restarts: Bool
    ) throws {
        var cluster = JobCluster()
        _ = cluster.send(.configure(queue, QueueSettings(length: 2_000)))
        cluster.fill(1_000)
        cluster.hold(400)
        #expect(cluster.send(.deleteQueue(queue)) == .jobs(.moved(320, more: true)))
        _ = try finish(&cluster, restarts: restarts)
        #expect(cluster.jobs.count == 0)
        #expect(cluster.jobs.queue(named: queue) == nil)
        #expect(cluster.jobs.session(session)?.held == 0)
        #expect(cluster.jobs.bytes == 160, "the session is all that is left")
    }

    @Test(arguments: [false, true])
    func `A big session closes in parts, and gets nothing meanwhile`(_ restarts: Bool) throws {
        var cluster = JobCluster()
        cluster.fill(1_000)
        cluster.hold(900)
        let first = cluster.send(.closeSession(session, keepsLeases: false))
        #expect(first == .jobs(.moved(320, more: true)))
        #expect(cluster.reserve().isEmpty)
        #expect(try finish(&cluster, restarts: restarts) == 2)
        #expect(cluster.count(.ready) == 1_000)
        #expect(cluster.jobs.session(session) == nil)
    }

    @Test func `All sessions of a node close in parts`() throws {
        var cluster = JobCluster()
        cluster.fill(1_000)
        for number in 1...900 as ClosedRange<UInt64> {
            #expect(cluster.reserve(session: JobCluster.session(number)).count == 1)
        }
        let close = JobCommand.closeSessions(session.origin, below: 901)
        var entries = 0
        while case .jobs(.moved(_, more: true))? = cluster.send(close), entries < 100 {
            #expect(cluster.applied.last?.changes.count ?? 0 <= 1_000)
            entries += 1
        }
        _ = try finish(&cluster)
        #expect(entries == 5)
        #expect(cluster.count(.ready) == 1_000)
        #expect(cluster.applied.store.sessions.isEmpty)
    }

    @Test func `The largest commands touch at most a thousand records`() throws {
        var cluster = JobCluster()
        let names = (0..<Limits.jobsPerCommand).map { JobCluster.name("q\($0)") }
        for name in names { _ = cluster.put(into: name, timeToRun: 1_000) }
        #expect(cluster.reserve(names.count, from: names).count == names.count)
        #expect(cluster.applied.last?.changes.count ?? 0 <= 1_000)
        cluster.wait(milliseconds: 1_000)
        #expect(cluster.expire() == true)
        #expect(cluster.applied.last?.changes.count ?? 0 <= 1_000)
        let unique = (0..<Limits.jobsPerCommand).map {
            NewJob(unique: .init(text: "k\($0)", window: 0), body: [])
        }
        #expect(cluster.send(.put(queue, unique)).put.count == unique.count)
        #expect(cluster.applied.last?.changes.count ?? 0 <= 1_000)
    }

    @Test func `What is due comes in parts, until nothing is`() throws {
        var cluster = JobCluster()
        cluster.fill(1_000, delay: 5)
        cluster.fill(500)
        cluster.hold(500)
        cluster.wait(milliseconds: 60_000)
        var parts = 0
        while cluster.expire() { parts += 1 }
        #expect(parts == 5)
        #expect(cluster.count(.ready) == 1_500)
        #expect(cluster.jobs.nextDeadline == nil)
    }

    @Test func `A full state refuses new jobs, and lets go of old ones`() {
        var cluster = JobCluster()
        cluster.fill(20)
        let held = cluster.reserve(3)
        _ = cluster.applied.send(.limitState(UInt64(cluster.jobs.bytes)))
        let put = JobCommand.put(queue, [NewJob(body: [])])
        #expect(cluster.send(put).refusal == .jobs(.stateFull))
        #expect(cluster.send(.pause(JobCluster.name("new"), 1)).refusal == .jobs(.stateFull))
        #expect(cluster.reserve(1).count == 1)
        #expect(cluster.send(.complete(held[0].id, .session(session))).jobs != nil)
        #expect(cluster.send(.bury(held[1].id, .session(session), priority: nil)).jobs != nil)
        let failure = JobCommand.fail(held[2].id, .session(session), error: "x", chance: 0)
        #expect(cluster.send(failure).jobs != nil)
        #expect(cluster.send(put).put.isEmpty, "the error has taken its place")
        #expect(cluster.send(.delete(held[2].id, nil)).jobs != nil)
        #expect(cluster.send(put).put.count == 1)
        cluster.jobs.checkInvariants()
    }

    @Test func `Queues and tasks share one bound`() {
        var cluster = JobCluster()
        cluster.fill(1)
        _ = cluster.applied.send(.limitState(UInt64(cluster.jobs.bytes)))
        #expect(cluster.applied.send(.createTask(TaskFields(title: "x"))).refusal == .stateFull)
    }

    @Test func `A queue keeps to its limits`() {
        var cluster = JobCluster()
        let settings = QueueSettings(length: 3, body: 2, concurrency: 1)
        _ = cluster.send(.configure(queue, settings))
        let (small, large) = (NewJob(body: [1, 2]), NewJob(body: [1, 2, 3]))
        #expect(cluster.send(.put(queue, [large])).jobRefusal == .bodyTooLong(limit: 2))
        #expect(cluster.send(.put(queue, [small, small])).put.count == 2)
        #expect(cluster.send(.put(queue, [small, small])).jobRefusal == .queueFull(queue))
        #expect(cluster.reserve(5).count == 1, "one at a time")
        #expect(cluster.applied.last?.woken == [])
        _ = cluster.send(.complete(JobID(1), .session(session)))
        #expect(cluster.applied.last?.woken == [queue])
        #expect(cluster.reserve().count == 1)
    }

    @Test func `An empty queue stays for a while, and a configured one for ever`() {
        var cluster = JobCluster()
        let configured = JobCluster.name("configured")
        _ = cluster.send(.configure(configured, QueueSettings()))
        _ = cluster.send(.delete(cluster.put(), nil))
        #expect(cluster.jobs.queue(named: queue)?.record.counts.deletes == 1)
        cluster.wait(milliseconds: Limits.queueLinger - 1)
        #expect(cluster.expire() == false)
        cluster.wait(milliseconds: 1)
        #expect(cluster.expire() == true)
        #expect(cluster.jobs.allQueues.map(\.record.name) == [configured])
    }

    @Test func `An empty queue that is deleted goes at once`() {
        var cluster = JobCluster()
        _ = cluster.send(.delete(cluster.put(), nil))
        #expect(cluster.send(.deleteQueue(queue)) == .jobs(.moved(0, more: false)))
        #expect(cluster.jobs.allQueues.isEmpty)
        #expect(cluster.applied.store.queues.isEmpty)
    }

    @Test func `Keys whose window is over go in small numbers with the commands that come`() {
        var cluster = JobCluster()
        let jobs = (0..<40).map { NewJob(unique: .init(text: "k\($0)", window: 10), body: []) }
        _ = cluster.send(.put(queue, jobs))
        _ = cluster.send(.purge(queue))
        #expect(cluster.applied.store.uniques.count == 40)
        cluster.wait(milliseconds: 10)
        var left: [Int] = []
        for _ in 0..<3 {
            _ = cluster.send(.kickJobs([]))
            left.append(cluster.applied.store.uniques.count)
        }
        #expect(left == [24, 8, 0])
    }
}
