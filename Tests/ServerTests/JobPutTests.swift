import HTTPTypes
import Server
import Testing
import Work

/// Handing jobs in.
@Suite struct JobPutTests {
    private let front = TestFront()

    @Test func `A job is answered with its number and place, and shown with all its fields`()
        async throws
    {
        let put = try await front.send(
            .post, "/v1/queues/mail/jobs",
            json: #"""
                {"body":"hello \u00e9","priority":7,"delay":"1.5s","ttr":90,
                 "retry":{"attempts":5,"backoff":"linear","delay":"2s","max_delay":"1m",
                          "jitter":20},
                 "unique":{"key":"k1","window":"1h"}}
                """#)
        #expect(put.status == 201)
        #expect(put.header("Location") == "/v1/jobs/1")
        #expect(put.text == #"{"id":1,"queue":"mail","duplicate":false}"#)
        let job = try await front.send(.get, "/v1/jobs/1").json
        let expected: [(String, JSONValue)] = [
            ("id", .integer(1)), ("queue", .string("mail")), ("state", .string("delayed")),
            ("priority", .integer(7)), ("delay_ms", .integer(1_500)),
            ("ttr_ms", .integer(90_000)), ("due_in_ms", .integer(1_500)),
            ("unique", .string("k1")), ("error", .null), ("attempt", .integer(0)),
            ("size", .integer(8)), ("body", .string("hello é")), ("body_base64", .null),
        ]
        for (name, value) in expected { #expect(job[name] == value, "\(name)") }
        let retry: [(String, JSONValue)] = [
            ("attempts", .integer(5)), ("backoff", .string("linear")),
            ("delay_ms", .integer(2_000)), ("max_delay_ms", .integer(60_000)),
            ("jitter", .integer(20)),
        ]
        for (name, value) in retry { #expect(job["retry"][name] == value, "\(name)") }
    }

    @Test func `What is left out has the engine's defaults`() async throws {
        _ = try await front.send(.post, "/v1/queues/mail/jobs", json: #"{"body":""}"#)
        let job = try await front.send(.get, "/v1/jobs/1").json
        #expect(job["state"] == .string("ready"))
        #expect(job["priority"] == .integer(0))
        #expect(job["ttr_ms"] == .integer(60_000))
        #expect(job["retry"] == .null)
        #expect(job["due_in_ms"] == .null)
        #expect(job["body"] == .string(""))
    }

    @Test func `A body of any bytes comes as base64 or raw, and goes as base64`() async throws {
        _ = try await front.send(
            .post, "/v1/queues/q/jobs", json: #"{"body_base64":"AP+A"}"#)
        let raw = try await front.send(
            .post,
            "/v1/queues/q/jobs?priority=3&delay=2&attempts=4&retry_delay=1s&unique=u&window=1m",
            ["Content-Type": "application/octet-stream"], bytes: [0, 0xff, 0x80])
        #expect(raw.status == 201)
        for id in 1...2 {
            let job = try await front.send(.get, "/v1/jobs/\(id)").json
            #expect(job["body_base64"] == .string("AP+A"))
            #expect(job["body"] == .null)
        }
        let job = try #require(front.node.job(2))
        #expect(job.body == [0, 0xff, 0x80])
        #expect(job.priority == 3)
        #expect(job.delay == 2_000)
        #expect(job.retry == RetryPolicy(attempts: 4, base: 1_000, growth: .exponential))
        #expect(job.unique == "u")
    }

    @Test(arguments: [
        "application/x-www-form-urlencoded", "text/plain; charset=utf-8", "application/jsonl",
    ])
    func `Whatever is not JSON is a body as it is`(type: String) async throws {
        let put = try await front.send(
            .post, "/v1/queues/q/jobs", ["Content-Type": type], bytes: Array("{\"body\":1}".utf8))
        #expect(put.status == 201)
        #expect(front.node.job(1)?.body == Array("{\"body\":1}".utf8))
    }

    @Test func `A body without a type, and an empty one, are taken`() async throws {
        #expect(try await front.send(.post, "/v1/queues/q/jobs", bytes: [7]).status == 201)
        #expect(try await front.send(.post, "/v1/queues/q/jobs").status == 201)
        #expect(front.node.job(2)?.body == [])
    }

    @Test func `A page of another site can put nothing`() async throws {
        let foreign = ["Origin": "http://elsewhere", "Content-Type": "text/plain"]
        for path in ["jobs", "purge", "pause", "kick", "reserve"] {
            let answer = try await front.send(
                .post, "/v1/queues/q/\(path)", foreign, bytes: [7])
            #expect(answer.status == 403)
        }
        let own = try await front.send(
            .post, "/v1/queues/q/jobs", ["Origin": "http://127.0.0.1:8082"], json: #"{"body":"x"}"#)
        #expect(own.status == 201)
    }

    @Test func `A time to run at is read with and without milliseconds`() async throws {
        // The queue's clock starts at 2026-11-21T04:33:23.
        for time in ["2026-11-21T05:33:23Z", "2026-11-21T05:33:23.500Z"] {
            let put = try await front.send(
                .post, "/v1/queues/q/jobs", json: #"{"body":"x","run_at":"\#(time)"}"#)
            #expect(put.status == 201)
        }
        let job = try #require(front.node.job(2))
        #expect(job.state == .delayed)
        #expect(job.delay > 3_599_000 && job.delay < 3_601_000)
        _ = try await front.send(
            .post, "/v1/queues/q/jobs", json: #"{"body":"x","run_at":"2020-01-01T00:00:00Z"}"#)
        #expect(front.node.job(3)?.state == .ready)
    }

    @Test func `Several jobs are put together, and named in their order`() async throws {
        let put = try await front.send(
            .post, "/v1/queues/q/jobs",
            json: #"[{"body":"a","unique":"u"},{"body":"b"},{"body":"c","unique":"u"}]"#)
        #expect(put.status == 201)
        #expect(put.text == #"""
            {"items":[{"id":1,"queue":"q","duplicate":false},{"id":2,"queue":"q",\#
            "duplicate":false},{"id":1,"queue":"q","duplicate":true}]}
            """#)
    }

    @Test func `A duplicate is answered with the job that its key stands for`() async throws {
        let body = #"{"body":"a","unique":"u"}"#
        _ = try await front.send(.post, "/v1/queues/q/jobs", json: body)
        let again = try await front.send(.post, "/v1/queues/q/jobs", json: body)
        #expect(again.status == 200)
        #expect(again.header("Location") == "/v1/jobs/1")
        #expect(try again.json["duplicate"] == .bool(true))
        let batch = try await front.send(.post, "/v1/queues/q/jobs", json: "[\(body)]")
        #expect(batch.status == 200)
    }

    @Test func `A name with a slash is one part of a path`() async throws {
        let put = try await front.send(
            .post, "/v1/queues/a%2Fb+c/jobs", json: #"{"body":"x"}"#)
        #expect(put.status == 201)
        #expect(try put.json["queue"] == .string("a/b+c"))
        #expect(try await front.send(.get, "/v1/queues/a%2fb%2Bc").status == 200)
    }
}

/// The same request again.
@Suite struct JobReplayTests {
    private let front = TestFront()
    private let key = ["Idempotency-Key": "\"k\""]

    @Test(arguments: [#"{"body":"a"}"#, #"[{"body":"a"},{"body":"b","unique":"u"}]"#])
    func `A put with its key is done once`(body: String) async throws {
        let first = try await front.send(.post, "/v1/queues/q/jobs", key, json: body)
        let again = try await front.send(.post, "/v1/queues/q/jobs", key, json: body)
        #expect(first.header("Idempotency-Replayed") == nil)
        #expect(again.header("Idempotency-Replayed") == "true")
        #expect(again.status == first.status)
        #expect(again.text == first.text)
        #expect(again.header("Location") == first.header("Location"))
        let other = try await front.send(.post, "/v1/queues/r/jobs", key, json: body)
        #expect(other.status == 422)
        #expect(try other.json["code"] == .string("key_reused"))
    }

    @Test func `A batch with duplicates does not guess which they were`() async throws {
        let body = #"[{"body":"a","unique":"u"},{"body":"b","unique":"u"}]"#
        _ = try await front.send(.post, "/v1/queues/q/jobs", key, json: body)
        let again = try await front.send(.post, "/v1/queues/q/jobs", key, json: body)
        #expect(again.status == 201)
        #expect(again.header("Idempotency-Replayed") == "true")
        for place in 0..<2 {
            #expect(try again.json["items"][place]["id"] == .null)
            #expect(try again.json["items"][place]["duplicate"] == .null)
        }
        #expect(front.node.job(2) == nil)
    }

    @Test func `A failure is the same request again, though chance is another`() async throws {
        _ = try await front.send(
            .post, "/v1/queues/q/jobs",
            json: #"{"body":"a","retry":{"delay":"1h","jitter":100}}"#)
        let lease = try await front.reserve("q")
        let body = #"{"lease":"\#(lease)","error":"broken"}"#
        let first = try await front.send(.post, "/v1/jobs/1/fail", key, json: body)
        #expect(first.status == 200)
        #expect(try first.json["state"] == .string("delayed"))
        for _ in 0..<20 {
            let again = try await front.send(.post, "/v1/jobs/1/fail", key, json: body)
            #expect(again.status == 200)
            #expect(again.header("Idempotency-Replayed") == "true")
            #expect(try again.json["failures"] == .integer(1))
        }
    }

    @Test func `What was done before the job went is answered as done`() async throws {
        _ = try await front.send(.post, "/v1/queues/q/jobs", json: #"{"body":"a"}"#)
        let body = #"{"lease":"\#(try await front.reserve("q"))"}"#
        for path in ["complete", "touch"] {
            let key = ["Idempotency-Key": path]
            _ = try await front.send(
                .post, "/v1/jobs/1/touch", ["Idempotency-Key": "touch"], json: body)
            let first = try await front.send(.post, "/v1/jobs/1/\(path)", key, json: body)
            #expect(first.status == 204)
            let again = try await front.send(.post, "/v1/jobs/1/\(path)", key, json: body)
            #expect(again.status == 204)
            #expect(again.header("Idempotency-Replayed") == "true")
        }
    }

    @Test func `A deletion is answered again`() async throws {
        _ = try await front.send(.post, "/v1/queues/q/jobs", json: #"{"body":"a"}"#)
        for _ in 0..<2 {
            #expect(try await front.send(.delete, "/v1/jobs/1", key).status == 204)
        }
        #expect(try await front.send(.delete, "/v1/jobs/1").status == 404)
    }
}

extension TestFront {
    /// Takes one job, and gives its lease.
    func reserve(_ queue: String) async throws -> String {
        let answer = try await send(.post, "/v1/queues/\(queue)/reserve")
        guard case .string(let lease) = try answer.json["items"][0]["lease"] else {
            throw NoLease(answer: answer.text)
        }
        return lease
    }

    func put(_ queue: String, _ body: String = "x") async throws {
        _ = try await send(
            .post, "/v1/queues/\(queue)/jobs", ["Content-Type": "text/plain"],
            bytes: Array(body.utf8))
    }
}

private struct NoLease: Error {
    var answer: String
}
