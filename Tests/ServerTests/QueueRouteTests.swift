import HTTPTypes
import Node
import Replica
import Server
import Synchronization
import Testing
import Work

/// Queues as an operator sees and changes them.
@Suite struct QueueRouteTests {
    private let front = TestFront()

    private func bury(_ count: Int, error: (Int) -> String) async throws {
        for number in 1...count {
            _ = try await front.send(
                .post, "/v1/queues/q/jobs",
                json: #"{"body":"body \#(number)","retry":{"attempts":1}}"#)
            let lease = try await front.reserve("q")
            let id = lease.split(separator: "-")[0]
            let number10 = try #require(UInt64(id, radix: 36))
            _ = try await front.send(
                .post, "/v1/jobs/\(number10)/fail",
                json: #"{"lease":"\#(lease)","error":"\#(error(number))"}"#)
        }
    }

    @Test func `A queue is shown with its counts, totals and settings`() async throws {
        try await front.put("q")
        _ = try await front.send(
            .post, "/v1/queues/q/jobs", json: #"{"body":"x","priority":2000,"delay":5}"#)
        _ = try await front.send(.put, "/v1/queues/q", json: #"{"length":9,"concurrency":null}"#)
        _ = try await front.reserve("q")
        let queue = try await front.send(.get, "/v1/queues/q").json
        let expected: [(String, JSONValue)] = [
            ("name", .string("q")), ("jobs", .integer(2)), ("ready", .integer(0)),
            ("delayed", .integer(1)), ("reserved", .integer(1)), ("buried", .integer(0)),
            ("paused", .bool(false)), ("pause_left_ms", .null), ("purging", .bool(false)),
        ]
        for (name, value) in expected { #expect(queue[name] == value, "\(name)") }
        #expect(queue["settings"]["length"] == .integer(9))
        #expect(queue["settings"]["body"] == .null)
        #expect(queue["totals"]["puts"] == .integer(2))
        #expect(queue["totals"]["reserves"] == .integer(1))
        #expect(queue["oldest"] != .null)
        #expect(queue["time"] != .null)
    }

    @Test func `Queues are listed as they came, and a used up one is not`() async throws {
        for name in ["b", "a", "used"] { try await front.put(name) }
        _ = try await front.send(.delete, "/v1/jobs/3")
        let list = try await front.send(.get, "/v1/queues").json["items"]
        #expect((0..<list.count).map { list[$0]["name"] } == [.string("b"), .string("a")])
        let used = try await front.send(.get, "/v1/queues/used")
        #expect(used.status == 404)
        #expect(try used.json["code"] == .string("not_found"))
    }

    @Test func `Settings are replaced, and a queue with settings stays`() async throws {
        #expect(try await front.send(.put, "/v1/queues/q", json: #"{"length":1}"#).status == 204)
        try await front.put("q")
        let full = try await front.send(.post, "/v1/queues/q/jobs", json: #"{"body":"x"}"#)
        #expect(full.status == 409)
        #expect(try full.json["code"] == .string("queue_full"))
        _ = try await front.send(.put, "/v1/queues/q", json: #"{"body":2,"concurrency":1}"#)
        let long = try await front.send(.post, "/v1/queues/q/jobs", json: #"{"body":"xxx"}"#)
        #expect(long.status == 413)
        #expect(try long.json["code"] == .string("body_too_long"))
        #expect(long.header("Connection") == nil)
        try await front.put("q")
        _ = try await front.reserve("q")
        #expect(try await front.send(.post, "/v1/queues/q/reserve").text == #"{"items":[]}"#)
        let removed = try await front.send(.delete, "/v1/queues/q")
        #expect(removed.text == #"{"removed":2,"more":false}"#)
        #expect(try await front.send(.get, "/v1/queues/q").status == 404)
    }

    @Test func `A paused queue gives nothing until it is resumed`() async throws {
        #expect(try await front.send(.post, "/v1/queues/q/resume").status == 404)
        #expect(try await front.send(.post, "/v1/queues/q/pause").status == 204)
        try await front.put("q")
        #expect(try await front.send(.get, "/v1/queues/q").json["paused"] == .bool(true))
        #expect(try await front.send(.get, "/v1/queues/q").json["pause_left_ms"] == .null)
        #expect(try await front.send(.post, "/v1/queues/q/reserve").text == #"{"items":[]}"#)
        #expect(try await front.send(.post, "/v1/queues/q/resume", json: "{}").status == 204)
        _ = try await front.reserve("q")

        _ = try await front.send(.post, "/v1/queues/q/pause", json: #"{"for":"30s"}"#)
        let paused = try await front.send(.get, "/v1/queues/q").json
        #expect(paused["pause_left_ms"] == .integer(30_000))
        front.node.advance(by: 30_000)
        #expect(try await front.send(.get, "/v1/queues/q").json["paused"] == .bool(false))
    }

    @Test func `A purge leaves what is reserved`() async throws {
        for _ in 0..<400 { try await front.put("q") }
        _ = try await front.reserve("q")
        let purged = try await front.send(.post, "/v1/queues/q/purge")
        #expect(purged.status == 200)
        // The cluster goes on with what does not fit into one entry.
        #expect(try purged.json["more"] == .bool(true))
        #expect(try await front.send(.get, "/v1/queues/q").json["jobs"] == .integer(1))
        #expect(try await front.send(.post, "/v1/queues/none/purge").status == 404)
    }

    @Test func `Jobs are listed page by page, by state, and short if that is wanted`()
        async throws
    {
        for number in 1...5 { try await front.put("q", "body \(number)") }
        _ = try await front.reserve("q")
        let first = try await front.send(.get, "/v1/queues/q/jobs?state=ready&limit=2&preview=5")
        let page = try first.json
        #expect(page["items"][0]["id"] == .integer(2))
        #expect(page["items"][0]["preview"] == .string("body "))
        #expect(page["items"][0]["body"] == .null)
        #expect(page["items"][0]["size"] == .integer(6))
        guard case .string(let cursor) = page["next_cursor"] else {
            Issue.record("no cursor: \(first.text)")
            return
        }
        let link = try #require(first.header("Link"))
        #expect(link.contains("state=ready&preview=5"))
        let rest = try await front.send(
            .get, "/v1/queues/q/jobs?state=ready&limit=2&cursor=\(cursor)").json
        #expect(rest["items"][1]["id"] == .integer(5))
        #expect(rest["items"][1]["body"] == .string("body 5"))
        #expect(rest["next_cursor"] == .null)
        let other = try await front.send(.get, "/v1/queues/q/jobs?cursor=\(cursor)")
        #expect(other.status == 400)
        #expect(try await front.send(.get, "/v1/queues/none/jobs").json["items"].count == 0)
    }

    @Test func `Jobs are found by a text in their body or their last error`() async throws {
        try await bury(6) { $0 % 2 == 0 ? "timeout" : "refused" }
        func found(_ query: String) async throws -> [JSONValue] {
            let items = try await front.send(.get, "/v1/queues/q/jobs?" + query).json["items"]
            return (0..<items.count).map { items[$0]["id"] }
        }
        #expect(try await found("match=timeout") == [.integer(2), .integer(4), .integer(6)])
        #expect(try await found("match=body%203") == [.integer(3)])
        #expect(try await found("match=timeout&state=ready") == [])
        let page = try await front.send(.get, "/v1/queues/q/jobs?match=timeout&limit=1")
        #expect(try page.json["next_cursor"] != .null)
        #expect(page.header("Link")?.contains("match=timeout") == true)
    }

    @Test func `Kicks take the oldest, these, all, or those that match`() async throws {
        try await bury(8) { $0 % 2 == 0 ? "timeout" : "refused" }
        func kick(_ body: String) async throws -> JSONValue {
            try await front.send(.post, "/v1/queues/q/kick", json: body).json["kicked"]
        }
        #expect(try await kick(#"{"max":1}"#) == .integer(1))
        #expect(front.node.job(1)?.state == .ready)
        #expect(try await kick(#"{"ids":[3,1,99]}"#) == .integer(1))
        #expect(try await kick(#"{"match":"timeout"}"#) == .integer(4))
        #expect(front.node.job(8)?.state == .ready)
        #expect(front.node.job(7)?.state == .buried)
        #expect(try await kick("{}") == .integer(2))
        let none = try await front.send(.post, "/v1/queues/q/kick")
        #expect(none.text == #"{"kicked":0,"more":false,"next_cursor":null}"#)
        #expect(try await front.send(.post, "/v1/queues/none/kick").status == 404)
    }

    @Test func `A search for what matches goes on from its cursor`() async throws {
        let jobs = Array(repeating: #"{"body":"x","retry":{"attempts":1}}"#, count: 320)
        for _ in 0..<11 {
            _ = try await front.send(
                .post, "/v1/queues/q/jobs", json: "[\(jobs.joined(separator: ","))]")
        }
        try await front.node.buryAll("q", lastError: "needle")
        let first = try await front.send(
            .post, "/v1/queues/q/kick", json: #"{"match":"needle"}"#).json
        #expect(first["kicked"] == .integer(0))
        guard case .string(let cursor) = first["next_cursor"] else {
            Issue.record("no cursor")
            return
        }
        let second = try await front.send(
            .post, "/v1/queues/q/kick", json: #"{"match":"needle","cursor":"\#(cursor)"}"#).json
        #expect(second["kicked"] == .integer(1))
        #expect(second["next_cursor"] == .null)
    }

    @Test func `What the cluster cannot do now is said as for tasks`() async throws {
        try await front.put("q")
        front.node.set(trouble: .rejected(.noLeader))
        for (path, body) in [
            ("/v1/queues/q/jobs", #"{"body":"x"}"#), ("/v1/queues/q/pause", "{}"),
            ("/v1/jobs/1/kick", "{}"), ("/v1/jobs/1/complete", #"{"lease":"1-1"}"#),
        ] {
            let answer = try await front.send(.post, path, json: body)
            #expect(answer.status == 503)
            #expect(try answer.json["code"] == .string("no_quorum"))
        }
        front.node.set(trouble: .unknown)
        let unknown = try await front.send(
            .post, "/v1/queues/q/jobs", ["Idempotency-Key": "k"], json: #"{"body":"x"}"#)
        #expect(unknown.status == 504)
        front.node.set(trouble: .unreadable(.noLeader))
        for path in ["/v1/queues", "/v1/queues/q", "/v1/jobs/1", "/v1/queues/q/jobs"] {
            #expect(try await front.send(.get, path).status == 503)
            #expect(try await front.send(.get, path + "?consistency=stale").status == 200)
        }
    }
}

extension MemoryService {
    /// Buries all that is ready; what the last of them says is the error.
    fileprivate func buryAll(_ name: String, lastError: String) async throws {
        let queue = try #require(QueueName(name))
        let session = openSession(isAttached: false) {}
        var wait: UInt64 = 0
        while let ready = state.withLock({ $0.work.jobs.queue(named: queue)?.ready }), ready > 0 {
            wait += 1
            let wish = Reservation(
                session: session, isAttached: true, wait: wait, queues: [queue], max: 1)
            run(.reserve(wish))
            let id = UInt64(wait)
            let error = ready == 1 ? lastError : "hay"
            run(.fail(JobID(id), .session(session), error: error, chance: 0))
        }
    }
}
