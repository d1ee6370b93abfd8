import Testing
import Wire
import Work

/// What a job carries for those who trace requests.
@Suite struct TraceTests {
    private let queue = JobCluster.queue
    private let text = JobCluster.traceText

    private func cluster(_ version: UInt32 = 4) -> JobCluster {
        var cluster = JobCluster()
        _ = cluster.applied.send(.raiseMachineVersion(version))
        return cluster
    }

    private func command(_ bytes: [UInt8]) throws(WireError) -> Command {
        var reader = ByteReader(bytes)
        return try Command(from: &reader)
    }

    private var put: JobCommand {
        .put(queue, [NewJob(traceparent: JobCluster.trace, body: [1]), NewJob(body: [2])])
    }

    @Test(arguments: [
        JobCluster.traceText, "cc-00000000000000000000000000000001-0000000000000001-ff",
        "00-ffffffffffffffffffffffffffffffff-ffffffffffffffff-00",
        "00-00000000000000010000000000000000-00000000000000ab-01",
    ])
    func `A traceparent is its text, and 26 bytes`(text: String) throws {
        let trace = try #require(TraceParent(text))
        #expect(trace.text == text)
        let queue = JobCluster.queue
        func size(_ trace: TraceParent?) -> Int {
            var writer = ByteWriter()
            JobCommand.put(queue, [NewJob(traceparent: trace, body: [1])]).encode(into: &writer)
            return writer.bytes.count
        }
        #expect(size(trace) == size(nil) + 27)
    }

    @Test(arguments: [
        "", "00", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0g",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-extra",
        "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        " 0-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319é-b7ad6b7169203331-01",
    ])
    func `What the specification calls invalid is none`(text: String) {
        #expect(TraceParent(text) == nil)
    }

    @Test func `A job keeps its trace through all that happens to it`() throws {
        var cluster = cluster()
        #expect(cluster.send(put).put.count == 2)
        let first = try #require(cluster.reserve().first)
        #expect(first.traceparent?.text == text)
        let failure = JobCommand.fail(first.id, .lease(first.generation), error: "why", chance: 0)
        _ = cluster.send(failure)
        let job = try #require(cluster.jobs.job(first.id))
        #expect(job.traceparent?.text == text && job.error == "why")
        #expect(cluster.jobs.job(JobID(2)).map { $0.traceparent == nil } == true)
        cluster.jobs.checkInvariants()
        let loaded = try #require(cluster.applied.store.load())
        #expect(loaded.scalars == cluster.applied.state.scalars)
        #expect(loaded.jobs.bytes == cluster.jobs.bytes)
        #expect(loaded.jobs.job(first.id) == job)
    }

    @Test func `Before machine version 4 such a put is skipped, as old programs do`() {
        var cluster = cluster(3)
        #expect(put.machineVersion == 4)
        #expect(cluster.send(put) == nil)
        #expect(cluster.jobs.count == 0)
        let plain = JobCommand.put(queue, [NewJob(body: [2])])
        #expect(plain.machineVersion == 2)
        #expect(cluster.send(plain).put.count == 1)
    }

    @Test func `Only jobs with a trace have another hash`() {
        var one = JobRecord(id: JobID(1), queue: queue)
        var other = one
        #expect(one.hash == other.hash)
        one.traceparent = JobCluster.trace
        #expect(one.hash != other.hash)
        other.traceparent = TraceParent(text.dropLast() + "0")
        #expect(one.hash != other.hash)
    }

    @Test func `A put of the newer kind without any trace is refused`() throws {
        var writer = ByteWriter()
        Command.jobs(put).encode(into: &writer)
        var bytes = writer.bytes
        // The first job's trace, behind its body.
        let start = try #require(bytes.firstIndex(of: 0xdd)) - 2
        #expect(bytes[start] == 1)
        bytes.replaceSubrange(start...start + 26, with: [0])
        #expect(throws: WireError.invalidValue) { try command(bytes) }
    }

    @Test func `A trace counts towards the bound of the state`() {
        var cluster = cluster()
        _ = cluster.send(.put(queue, [NewJob(body: [1])]))
        let plain = cluster.jobs.bytes
        _ = cluster.send(.delete(JobID(1), nil))
        _ = cluster.send(.put(queue, [NewJob(traceparent: JobCluster.trace, body: [1])]))
        #expect(cluster.jobs.bytes > plain)
        _ = cluster.applied.send(.limitState(UInt64(cluster.jobs.bytes + 310)))
        #expect(cluster.send(put).refusal == .jobs(.stateFull))
    }
}
