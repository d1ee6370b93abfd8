import HTTPTypes
import Server
import Synchronization
import Testing
import Work

/// A job carries the trace of whoever put it to whoever works on it.
@Suite struct JobTraceTests {
    private let front = TestFront()
    private static let path = "/v1/queues/q/jobs"
    private static let one = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    private static let other = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"
    private let body = #"{"body":"x"}"#

    private func put(
        _ body: String, _ trace: String?, key: String? = nil
    ) async throws -> TestFront.Answer {
        var headers: [String: String] = [:]
        headers["traceparent"] = trace
        headers["Idempotency-Key"] = key
        return try await front.send(.post, Self.path, headers, json: body)
    }

    private func trace(_ id: UInt64) -> String? { front.node.job(id)?.traceparent?.text }

    @Test func `The header of a request is the trace of its jobs, shown wherever they are`()
        async throws
    {
        #expect(try await put(body, Self.one).status == 201)
        let expected = JSONValue.string(Self.one)
        #expect(try await front.send(.get, "/v1/jobs/1").json["traceparent"] == expected)
        let list = try await front.send(.get, Self.path).json
        #expect(list["items"][0]["traceparent"] == expected)
        let reserved = try await front.send(.post, "/v1/queues/q/reserve").json
        #expect(reserved["items"][0]["traceparent"] == expected)
    }

    @Test func `A job without one has none`() async throws {
        #expect(try await put(body, nil).status == 201)
        #expect(try await front.send(.get, "/v1/jobs/1").json["traceparent"] == .null)
        // Nothing else than before is asked of the cluster.
        #expect(front.node.state.withLock { $0.work.scalars.machineVersion } == 2)
    }

    @Test func `Each job of a batch may name its own`() async throws {
        let batch = #"[{"body":"a","traceparent":"\#(Self.other)"},{"body":"b"},"#
            + #"{"body":"c","traceparent":null}]"#
        #expect(try await put(batch, Self.one).status == 201)
        #expect(trace(1) == Self.other)
        #expect(trace(2) == Self.one)
        #expect(trace(3) == Self.one)
    }

    @Test func `A body as it is has the trace of its request, too`() async throws {
        let raw = try await front.send(
            .post, Self.path, ["traceparent": Self.one, "Content-Type": "text/plain"],
            bytes: [1, 2])
        #expect(raw.status == 201)
        #expect(trace(1) == Self.one)
    }

    @Test(arguments: [
        "", "00", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
    ])
    func `What is no trace is ignored in a header, and refused in a job`(
        text: String
    ) async throws {
        #expect(try await put(body, text).status == 201)
        #expect(front.node.job(1).map { $0.traceparent == nil } == true)
        let answer = try await put(#"[{"body":"x","traceparent":"\#(text)"}]"#, nil)
        #expect(answer.status == 400)
        #expect(try answer.json["code"] == .string("invalid_value"))
        #expect(try answer.json["errors"][0]["pointer"] == .string("/0/traceparent"))
        #expect(front.node.job(2) == nil)
    }

    @Test func `Another attempt at the same request may belong to another span`() async throws {
        #expect(try await put(body, Self.one, key: "k").status == 201)
        for trace in [Self.other, nil] {
            let again = try await put(body, trace, key: "k")
            #expect(again.status == 201)
            #expect(again.header("Idempotency-Replayed") == "true")
        }
        #expect(trace(1) == Self.one)
        let named = try await put(#"{"body":"x","traceparent":"\#(Self.one)"}"#, nil, key: "k")
        #expect(named.status == 422)
    }

    @Test func `While a member knows no traces, jobs are put without, unless they name one`()
        async throws
    {
        front.node.set(newest: 3)
        #expect(try await put(body, Self.one).status == 201)
        #expect(front.node.job(1).map { $0.traceparent == nil } == true)
        let named = try await put(#"{"body":"x","traceparent":"\#(Self.one)"}"#, nil)
        #expect(named.status == 503)
        #expect(front.node.job(2) == nil)
    }

    @Test func `A header never makes a batch too large`() async throws {
        // As much as a request may have, as it is counted without traces.
        let count = 300
        let length = (Limits.commandBytes - 2_048) / count - 64
        let job = #"{"body":"\#(String(repeating: "x", count: length))"}"#
        let batch = "[\(Array(repeating: job, count: count).joined(separator: ","))]"
        #expect(try await put(batch, Self.one).status == 201)
        #expect(front.node.job(1).map { $0.traceparent == nil } == true)
        #expect(try await put(#"[{"body":"x"},{"body":"y"}]"#, Self.one).status == 201)
        #expect(trace(UInt64(count) + 1) == Self.one)
    }
}
