import Testing
import Wire
import Work

/// Commands for jobs as bytes.
@Suite struct JobCodecTests {
    private func bytes(_ command: Command) -> [UInt8] {
        var writer = ByteWriter()
        command.encode(into: &writer)
        return writer.bytes
    }

    private func command(_ bytes: [UInt8]) throws(WireError) -> Command {
        var reader = ByteReader(bytes)
        let command = try Command(from: &reader)
        try reader.finish()
        return command
    }

    private var commands: [JobCommand] {
        let (queue, session) = (JobCluster.queue, JobCluster.session)
        let lease = Lease(job: JobID(300), generation: .max)
        var job = NewJob(priority: .max, start: .at(.zero), body: [0, 255])
        job.retry = RetryPolicy(attempts: 3, base: 9, longest: 7, growth: .linear, jitter: 50)
        job.unique = .init(text: "key", window: Limits.jobSpan)
        return [
            .put(queue, [job, NewJob(body: [])]),
            .put(queue, [NewJob(body: [7]), NewJob(traceparent: JobCluster.trace, body: [])]),
            .reserve(
                Reservation(
                    session: session, isAttached: false, wait: .max,
                    queues: [JobCluster.name("b"), JobCluster.name("a"), queue], max: 320)),
            .reserveJob(JobID(.max), session, isAttached: true),
            .touch(JobID(1), .session(session)), .complete(JobID(1), .lease(5)),
            .fail(JobID(1), .lease(5), error: "why\n", chance: 65_535),
            .release(JobID(1), .lease(5), priority: nil, delay: 1),
            .release(JobID(1), .lease(5), priority: .max, delay: 0),
            .bury(JobID(1), .lease(5), priority: 9), .delete(JobID(1), nil),
            .delete(JobID(1), .lease(0)), .undo([lease]), .kick(queue, 320),
            .kickJobs([JobID(1), JobID(2)]), .kickAll(queue), .purge(queue), .pause(queue, nil),
            .pause(queue, 0), .configure(queue, QueueSettings(length: 1, concurrency: .max)),
            .deleteQueue(queue), .closeSession(session, keepsLeases: true),
            .closeSessions(session.origin, below: 7), .expire([lease], [queue]),
            .proceed(.session(session)), .proceed(.queue(queue)),
        ]
    }

    @Test func `Every command comes back from its bytes`() throws {
        for one in commands {
            let written = bytes(.jobs(one))
            #expect(try command(written) == .jobs(one))
            #expect(bytes(try command(written)) == written)
        }
        #expect(try command(bytes(.limitState(.max))) == .limitState(.max))
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `Random commands come back from their bytes`(_ seed: UInt64) throws {
        var random = RandomJobs(seed: seed)
        for _ in 0..<200 {
            let one = Command.jobs(random.next(JobModel(), due: nil))
            #expect(try command(bytes(one)) == one)
        }
    }

    @Test
    func `Bytes cut off or changed are refused, or another command`() {
        for one in commands {
            let written = bytes(.jobs(one))
            for end in 0..<written.count {
                #expect(throws: WireError.self) { try command(Array(written[..<end])) }
            }
            for place in written.indices {
                for change in [1, 0x80, 0xff] as [UInt8] {
                    var damaged = written
                    damaged[place] ^= change
                    guard let other = try? command(damaged) else { continue }
                    #expect(other != .jobs(one))
                }
            }
        }
    }

    @Test func `A command that would touch too much cannot be read`() {
        let many = Array(repeating: Lease(job: JobID(1), generation: 1), count: 321)
        #expect(throws: WireError.tooLong) { try command(bytes(.jobs(.undo(many)))) }
        #expect(throws: WireError.tooLong) {
            try command(bytes(.jobs(.kick(JobCluster.queue, 321))))
        }
        let delay = JobCommand.release(
            JobID(1), .lease(1), priority: nil, delay: Limits.jobSpan + 1)
        #expect(throws: WireError.tooLong) { try command(bytes(.jobs(delay))) }
        let body = [UInt8](repeating: 0, count: Limits.jobBytes + 1)
        let put = JobCommand.put(JobCluster.queue, [NewJob(body: body)])
        #expect(throws: WireError.tooLong) { try command(bytes(.jobs(put))) }
    }

    @Test(arguments: ["a", "A-+/;.$_()9", String(repeating: "x", count: 200)])
    func `Names of queues are what every client can write`(_ text: String) {
        #expect(QueueName(text)?.text == text)
    }

    @Test(arguments: ["", "-a", "a b", "ä", "a\u{0}", String(repeating: "x", count: 201), "a,b"])
    func `Other names are none`(_ text: String) {
        #expect(QueueName(text) == nil)
    }

    @Test func `What a job costs in the log is a few tens of bytes beside its body`() {
        let (queue, session) = (JobCluster.name("default"), JobCluster.session)
        let body = [UInt8](repeating: 1, count: 100)
        let number: UInt64 = 1 << 40
        func size(_ command: JobCommand) -> Int {
            let request = Request(
                origin: session.origin, number: number, floor: number, actor: nil, key: nil,
                command: .jobs(command))
            return Stamp.size + request.encoded().count
        }
        let long = SessionID(origin: session.origin, number: number)
        let wish = Reservation(
            session: long, isAttached: true, wait: 1_000, queues: [queue], max: 1)
        #expect(size(.put(queue, [NewJob(body: body)])) - body.count < 70)
        #expect(size(.reserve(wish)) < 80)
        #expect(size(.delete(JobID(1_000_000), .session(long))) < 70)
    }
}
