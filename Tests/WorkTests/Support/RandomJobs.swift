import Wire
import Work

/// Commands for few queues, sessions and jobs, so that they meet. Most are sensible, as the model
/// sees it; the others must be refused.
struct RandomJobs {
    var chance: SeededGenerator
    private var waits: [SessionID: UInt64] = [:]
    static let queues = ["a", "b", "c"].compactMap { QueueName($0) }

    init(seed: UInt64) { chance = SeededGenerator(seed: seed) }

    mutating func number(_ range: ClosedRange<UInt64>) -> UInt64 {
        UInt64.random(in: range, using: &chance)
    }

    mutating func happens(_ oneIn: UInt64) -> Bool { number(1...oneIn) == 1 }

    mutating func one<Value>(of values: [Value]) -> Value? {
        values.randomElement(using: &chance)
    }

    mutating func queue() -> QueueName { Self.queues[Int(number(0...2))] }

    mutating func session() -> SessionID {
        SessionID(origin: Origin(node: number(1...2), incarnation: 7), number: number(1...4))
    }

    /// A session is of one kind for ever.
    static func isAttached(_ session: SessionID) -> Bool { session.number % 2 == 0 }

    mutating func next(_ model: JobModel, due: JobCommand?) -> JobCommand {
        if let due, happens(3) { return due }
        switch number(0...28) {
        case 0...6: return .put(queue(), (0..<number(1...3)).map { _ in job() })
        case 7...12: return .reserve(wish())
        case 13:
            let session = session()
            return .reserveJob(
                any(model).id, session, isAttached: Self.isAttached(session))
        case 14...22: return onHeld(model)
        case 23: return .kick(queue(), Int(number(0...3)))
        case 24: return .kickJobs((0..<number(0...3)).map { _ in any(model).id })
        case 25: return rare(model)
        case 26: return .pause(queue(), happens(4) ? nil : number(0...2_000))
        case 27: return .configure(queue(), settings())
        default: return .closeSession(session(), keepsLeases: happens(2))
        }
    }

    private mutating func rare(_ model: JobModel) -> JobCommand {
        switch number(0...5) {
        case 0: return .kickAll(queue())
        case 1: return .purge(queue())
        case 2: return .deleteQueue(queue())
        case 3:
            let session = session()
            return .closeSessions(session.origin, below: session.number)
        case 4: return .expire([any(model).lease, any(model).lease], Self.queues)
        default: return .undo([any(model).lease])
        }
    }

    private mutating func onHeld(_ model: JobModel) -> JobCommand {
        let reserved = model.jobs.filter { $0.state == .reserved }
        let job = happens(5) ? any(model) : one(of: reserved) ?? any(model)
        var holder = Holder.lease(job.generation)
        if happens(2) { holder = .session(job.session ?? session()) }
        if happens(8) { holder = happens(2) ? .lease(job.generation &- 1) : .session(session()) }
        switch number(0...11) {
        case 0, 1: return .touch(job.id, holder)
        case 2, 3: return .complete(job.id, holder)
        case 4, 5:
            let chance = UInt16.random(in: 0...65_535, using: &chance)
            return .fail(job.id, holder, error: happens(3) ? "" : "why", chance: chance)
        case 6, 7: return .release(job.id, holder, priority: priority(), delay: delay())
        case 8, 9: return .bury(job.id, holder, priority: priority())
        case 10: return .delete(job.id, happens(2) ? nil : holder)
        default: return .undo([job.lease])
        }
    }

    private mutating func any(_ model: JobModel) -> JobRecord {
        one(of: model.jobs) ?? JobRecord(id: JobID(number(0...99)), queue: queue())
    }

    private mutating func priority() -> UInt32? {
        happens(2) ? nil : UInt32(number(0...3)) * 512
    }

    private mutating func delay() -> UInt64 { happens(2) ? 0 : number(0...3_000) }

    private mutating func settings() -> QueueSettings {
        QueueSettings(
            length: happens(2) ? nil : number(0...12), body: happens(2) ? nil : number(0...6),
            concurrency: happens(2) ? nil : number(0...3))
    }

    private mutating func job() -> NewJob {
        var job = NewJob(body: (0..<number(0...8)).map { UInt8($0) })
        job.priority = priority() ?? 0
        job.start =
            happens(4)
            ? .at(Timestamp(milliseconds: 1_790_000_000_000 + Int64(number(0...60_000))))
            : .after(delay())
        job.timeToRun = number(0...4) * 700
        if happens(2) {
            job.retry = RetryPolicy(
                attempts: UInt32(number(0...3)), base: UInt32(number(0...1_000)), longest: 2_000,
                growth: one(of: RetryPolicy.Growth.allCases) ?? .constant,
                jitter: UInt8(number(0...120)))
        }
        if happens(3) {
            job.unique = .init(
                text: "k\(number(1...3))", window: happens(2) ? 0 : number(0...5_000))
        }
        if job.body.count < 4 {
            job.traceparent = TraceParent(
                "00-0af7651916cd43dd8448eb211c80319\(job.body.count)-b7ad6b7169203331-01")
        }
        return job
    }

    private mutating func wish() -> Reservation {
        let session = session()
        if !happens(5) { waits[session, default: 0] += 1 }
        let queues = (0..<number(1...3)).map { _ in queue() }
        return Reservation(
            session: session, isAttached: Self.isAttached(session),
            wait: waits[session, default: 1], queues: queues, max: Int(number(0...3)))
    }
}
