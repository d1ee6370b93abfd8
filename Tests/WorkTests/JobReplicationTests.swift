import OrderedCollections
import Testing
import Wire
import Work

/// How jobs live in the replicated state: versions, keys, rows, and what a command costs.
@Suite struct JobReplicationTests {
    private let queue = JobCluster.queue

    @Test func `Before machine version 2 a command for jobs is skipped, as old programs do`() {
        var cluster = Applied()
        let before = cluster.state.scalars
        cluster.clusterTime += 500
        #expect(cluster.send(.jobs(.put(queue, [NewJob(body: [])]))) == nil)
        #expect(cluster.send(.limitState(5)) == nil)
        #expect(cluster.last?.changes.isEmpty == true)
        #expect(cluster.state.scalars.clusterTime == before.clusterTime)
        _ = cluster.send(.raiseMachineVersion(2))
        #expect(cluster.send(.jobs(.put(queue, [NewJob(body: [])]))).put == [.inserted(JobID(1))])
    }

    @Test func `A put under a key is done once, and the retry learns the numbers`() {
        var cluster = JobCluster()
        let put = Command.jobs(.put(queue, [NewJob(body: [1]), NewJob(body: [2])]))
        _ = cluster.put()
        let results: [PutResult] = [.inserted(JobID(2)), .inserted(JobID(3))]
        #expect(cluster.applied.send(put, key: "k").put == results)
        let outcome = KeyOutcome(kind: .put, task: TaskID(2), version: 2)
        let index = cluster.applied.state.scalars.index
        #expect(cluster.applied.send(put, key: "k") == .replayed(outcome, nil, index: index))
        #expect(cluster.jobs.count == 3)
        #expect(cluster.applied.store.load() != nil)
    }

    @Test func `A change to a job under a key is done once`() {
        var cluster = JobCluster()
        // A task of the same number is another thing.
        _ = cluster.applied.create()
        let id = cluster.put()
        _ = cluster.reserve()
        let complete = Command.jobs(.complete(id, .session(JobCluster.session)))
        #expect(cluster.applied.send(complete, key: "k") == .jobs(.removed(id)))
        let outcome = KeyOutcome(kind: .job, task: TaskID(id.rawValue), version: 0)
        let index = cluster.applied.state.scalars.index
        #expect(cluster.applied.send(complete, key: "k") == .replayed(outcome, nil, index: index))
        let early = Command.jobs(.complete(JobID(9), .session(JobCluster.session)))
        #expect(cluster.applied.send(early, key: "e").jobRefusal == .jobNotFound(JobID(9)))
        #expect(cluster.applied.send(early, key: "e").jobRefusal == .jobNotFound(JobID(9)))
    }

    @Test func `A job that came and went between two batches costs no row`() throws {
        var cluster = JobCluster()
        let stays = cluster.put("first")
        var batch = RowBatch()
        func note(_ command: JobCommand) {
            _ = cluster.send(command)
            if let last = cluster.applied.last { batch.add(last) }
        }
        note(.put(queue, [NewJob(body: [1])]))
        note(.delete(JobID(2), nil))
        note(.reserveJob(stays, JobCluster.session, isAttached: true))
        note(.put(queue, [NewJob(body: [3])]))
        note(.reserveJob(JobID(3), JobCluster.session, isAttached: true))
        note(.bury(JobID(3), .session(JobCluster.session), priority: nil))
        var written: [JobID: Bool] = [:]
        for (id, write) in batch.jobs.jobs {
            switch write {
            case .upsert(let job, let isNew):
                #expect(job == cluster.jobs.job(id))
                written[id] = isNew
            case .skip: #expect(id == JobID(2))
            case .delete: Issue.record("\(id) was never in the store")
            }
        }
        #expect(written == [stays: false, JobID(3): true])
        #expect(batch.jobs.queues.count == 1)
        #expect(batch.jobs.sessions.count == 1)
        note(.delete(JobID(3), nil))
        if case .skip? = batch.jobs.jobs[JobID(3)] {} else { Issue.record("it costs a row") }
        note(.complete(stays, .session(JobCluster.session)))
        if case .delete? = batch.jobs.jobs[stays] {} else { Issue.record("its row stays") }
    }

    @Test func `A base of which one row of the queue differs is not loaded`() throws {
        var cluster = JobCluster()
        _ = cluster.put("body", unique: .init(text: "k", window: 5_000))
        _ = cluster.reserve()
        let store = cluster.applied.store
        #expect(store.load() != nil)
        func fails(_ change: (inout TestStore) -> Void) -> Bool {
            var changed = store
            change(&changed)
            return changed.load() == nil
        }
        let id = JobID(1)
        #expect(fails { $0.jobs[id] = nil })
        #expect(fails { $0.jobs[id]?.body = [] })
        #expect(fails { $0.jobs[id]?.due += 1 })
        #expect(fails { $0.jobs[id]?.counts.reserves += 1 })
        #expect(fails { $0.jobs[id]?.session = nil })
        #expect(fails { $0.queues[queue]?.counts.puts += 1 })
        #expect(fails { $0.queues[queue] = nil })
        #expect(fails { $0.sessions[JobCluster.session]?.wait += 1 })
        #expect(fails { $0.sessions[JobCluster.session]?.isAttached = false })
        #expect(fails { $0.uniques = [:] })
        #expect(fails { $0.scalars.jobs.nextJob += 1 })
        #expect(fails { $0.scalars.jobs.nextPlace += 1 })
        #expect(fails { $0.scalars.bytesMax += 1 })
    }

    /// A million jobs behave like a thousand: what a round writes into heaps grows as the
    /// logarithm does.
    @Test(arguments: [100, 3_000, 30_000])
    func `A round of put, reserve and delete costs what the logarithm says`(_ waiting: Int) {
        var cluster = JobCluster()
        cluster.fill(waiting)
        cluster.fill(waiting, delay: 1_000_000)
        var levels = 0
        var reach = 1
        while reach < waiting * 2 {
            reach *= 4
            levels += 1
        }
        var most: UInt64 = 0
        for round in 0..<100 {
            let before = cluster.jobs.heapMoves
            let id = cluster.put(priority: UInt32(round) * 7_919 % UInt32(waiting))
            let held = cluster.reserve()
            _ = cluster.send(.touch(held[0].id, .session(JobCluster.session)))
            _ = cluster.send(.complete(held[0].id, .session(JobCluster.session)))
            _ = cluster.send(.delete(id, nil))
            most = max(most, cluster.jobs.heapMoves - before)
        }
        #expect(most <= UInt64(3 * (levels + 1) + 20))
    }
}
