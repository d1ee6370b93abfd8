import Wire
import Work

extension World {
    /// From now on there may be jobs.
    mutating func allowJobs() {
        if state.scalars.machineVersion < 2 { apply(.raiseMachineVersion(2)) }
    }

    /// From now on they may belong to traces.
    mutating func allowTraces() {
        if state.scalars.machineVersion < 4 { apply(.raiseMachineVersion(4)) }
    }

    static let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    /// One job that belongs to a trace.
    mutating func putTraced(_ queue: QueueName) {
        allowTraces()
        jobs(.put(queue, [NewJob(traceparent: TraceParent(Self.trace), body: [1])]))
    }

    @discardableResult
    mutating func jobs(_ command: JobCommand, key: String? = nil) -> Reply? {
        apply(.jobs(command), key: key)
    }

    /// Jobs with short bodies.
    mutating func put(_ queue: QueueName, count: Int) {
        allowJobs()
        jobs(.put(queue, (0..<count).map { NewJob(body: Array("job \($0)".utf8)) }))
    }

    static let session = SessionID(origin: Origin(node: 1, incarnation: 7), number: 1)

    /// A worker takes so many, whatever there is.
    mutating func reserve(_ queue: QueueName, count: Int, wait: UInt64 = 1) {
        jobs(
            .reserve(
                Reservation(
                    session: Self.session, isAttached: true, wait: wait, queues: [queue],
                    max: count)))
    }
}

extension QueueName: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) {
        guard let name = QueueName(text) else { preconditionFailure("\(text) is no name.") }
        self = name
    }
}

/// Random commands for jobs from a seed: every state, every column, and bodies of all lengths.
struct RandomJobs {
    private var generator: SeededGenerator
    private var wait: UInt64 = 0
    private static let queues: [QueueName] = ["mail", "a", "Mail", "$1;(x)/y.z+_-"]

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func apply(_ count: Int, to world: inout World) {
        world.allowTraces()
        for _ in 0..<count {
            if one(in: 6) { world.wait(milliseconds: Int64(number(0...4_000))) }
            let now = world.state.scalars.clusterTime
            if one(in: 4), let due = world.state.jobs.due(at: now) {
                world.jobs(due)
            } else if one(in: 2), let step = world.state.jobs.nextStep {
                world.jobs(step)
            } else {
                world.jobs(command(world), key: one(in: 9) ? "job-\(generator.next())" : nil)
            }
        }
    }

    private mutating func command(_ world: World) -> JobCommand {
        switch number(0...29) {
        case 0...9: return .put(queue(), (0..<number(1...4)).map { _ in job() })
        case 10...15: return .reserve(wish())
        case 16...23: return onOne(job(world))
        case 24: return .kick(queue(), Int(number(1...3)))
        case 25: return .pause(queue(), one(in: 3) ? nil : number(0...3_000))
        case 26: return .configure(queue(), settings())
        case 27: return .closeSession(session(), keepsLeases: one(in: 2))
        case 28: return .put(queue(), [NewJob](repeating: job(), count: 330))
        default: return rare()
        }
    }

    private mutating func rare() -> JobCommand {
        switch number(0...4) {
        case 0: .deleteQueue(queue())
        case 1: .purge(queue())
        case 2: .closeSessions(session().origin, below: number(1...3))
        default: .kickAll(queue())
        }
    }

    private mutating func onOne(_ job: JobRecord) -> JobCommand {
        let holder = Holder.lease(job.generation)
        switch number(0...8) {
        case 0: return .touch(job.id, holder)
        case 1, 2: return .complete(job.id, holder)
        case 3: return .fail(job.id, holder, error: text(), chance: UInt16(number(0...65_535)))
        case 4: return .release(job.id, holder, priority: UInt32(number(0...9)), delay: delay())
        case 5, 6: return .bury(job.id, holder, priority: nil)
        case 7: return .undo([job.lease])
        default: return .delete(job.id, holder)
        }
    }

    private mutating func job(_ world: World) -> JobRecord {
        let id = JobID(number(1...max(2, world.state.scalars.jobs.nextJob)))
        return world.state.jobs.job(id) ?? JobRecord(id: id, queue: queue())
    }

    private mutating func job() -> NewJob {
        let length = one(in: 40) ? 65_535 : one(in: 5) ? 5_000 : number(0...300)
        var job = NewJob(
            body: (0..<length).map { _ in UInt8(truncatingIfNeeded: generator.next()) })
        job.priority = one(in: 2) ? 1_024 : UInt32.max - UInt32(number(0...3))
        job.start = .after(delay())
        job.timeToRun = number(0...5) * 700
        if one(in: 2) {
            job.retry = RetryPolicy(
                attempts: UInt32(number(0...3)), base: .max, longest: UInt32(number(0...2_000)),
                growth: RetryPolicy.Growth.allCases[Int(number(0...2))], jitter: 20)
        }
        if one(in: 3) {
            job.unique = .init(text: "\(text())-\(number(1...9))", window: number(0...9_000))
        }
        if job.timeToRun < 1_400 {
            let digits = 100 + length % 900
            job.traceparent = TraceParent(
                "00-0af7651916cd43dd8448eb211c803\(digits)-b7ad6b7169203331-01")
        }
        return job
    }

    private mutating func wish() -> Reservation {
        wait += 1
        let session = session()
        return Reservation(
            session: session, isAttached: session.number % 2 == 0, wait: wait,
            queues: [queue(), queue()], max: Int(number(1...5)))
    }

    private mutating func session() -> SessionID {
        SessionID(
            origin: Origin(node: number(1...2), incarnation: .max), number: number(1...4))
    }

    private mutating func settings() -> QueueSettings {
        QueueSettings(
            length: one(in: 2) ? nil : number(400...900), body: one(in: 2) ? nil : .max,
            concurrency: one(in: 2) ? nil : number(1...20))
    }

    private mutating func queue() -> QueueName { Self.queues[Int(number(0...3))] }
    private mutating func delay() -> UInt64 { one(in: 2) ? 0 : number(1...3_000) }
    private mutating func one(in count: UInt64) -> Bool { number(1...count) == 1 }

    private mutating func number(_ range: ClosedRange<UInt64>) -> UInt64 {
        .random(in: range, using: &generator)
    }

    private mutating func text() -> String {
        let texts = ["", "é", "e\u{301}", "no \"route\" \\ 'x'", "ß", "👩‍👩‍👧‍👦", "NULL", "%_?"]
        return texts[Int(number(0...UInt64(texts.count - 1)))]
    }
}
