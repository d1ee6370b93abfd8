import StateStore
import Synchronization
import Work

/// Queries on the stores: each waits until a store holds the entry it asks for, and runs on a
/// thread that may block. MySQL answers where it is configured and far enough, else the base.
final class QueryDesk: Sendable {
    typealias Body = @Sendable (any TaskQueries) throws -> Void

    private struct Job: Sendable {
        let atLeast: UInt64
        /// Whether only the base has what is asked for.
        let onBase: Bool
        let deadline: ContinuousClock.Instant
        let run: Body
        let fail: @Sendable (String) -> Void
    }

    private struct Waiting {
        var jobs: [Job] = []
        var isClosed = false
    }

    private let mailbox = Mailbox<Job>()
    private let waiting = Mutex(Waiting())
    private let base: Base?
    private let projection: ProjectionThread?
    private let hurry: @Sendable () -> Void

    private static let stopping = "the node is stopping"
    private static let threads = 2
    private static let patience = Duration.milliseconds(1_800)
    /// Queries that may wait; more are refused.
    private static let waitingMax = 4_096

    /// `hurry` is called when a query waits for the base.
    init(base: Base?, projection: ProjectionThread?, hurry: @escaping @Sendable () -> Void) {
        self.base = base
        self.projection = projection
        self.hurry = hurry
    }

    func start() {
        for number in 1...Self.threads {
            Threads.start("query-\(number)") { [self] in serve() }
        }
    }

    func stop() {
        mailbox.close()
        let left = waiting.withLock { waiting in
            defer { waiting = Waiting(jobs: [], isClosed: true) }
            return waiting.jobs
        }
        for job in left { job.fail(Self.stopping) }
    }

    func submit(
        atLeast index: UInt64, onBase: Bool = false, run: @escaping Body,
        fail: @escaping @Sendable (String) -> Void
    ) {
        let job = Job(
            atLeast: index, onBase: onBase, deadline: .now + Self.patience, run: run, fail: fail)
        if index <= base?.index ?? 0 {
            if !mailbox.put(job) { fail(Self.stopping) }
            return
        }
        let refusal: String? = waiting.withLock { waiting in
            if waiting.isClosed { return Self.stopping }
            if waiting.jobs.count >= Self.waitingMax { return "too many queries wait for the base" }
            waiting.jobs.append(job)
            return nil
        }
        if let refusal { return fail(refusal) }
        hurry()
        // The base may have moved on before the job was in the list.
        advance()
    }

    /// The base moved on, or time went by.
    func advance() {
        let index = base?.index ?? 0
        let now = ContinuousClock.now
        let (ready, late) = waiting.withLock { waiting in
            let ready = waiting.jobs.filter { $0.atLeast <= index }
            let late = waiting.jobs.filter { $0.atLeast > index && $0.deadline <= now }
            waiting.jobs.removeAll { $0.atLeast <= index || $0.deadline <= now }
            return (ready, late)
        }
        for job in late { job.fail("the base is \(job.atLeast - index) entries behind") }
        for job in ready where !mailbox.put(job) { job.fail(Self.stopping) }
    }

    private func serve() {
        var queries = Queries(base: base, projection: projection)
        while let job = mailbox.takeOne() {
            if job.deadline <= .now {
                job.fail("the databases took too long")
            } else if let failure = queries.run(job.atLeast, onBase: job.onBase, job.run) {
                job.fail(failure)
            }
        }
    }
}

/// The connections of one query thread, made when they are needed.
private struct Queries {
    let base: Base?
    let projection: ProjectionThread?
    private var local: SQLiteQueries?
    private var remote: MySQLQueries?
    /// MySQL is left alone for a while after it failed: the base answers at once.
    private var remoteRest = ContinuousClock.now

    init(base: Base?, projection: ProjectionThread?) {
        self.base = base
        self.projection = projection
    }

    /// Tries MySQL if it is far enough, then the base. Says why if neither could answer.
    mutating func run(_ index: UInt64, onBase: Bool, _ body: QueryDesk.Body) -> String? {
        if !onBase, let projection, projection.status.state == .ok,
            projection.status.index >= index, remoteRest <= .now
        {
            do {
                let queries = remote ?? projection.makeQueries()
                remote = queries
                try body(QueriesAtIndex(queries: queries, index: index))
                return nil
            } catch {
                // The base knows the answer too; the projection's thread reports what is wrong.
                remote = nil
                remoteRest = .now + .seconds(5)
            }
        }
        guard let base else { return "this node keeps nothing that could be asked for" }
        do {
            let queries = try local ?? base.reader()
            local = queries
            try body(queries)
            return nil
        } catch {
            local = nil
            return "\(error)"
        }
    }
}

/// Queries that refuse rows older than an index: a rebuild may begin between a look at the status
/// and the query.
private struct QueriesAtIndex: TaskQueries {
    let queries: MySQLQueries
    let index: UInt64

    struct Behind: Error {}

    func read<Result>(_ body: (TaskReader) throws -> Result) throws -> Result {
        try queries.read { reader in
            guard try reader.appliedIndex() >= index else { throw Behind() }
            return try body(reader)
        }
    }
}
