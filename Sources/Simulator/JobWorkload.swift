import Replica
import Work

/// Those who put jobs and those who work on them, what they were told, and the truth beside it.
final class JobWorkload {
    /// Tokens of theirs are from here on; lower ones are attempts at tasks.
    static let firstToken: UInt64 = 1 << 32

    /// A job that somebody put. Its number is its body.
    struct Put {
        /// As the producer was told.
        var id: JobID?
        /// As the log has it.
        var inserted: JobID?
        /// The producer was told that it stands in no log.
        var isRejected = false
    }

    /// Somebody who works on jobs: over a connection, or by single requests, whose jobs are theirs
    /// whatever becomes of the node that gave them out.
    struct Worker {
        let isAttached: Bool
        var place = 0
        var boot: UInt64 = 0
        /// nil while there is no connection.
        var session: SessionID?
        var waits: UInt64 = 0
        /// The token of its wait, and of the command it waits for.
        var waiting: UInt64?
        var asked: UInt64?
        /// What it was told it holds, and may still hold.
        var held: [Lease] = []
        /// What it does next is this worker's turn no. so many.
        var turn: UInt64 = 0
    }

    enum Asked {
        case put(Int)
        case command(worker: Int, Lease, ends: Bool)
    }

    var workers: [Worker] = []
    var puts: [Put] = []
    var asked: [UInt64: Asked] = [:]
    /// Waits that were answered.
    var served: Set<UInt64> = []
    /// Waits of workers without a connection: what these are granted too late, they give back.
    var polls: Set<UInt64> = []
    /// Milliseconds between two puts; nil if nobody puts anything.
    let pace: UInt64?
    /// Nothing more is put, and whatever there is is worked off.
    var drains = false
    let queues: [QueueName]
    private var nextToken = JobWorkload.firstToken
    /// Each job as the log has it.
    private(set) var jobs: [JobID: JobRecord] = [:]
    /// Reservations that the log made.
    private var granted: Set<Granted> = []
    private(set) var told: Set<Granted> = []
    /// Reservations that the log took back before anybody was told of them.
    private(set) var takenBack: Set<Granted> = []
    /// Jobs that a worker was about to end, and those that are gone.
    var ending: Set<JobID> = []
    private(set) var ended: Set<JobID> = []

    /// Whose job went while their node was frozen: told to leave as soon as it goes on.
    private var stranded: [Int: SessionID] = [:]

    var punctuality = Punctuality()
    /// Until when a queue is paused.
    private var pauses: [QueueName: UInt64] = [:]

    struct Granted: Hashable {
        let lease: Lease
        let session: SessionID
    }

    init(_ chance: inout Chance) {
        pace = chance.pick([UInt64?.none, nil, 250, 600]) ?? nil
        queues = ["default", "mail", "video"].compactMap { QueueName($0) }
        if pace != nil {
            workers = (0..<chance.number(1...5)).map { _ in
                Worker(isAttached: chance.happens(700))
            }
        }
    }

    func takeToken() -> UInt64 {
        nextToken += 1
        return nextToken
    }

    /// The connection is over, and what it held is no more its concern.
    func hangUp(_ number: Int) {
        workers[number].session = nil
        if workers[number].isAttached { workers[number].held = [] }
        workers[number].waiting = nil
        workers[number].asked = nil
    }

    func isTold(_ grant: Granted) -> Bool { !told.insert(grant).inserted }

    // MARK: What the log says

    /// `isFrozen`: whether the machine at a place does nothing at all, and has not for long enough
    /// that it could not let go of its workers before others did.
    func observe(
        _ entry: AppliedEntry, isFrozen: (_ place: Int) -> Bool
    ) throws(Violation) {
        punctuality.observe(entry.scalars)
        for change in entry.changes {
            guard case .jobs(let change) = change else { continue }
            switch change {
            case .job(let job, _): try changed(job, at: entry.scalars, isFrozen)
            case .jobRemoved(let id): try removed(id)
            case .queue(let queue): try changed(queue, at: entry.scalars)
            case .queueRemoved, .session, .sessionRemoved, .unique, .uniqueRemoved: break
            }
        }
    }

    private func changed(_ queue: QueueRecord, at scalars: StateScalars) throws(Violation) {
        let until = pauses.updateValue(queue.pausedUntil, forKey: queue.name) ?? 0
        guard until > 0, queue.pausedUntil == 0 else { return }
        try punctuality.check("the pause of \(queue.name.text)", due: until, at: scalars.clusterTime)
    }

    private func changed(
        _ job: JobRecord, at scalars: StateScalars, _ isFrozen: (_ place: Int) -> Bool
    ) throws(Violation) {
        let before = jobs.updateValue(job, forKey: job.id)
        if let session = job.session {
            granted.insert(Granted(lease: job.lease, session: session))
            if before?.state == .ready, pauses[job.queue] ?? 0 > 0 {
                throw Violation("job \(job.id.rawValue) was given though its queue is paused")
            }
        }
        guard let before else { return try inserted(job) }
        if before.state == .delayed, job.state == .ready, job.counts.kicks == before.counts.kicks {
            try punctuality.check(
                "the delay of job \(job.id.rawValue)", due: before.due, at: scalars.clusterTime)
        }
        guard before.state == .reserved, before.lease != job.lease else { return }
        if job.counts.timeouts > before.counts.timeouts {
            try punctuality.check(
                "the lease of job \(job.id.rawValue)", due: before.due, at: scalars.clusterTime)
            return forget(before.lease)
        }
        let isOwn = job.counts.releases > before.counts.releases
            || job.counts.buries > before.counts.buries
        // Else its session ended, or nobody had been told of it.
        if isOwn { return forget(before.lease) }
        if let holder = workers.firstIndex(where: { $0.held.contains(before.lease) }) {
            // A frozen node is as silent as one that has let go of its connections.
            guard workers[holder].isAttached, isFrozen(workers[holder].place) else {
                throw Violation("job \(job.id.rawValue) was taken away from worker \(holder)")
            }
            stranded[holder] = workers[holder].session
            return forget(before.lease)
        }
        if let session = before.session {
            takenBack.insert(Granted(lease: before.lease, session: session))
        }
    }

    /// After a turn of the node there: it has let go of whoever lost a job while it was frozen.
    func checkLetGo(at place: Int) throws(Violation) {
        for (number, session) in stranded where workers[number].place == place {
            stranded[number] = nil
            if workers[number].session == session {
                throw Violation("worker \(number) was not told to leave though its job went")
            }
        }
    }

    private func inserted(_ job: JobRecord) throws(Violation) {
        guard let text = Int(String(decoding: job.body, as: UTF8.self)), puts.indices.contains(text)
        else { throw Violation("job \(job.id.rawValue) was put by nobody") }
        if puts[text].inserted != nil { throw Violation("put \(text) made two jobs") }
        puts[text].inserted = job.id
    }

    private func removed(_ id: JobID) throws(Violation) {
        guard let job = jobs.removeValue(forKey: id), ended.insert(id).inserted else {
            throw Violation("job \(id.rawValue) went twice")
        }
        guard ending.contains(id), job.state == .reserved else {
            throw Violation("job \(id.rawValue) went though nobody ended it")
        }
        forget(job.lease)
    }

    private func forget(_ lease: Lease) {
        for worker in workers.indices { workers[worker].held.removeAll { $0 == lease } }
    }

    /// Whatever was acknowledged is there or was worked off, and whoever was told of a job had it.
    func checkTruth() throws(Violation) {
        for (number, put) in puts.enumerated() {
            if put.isRejected, put.inserted != nil {
                throw Violation("put \(number) was rejected and made a job")
            }
            guard let id = put.id else { continue }
            guard put.inserted == id else {
                throw Violation("put \(number) was acknowledged as job \(id.rawValue) and is lost")
            }
        }
        for grant in told where !granted.contains(grant) {
            throw Violation("a worker was told of job \(grant.lease.job.rawValue) it never had")
        }
    }
}
