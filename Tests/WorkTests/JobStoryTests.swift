import Testing
import Work

/// What the queue promises, one promise a test.
@Suite struct JobStoryTests {
    private let queue = JobCluster.queue
    private let session = JobCluster.session

    @Test func `The most urgent job goes first, then the oldest, over all queues`() {
        var cluster = JobCluster()
        let other = JobCluster.name("other")
        let ids = [
            cluster.put(priority: 5), cluster.put(into: other, priority: 2),
            cluster.put(priority: 2), cluster.put(into: other, priority: 9),
        ]
        let got = cluster.reserve(4, from: [queue, other]).map(\.id)
        #expect(got == [ids[1], ids[2], ids[0], ids[3]])
    }

    @Test func `A lease ends when its time has come, and not a millisecond earlier`() throws {
        var cluster = JobCluster()
        let id = cluster.put(timeToRun: 5_000)
        let lease = try #require(cluster.reserve().first?.lease)
        #expect(cluster.jobs.nextDeadline == cluster.applied.clusterTime + 5_000)
        cluster.wait(milliseconds: 4_999)
        #expect(cluster.expire() == false)
        _ = cluster.send(.expire([lease], []))
        #expect(cluster.state(id) == .reserved, "apply judges by itself")
        cluster.wait(milliseconds: 1)
        #expect(cluster.expire() == true)
        #expect(cluster.state(id) == .ready)
        #expect(cluster.jobs.job(id)?.counts.timeouts == 1)
        #expect(cluster.expire() == false)
    }

    @Test func `An expiry that was proposed before a touch ends nothing`() throws {
        var cluster = JobCluster()
        let id = cluster.put(timeToRun: 5_000)
        _ = cluster.reserve()
        cluster.wait(milliseconds: 5_000)
        let due = try #require(cluster.jobs.due(at: cluster.applied.clusterTime))
        _ = cluster.send(.touch(id, .session(session)))
        _ = cluster.send(due)
        #expect(cluster.state(id) == .reserved)
        #expect(cluster.jobs.deadline(of: session) == cluster.applied.clusterTime + 5_000)
    }

    @Test func `An expiry of an earlier lease does not end a later one`() throws {
        var cluster = JobCluster()
        let id = cluster.put(timeToRun: 1_000)
        let old = try #require(cluster.reserve().first?.lease)
        _ = cluster.send(.release(id, .session(session), priority: nil, delay: 0))
        _ = cluster.reserve(session: JobCluster.session(2))
        cluster.wait(milliseconds: 9_000)
        _ = cluster.send(.expire([old], []))
        #expect(cluster.jobs.job(id)?.session == JobCluster.session(2))
    }

    @Test func `A stale token changes nothing, and says so`() throws {
        var cluster = JobCluster()
        let id = cluster.put(timeToRun: 1_000)
        let old = try #require(cluster.reserve().first)
        cluster.wait(milliseconds: 1_000)
        #expect(cluster.expire() == true)
        let new = try #require(cluster.reserve(session: JobCluster.session(2)).first)
        #expect(new.id == old.id && new.generation != old.generation)
        let stale = Holder.lease(old.generation)
        #expect(cluster.send(.complete(id, stale)).jobRefusal == .notHeld(id))
        #expect(cluster.send(.touch(id, stale)).jobRefusal == .notHeld(id))
        #expect(cluster.send(.complete(id, .lease(new.generation))) == .jobs(.removed(id)))
        #expect(cluster.send(.complete(id, stale)).jobRefusal == .jobNotFound(id))
    }

    @Test func `A wait is granted once, however often it is proposed`() {
        var cluster = JobCluster()
        cluster.fill(4)
        func wish(_ wait: UInt64) -> JobCommand {
            .reserve(
                Reservation(session: session, isAttached: true, wait: wait, queues: [queue], max: 1)
            )
        }
        #expect(cluster.send(wish(7)).reserved.count == 1)
        #expect(cluster.send(wish(7)).jobRefusal == .waitOver)
        #expect(cluster.send(wish(6)).jobRefusal == .waitOver)
        #expect(cluster.send(wish(8)).reserved.count == 1)
    }

    @Test func `A wait that got nothing may be proposed again`() {
        var cluster = JobCluster()
        let wish = JobCommand.reserve(
            Reservation(session: session, isAttached: true, wait: 1, queues: [queue], max: 1))
        #expect(cluster.send(wish) == .jobs(.reserved([])))
        #expect(cluster.jobs.session(session) == nil, "nothing was opened")
        _ = cluster.put()
        #expect(cluster.send(wish).reserved.count == 1)
        #expect(cluster.send(wish).jobRefusal == .waitOver)
    }

    @Test func `An undone reservation leaves no trace`() throws {
        var cluster = JobCluster()
        let id = cluster.put()
        let before = try #require(cluster.jobs.job(id))
        let lease = try #require(cluster.reserve().first?.lease)
        #expect(cluster.send(.undo([lease])).moved == 1)
        let after = try #require(cluster.jobs.job(id))
        #expect(after.counts == before.counts && after.state == .ready)
        #expect(cluster.jobs.queue(named: queue)?.record.counts.reserves == 0)
        #expect(cluster.reserve().count == 1)
        #expect(cluster.send(.undo([lease])).moved == 0, "it does not undo the next one")
        #expect(cluster.state(id) == .reserved)
    }

    @Test func `A session that closes gives its jobs back at once, without a count`() throws {
        var cluster = JobCluster()
        cluster.fill(3)
        let held = cluster.reserve(3)
        #expect(cluster.send(.closeSession(session, keepsLeases: false)).moved == 3)
        #expect(cluster.count(.ready) == 3)
        for job in held {
            let now = try #require(cluster.jobs.job(job.id))
            #expect(now.counts == job.counts)
        }
        #expect(cluster.jobs.session(session) == nil)
        #expect(cluster.applied.last?.woken == [queue])
    }

    @Test func `A worker without a connection keeps its leases when its node falls silent`() throws
    {
        var cluster = JobCluster()
        cluster.fill(4)
        let detached = JobCluster.session(2)
        _ = cluster.reserve(2)
        let kept = cluster.reserve(2, session: detached, isAttached: false)
        let origin = session.origin
        #expect(cluster.send(.closeSessions(origin, below: 3)) == .jobs(.moved(2, more: false)))
        #expect(cluster.jobs.session(session) == nil)
        #expect(cluster.count(.reserved) == 2)
        #expect(cluster.reserve(session: detached, isAttached: false).isEmpty)
        for job in kept {
            #expect(cluster.send(.complete(job.id, .lease(job.generation))) != nil)
        }
        #expect(cluster.jobs.session(detached) == nil, "it went with its last job")
    }

    @Test func `Sessions of another node, or from this number on, stay`() {
        var cluster = JobCluster()
        cluster.fill(3)
        let other = JobCluster.session(1, node: 2)
        for session in [session, other, JobCluster.session(9)] {
            _ = cluster.reserve(session: session)
        }
        _ = cluster.send(.closeSessions(session.origin, below: 9))
        #expect(cluster.jobs.session(session) == nil)
        #expect(cluster.jobs.session(other)?.held == 1)
        #expect(cluster.jobs.session(JobCluster.session(9))?.held == 1)
    }

    @Test func `A paused queue gives out nothing until its pause is over`() {
        var cluster = JobCluster()
        _ = cluster.put()
        _ = cluster.send(.pause(queue, 2_000))
        #expect(cluster.reserve().isEmpty)
        cluster.wait(milliseconds: 1_999)
        #expect(cluster.expire() == false)
        cluster.wait(milliseconds: 1)
        #expect(cluster.expire() == true)
        #expect(cluster.applied.last?.woken == [queue])
        #expect(cluster.reserve().count == 1)
    }

    @Test func `One job by its number comes from any state, whatever is paused`() throws {
        var cluster = JobCluster()
        let (ready, delayed) = (cluster.put(), cluster.put(delay: 9_000))
        let buried = cluster.put()
        _ = cluster.send(.reserveJob(buried, session, isAttached: true))
        _ = cluster.send(.bury(buried, .session(session), priority: 7))
        _ = cluster.send(.pause(queue, nil))
        for id in [ready, delayed, buried] {
            let got = cluster.send(.reserveJob(id, session, isAttached: true)).reserved
            #expect(got.map(\.id) == [id])
        }
        let again = cluster.send(.reserveJob(ready, session, isAttached: true))
        #expect(again.jobRefusal == .notHeld(ready))
        _ = cluster.send(.release(buried, .session(session), priority: nil, delay: 0))
        #expect(cluster.state(buried) == .ready)
    }

    @Test func `Buried jobs are kicked first in, first out, and before delayed ones`() {
        var cluster = JobCluster()
        let ids = (0..<3).map { _ in cluster.put() }
        let delayed = cluster.put(delay: 9_000)
        for id in [ids[1], ids[2], ids[0]] {
            _ = cluster.send(.reserveJob(id, session, isAttached: true))
            _ = cluster.send(.bury(id, .session(session), priority: nil))
        }
        #expect(cluster.jobs.first(.buried, in: queue)?.id == ids[1])
        #expect(cluster.send(.kick(queue, 2)).moved == 2)
        #expect(cluster.jobs.first(.buried, in: queue)?.id == ids[0])
        #expect(cluster.send(.kick(queue, 9)).moved == 1)
        #expect(cluster.state(delayed) == .delayed)
        #expect(cluster.send(.kick(queue, 9)).moved == 1)
        #expect(cluster.state(delayed) == .ready)
    }

    @Test func `An error is kept without what no database takes`() throws {
        var cluster = JobCluster()
        let id = cluster.put()
        let lease = try #require(cluster.reserve().first?.generation)
        _ = cluster.send(.fail(id, .lease(lease), error: "a\0\u{301}\n\0", chance: 0))
        #expect(cluster.jobs.job(id)?.error == "a \u{301}\n ")
    }

    @Test func `A job fails by its policy, is buried with its error, and may try again`() throws {
        var cluster = JobCluster()
        let retry = RetryPolicy(
            attempts: 3, base: 1_000, longest: 60_000, growth: .exponential)
        let id = cluster.put(retry: retry)
        for delay in [1_000, 2_000] as [UInt64] {
            let lease = try #require(cluster.reserve().first?.generation)
            _ = cluster.send(.fail(id, .lease(lease), error: "no luck", chance: 0))
            let due = try #require(cluster.jobs.job(id)?.due)
            #expect(due == cluster.applied.clusterTime + delay)
            cluster.wait(milliseconds: delay)
            #expect(cluster.expire() == true)
        }
        let lease = try #require(cluster.reserve().first?.generation)
        _ = cluster.send(.fail(id, .lease(lease), error: "really", chance: 0))
        let dead = try #require(cluster.jobs.job(id))
        #expect(dead.state == .buried && dead.error == "really" && dead.counts.failures == 3)
        #expect(cluster.send(.kickJobs([id])).moved == 1)
        let again = try #require(cluster.reserve().first?.generation)
        _ = cluster.send(.fail(id, .lease(again), error: "", chance: 0))
        #expect(cluster.state(id) == .delayed, "a kick grants as many tries again")
    }

    @Test func `A job that times out too often is buried, or its worker would die for ever`() {
        var cluster = JobCluster()
        let id = cluster.put(timeToRun: 1_000, retry: RetryPolicy(attempts: 2))
        for _ in 0..<2 {
            #expect(cluster.reserve().count == 1)
            cluster.wait(milliseconds: 1_000)
            #expect(cluster.expire() == true)
        }
        #expect(cluster.state(id) == .buried)
        #expect(cluster.jobs.job(id)?.counts.timeouts == 2)
    }

    @Test(arguments: [
        (RetryPolicy.Growth.constant, [1_000, 1_000, 1_000, 1_000] as [UInt64]),
        (.linear, [1_000, 2_000, 3_000, 3_500]), (.exponential, [1_000, 2_000, 3_500, 3_500]),
    ])
    func `Delays grow as the policy says, to the longest`(
        _ growth: RetryPolicy.Growth, _ delays: [UInt64]
    ) {
        let retry = RetryPolicy(attempts: 0, base: 1_000, longest: 3_500, growth: growth)
        #expect((1...4).map { retry.delay(afterTries: $0, chance: 0) } == delays)
        #expect(retry.delay(afterTries: .max, chance: 0) == delays.last)
        var jittery = retry
        jittery.jitter = 50
        #expect(jittery.delay(afterTries: 1, chance: .max) == 500)
        #expect(jittery.delay(afterTries: 1, chance: 0) == 1_000)
        jittery.jitter = 200
        #expect(jittery.delay(afterTries: 1, chance: .max) == 0)
    }

    @Test func `A unique key stands while its job is there, and until its window ends`() {
        var cluster = JobCluster()
        let unique = NewJob.Unique(text: "k", window: 5_000)
        let first = cluster.put(unique: unique)
        func again() -> [PutResult] {
            cluster.send(.put(queue, [NewJob(unique: unique, body: [])])).put
        }
        cluster.wait(milliseconds: 9_000)
        #expect(again() == [.duplicate(first)], "the job is still there")
        _ = cluster.send(.delete(first, nil))
        let second = cluster.put(unique: unique)
        _ = cluster.send(.delete(second, nil))
        cluster.wait(milliseconds: 4_999)
        #expect(again() == [.duplicate(second)], "its window is not over")
        cluster.wait(milliseconds: 1)
        #expect(again() == [.inserted(JobID(3))])
        let other = JobCluster.name("other")
        #expect(cluster.put(into: other, unique: unique) == JobID(4), "keys are of their queue")
    }

    @Test func `A time to run of nothing is a second`() {
        var cluster = JobCluster()
        let id = cluster.put(timeToRun: 0)
        #expect(cluster.jobs.job(id)?.timeToRun == 1_000)
    }

    @Test func `A job for a time of day waits by the wall clock's distance to it`() {
        var cluster = JobCluster()
        let now = cluster.applied.wallTime.milliseconds
        let later = NewJob(start: .at(Timestamp(milliseconds: now + 7_000)), body: [])
        let past = NewJob(start: .at(Timestamp(milliseconds: now - 7_000)), body: [])
        let ever = [Int64.min, .max].map {
            NewJob(start: .at(Timestamp(milliseconds: $0)), body: [])
        }
        _ = cluster.send(.put(queue, [later, past] + ever))
        #expect(cluster.jobs.job(JobID(1))?.due == cluster.applied.clusterTime + 7_000)
        #expect(cluster.state(JobID(2)) == .ready)
        #expect(cluster.state(JobID(3)) == .ready)
        let latest = cluster.applied.clusterTime + Limits.jobSpan
        #expect(cluster.jobs.job(JobID(4))?.due == latest)
    }
}
