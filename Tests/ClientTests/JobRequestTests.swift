import Client
import Foundation
import Testing

/// What the client asks of the job queue, and what it makes of the answers.
@Suite struct JobRequestTests {
    private static let job = """
        {"id":7,"queue":"a/b","state":"reserved","lease":"7-2","priority":3,
         "created":"2026-11-21T04:33:23.123Z","age_ms":12,"delay_ms":0,"ttr_ms":60000,
         "due_in_ms":60000,"retry":{"attempts":5,"backoff":"linear","delay_ms":1000,
         "max_delay_ms":null,"jitter":20},"unique":null,"error":null,"attempt":1,"reserves":1,
         "timeouts":0,"releases":0,"buries":0,"kicks":0,"failures":0,"size":3,
         "body_base64":"AP+A"}
        """
    private static let queue = """
        {"name":"a/b","jobs":1,"ready":0,"urgent":0,"delayed":0,"reserved":1,"buried":0,
         "oldest":"2026-11-21T04:33:23.123Z","oldest_age_ms":12,"paused":false,
         "pause_left_ms":null,"purging":false,"settings":null,"totals":{"puts":1,"reserves":1,
         "deletes":0,"timeouts":0,"releases":0,"buries":0,"kicks":0,"failures":0,"pauses":0}}
        """

    private func received<Result>(
        _ script: [ScriptedNode.Step], _ body: (TaskraftClient) async throws -> Result
    ) async throws -> (result: Result, requests: [ScriptedNode.Received]) {
        try await ScriptedNode.run(script) { node in
            let policy = RetryPolicy(
                deadline: .seconds(200), refusedDeadline: .milliseconds(100))
            let client = TaskraftClient(bases: [try BaseURL(node.url)], policy: policy)
            do {
                let result = try await body(client)
                await client.shutdown()
                return (result, node.received)
            } catch {
                await client.shutdown()
                throw error
            }
        }
    }

    @Test func `A put is repeated with the same key until it is answered`() async throws {
        let answer = #"{"id":7,"queue":"a/b","duplicate":false}"#
        let (put, requests) = try await received([.hangUp, .answer(201, answer)]) {
            var draft = JobDraft(body: Data("hello".utf8))
            draft.delay = "5s"
            draft.unique = JobDraft.Unique(key: "k")
            return try await $0.put(draft, into: "a/b")
        }
        #expect(put.id == 7)
        #expect(put.duplicate == false)
        #expect(requests.map(\.path) == ["/v1/queues/a%2fb/jobs", "/v1/queues/a%2fb/jobs"])
        #expect(requests[0].key != nil && requests[0].key == requests[1].key)
        #expect(requests[0].body == #"{"body":"hello","delay":"5s","unique":{"key":"k"}}"#)
    }

    @Test func `A body that is no text goes as base64, and comes back as it was`() async throws {
        let bytes = Data([0, 0xff, 0x80])
        let (_, requests) = try await received([.answer(201, #"{"items":[]}"#)]) {
            try await $0.put([JobDraft(body: bytes)], into: "q")
        }
        #expect(requests[0].body == #"[{"body_base64":"AP+A"}]"#)
        let (job, _) = try await received([.answer(200, Self.job)]) { try await $0.job(7) }
        #expect(job.body == bytes)
        #expect(job.retry?.backoff == "linear")
        #expect(job.lease == "7-2")
    }

    @Test func `A long wait is made of short ones, until there is a job`() async throws {
        let script: [ScriptedNode.Step] = [
            .answer(200, #"{"items":[]}"#), .hangUp, .answer(200, #"{"items":[\#(Self.job)]}"#),
        ]
        let (jobs, requests) = try await received(script) {
            try await $0.reserve(["a", "b"], max: 3, wait: .seconds(60), worker: "w1")
        }
        #expect(jobs.map(\.id) == [7])
        #expect(requests.count == 3)
        #expect(
            requests[0].body
                == #"{"max":3,"queues":["a","b"],"wait":"8000ms","worker":"w1"}"#)
        // Each wait has a key of its own, and its repetition the same one.
        #expect(requests[0].key != nil && requests[0].key != requests[1].key)
        #expect(requests[1].key != nil && requests[1].key == requests[2].key)
    }

    @Test func `Who does not wait asks once`() async throws {
        let (jobs, requests) = try await received([.answer(200, #"{"items":[]}"#)]) {
            try await $0.reserve(["a"])
        }
        #expect(jobs.isEmpty)
        #expect(requests.count == 1)
        #expect(requests[0].body.contains(#""wait":"0ms""#))
    }

    @Test func `A job is finished with its lease, once`() async throws {
        let unknown = #"{"title":"Unknown","status":504,"code":"outcome_unknown"}"#
        let (_, requests) = try await received([.answer(504, unknown), .answer(204, "")]) {
            try await $0.complete(7, lease: "7-2")
        }
        #expect(requests.count == 2)
        #expect(requests[0].key != nil && requests[0].key == requests[1].key)
        #expect(requests[0].body == #"{"lease":"7-2"}"#)
        #expect(requests[0].path == "/v1/jobs/7/complete")
    }

    @Test func `What is answered without the job is done all the same`() async throws {
        let (job, _) = try await received([.answer(204, "")]) {
            try await $0.fail(7, lease: "7-2", error: "broken")
        }
        #expect(job == nil)
    }

    @Test func `A lease that is over is a definite answer`() async throws {
        let over = #"{"title":"The lease is over","status":409,"code":"lease_over"}"#
        await #expect(throws: ClientError.self) {
            _ = try await received([.answer(409, over)]) { try await $0.touch(7, lease: "7-2") }
        }
    }

    @Test func `A kick of what matches goes on to the end`() async throws {
        let script: [ScriptedNode.Step] = [
            .answer(200, #"{"kicked":2,"more":true,"next_cursor":"abc"}"#),
            .answer(200, #"{"kicked":1,"more":false,"next_cursor":null}"#),
        ]
        let (kicked, requests) = try await received(script) {
            try await $0.kick("q", matching: "timeout")
        }
        #expect(kicked == 3)
        #expect(requests[1].body == #"{"cursor":"abc","match":"timeout"}"#)
    }

    @Test func `A kick whose answer was lost is no error when it is repeated`() async throws {
        let ready = #"{"title":"The job needs no kick","status":409,"code":"not_waiting"}"#
        _ = try await received([.hangUp, .answer(409, ready)]) { try await $0.kickJob(7) }
        await #expect(throws: ClientError.self) {
            _ = try await received([.answer(409, ready)]) { try await $0.kickJob(7) }
        }
    }

    @Test func `Queues are read and changed`() async throws {
        let script: [ScriptedNode.Step] = [
            .answer(200, #"{"items":[\#(Self.queue)],"time":"x"}"#), .answer(204, ""),
            .answer(204, ""), .answer(200, #"{"removed":4,"more":false}"#),
        ]
        let (_, requests) = try await received(script) { client in
            #expect(try await client.queues().first?.totals.puts == 1)
            try await client.pause("q", for: "30s")
            try await client.configure("q", QueueLimits(length: 9))
            #expect(try await client.purge("q").removed == 4)
        }
        #expect(requests.map(\.method) == ["GET", "POST", "PUT", "POST"])
        #expect(requests.map(\.body) == ["", #"{"for":"30s"}"#, #"{"length":9}"#, "{}"])
    }

    @Test func `A trace goes with a job, and comes back with it`() async throws {
        let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        let traced = Self.job.replacingOccurrences(
            of: #""error":null"#, with: #""error":null,"traceparent":"\#(trace)""#)
        let script: [ScriptedNode.Step] = [
            .answer(201, #"{"id":1,"queue":"q","duplicate":false}"#),
            .answer(200, #"{"items":[\#(traced),\#(Self.job)]}"#),
        ]
        let (jobs, requests) = try await received(script) { client in
            var draft = JobDraft(body: Data("x".utf8))
            draft.traceparent = trace
            _ = try await client.put(draft, into: "q")
            return try await client.reserve(["q"], max: 2)
        }
        #expect(requests[0].body == #"{"body":"x","traceparent":"\#(trace)"}"#)
        #expect(jobs.map(\.traceparent) == [trace, nil])
    }

    @Test func `A list of jobs says what is wanted of them`() async throws {
        let (page, requests) = try await received([
            .answer(200, #"{"items":[\#(Self.job)],"next_cursor":"n"}"#)
        ]) {
            try await $0.jobs(in: "a/b", state: "buried", match: "a+b", preview: 80)
        }
        #expect(page.nextCursor == "n")
        #expect(
            requests[0].path
                == "/v1/queues/a%2fb/jobs?limit=50&state=buried&match=a%2Bb&preview=80")
    }
}
