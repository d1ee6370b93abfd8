import Testing
import Work

/// A cluster that has the job queue, and one worker in it.
struct JobCluster {
    var applied = Applied()
    private var wait: UInt64 = 0
    static let queue = JobCluster.name("q")
    static let session = JobCluster.session(1)
    static let traceText = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    static let trace = TraceParent(traceText)

    init() { _ = applied.send(.raiseMachineVersion(2)) }

    static func name(_ text: String) -> QueueName {
        guard let name = QueueName(text) else { preconditionFailure("\(text) is no name") }
        return name
    }

    static func session(_ number: UInt64, node: UInt64 = 1) -> SessionID {
        SessionID(origin: Origin(node: node, incarnation: 100), number: number)
    }

    var jobs: JobTable { applied.state.jobs }

    mutating func send(_ command: JobCommand) -> Reply? { applied.send(.jobs(command)) }

    mutating func wait(milliseconds: UInt64) { applied.clusterTime += milliseconds }

    /// Puts one job that must be accepted.
    mutating func put(
        _ body: String = "", into queue: QueueName = JobCluster.queue, priority: UInt32 = 0,
        delay: UInt64 = 0, timeToRun: UInt64 = 60_000, retry: RetryPolicy = .none,
        unique: NewJob.Unique? = nil
    ) -> JobID {
        let job = NewJob(
            priority: priority, start: .after(delay), timeToRun: timeToRun, retry: retry,
            unique: unique, body: Array(body.utf8))
        guard case .inserted(let id)? = send(.put(queue, [job])).put.first else {
            Issue.record("the job was not accepted")
            return JobID(0)
        }
        return id
    }

    /// As many jobs as asked for, in as few entries as possible.
    mutating func fill(_ count: Int, queue: QueueName = JobCluster.queue, delay: UInt64 = 0) {
        var left = count
        while left > 0 {
            let part = min(left, Limits.jobsPerCommand)
            let job = NewJob(priority: UInt32(left), start: .after(delay), body: [1])
            _ = send(.put(queue, Array(repeating: job, count: part)))
            left -= part
        }
    }

    mutating func reserve(
        _ max: Int = 1, session: SessionID = JobCluster.session, isAttached: Bool = true,
        from queues: [QueueName] = [JobCluster.queue]
    ) -> [JobRecord] {
        wait += 1
        return send(
            .reserve(
                Reservation(
                    session: session, isAttached: isAttached, wait: wait, queues: queues, max: max))
        ).reserved
    }

    /// Reserves this many jobs, in as many entries as it takes.
    mutating func hold(_ count: Int, session: SessionID = JobCluster.session) {
        var left = count
        while left > 0 {
            let got = reserve(min(left, Limits.jobsPerCommand), session: session).count
            #expect(got > 0, "there are jobs to hold")
            if got == 0 { return }
            left -= got
        }
    }

    /// What the leader proposes when it looks at what is due.
    mutating func expire() -> Bool {
        guard let due = jobs.due(at: applied.clusterTime) else { return false }
        _ = send(due)
        return true
    }

    func state(_ id: JobID) -> JobState? { jobs.job(id)?.state }

    func count(_ state: JobState, in queue: QueueName = JobCluster.queue) -> Int {
        let view = jobs.queue(named: queue)
        return switch state {
        case .ready: view?.ready ?? 0
        case .delayed: view?.delayed ?? 0
        case .reserved: view?.reserved ?? 0
        case .buried: view?.buried ?? 0
        }
    }
}
