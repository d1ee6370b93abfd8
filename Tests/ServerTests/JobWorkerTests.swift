import HTTPTypes
import Node
import Replica
import Server
import Synchronization
import Testing
import Work

/// Reserving jobs, and what a worker does with them.
@Suite(.timeLimit(.minutes(5))) struct JobWorkerTests {
    private let front = TestFront()

    @Test func `A job is handed out once, with a lease and its body`() async throws {
        try await front.put("q", "hello")
        let answer = try await front.send(.post, "/v1/queues/q/reserve")
        #expect(answer.status == 200)
        #expect(answer.header("Cache-Control") == "no-store")
        let job = try answer.json["items"][0]
        #expect(job["id"] == .integer(1))
        #expect(job["state"] == .string("reserved"))
        #expect(job["body"] == .string("hello"))
        #expect(job["due_in_ms"] == .integer(60_000))
        #expect(job["attempt"] == .integer(1))
        let none = try await front.send(.post, "/v1/queues/q/reserve", json: "{}")
        #expect(none.text == #"{"items":[]}"#)
    }

    @Test func `Several jobs come from several queues, the most urgent first`() async throws {
        for (queue, priority) in [("a", 9), ("b", 1), ("c", 0), ("a", 5)] {
            _ = try await front.send(
                .post, "/v1/queues/\(queue)/jobs", json: #"{"body":"x","priority":\#(priority)}"#)
        }
        let answer = try await front.send(
            .post, "/v1/reserve", json: #"{"queues":["a","b"],"max":10,"worker":"w1"}"#)
        let items = try answer.json["items"]
        let ids = (0..<items.count).map { items[$0]["id"] }
        #expect(ids == [.integer(2), .integer(4), .integer(1)])
    }

    @Test func `Who asks in vain makes no entry`() async throws {
        try await front.put("q")
        let before = front.node.position.index
        _ = try await front.send(.post, "/v1/queues/r/reserve")
        #expect(front.node.position.index == before)
    }

    @Test func `A wait that is over is answered with nothing, and leaves nothing`() async throws {
        let answer = try await front.send(
            .post, "/v1/queues/q/reserve", json: #"{"wait":"10ms"}"#)
        #expect(answer.status == 200)
        #expect(answer.text == #"{"items":[]}"#)
        #expect(front.node.waiterCount == 0)
        try await front.put("q")
        #expect(front.node.job(1)?.state == .ready)
    }

    @Test func `Who is shut out while he waits gets no job`() async throws {
        try await front.makeAdmin()
        let admin = try await front.signIn()
        let token = try await front.token(admin, #"{"name":"w","scopes":["work"]}"#)
        async let waiting = front.send(.post, "/v1/queues/q/reserve", token, json: #"{"wait":60}"#)
        try await front.node.waiters(1)
        #expect(try await front.send(.delete, "/v1/tokens/2", admin).status == 204)
        _ = try await front.send(.post, "/v1/queues/q/jobs", admin, json: #"{"body":"x"}"#)
        #expect(try await waiting.status == 401)
        #expect(front.node.job(1)?.state == .ready)
        #expect(front.node.job(1)?.counts.reserves == 0)
    }

    @Test func `A wait ends with the job that comes`() async throws {
        async let waiting = front.send(.post, "/v1/queues/q/reserve", json: #"{"wait":60}"#)
        try await front.node.waiters(1)
        try await front.put("q", "late")
        let answer = try await waiting
        #expect(try answer.json["items"][0]["body"] == .string("late"))
        #expect(front.node.waiterCount == 0)
    }

    @Test func `A job that is granted when nobody waits any more goes back uncounted`()
        async throws
    {
        front.node.run(.pause(try #require(QueueName("q")), nil))
        try await front.put("q")
        front.node.grantLate()
        async let waiting = front.send(.post, "/v1/queues/q/reserve", json: #"{"wait":"50ms"}"#)
        try await front.node.waiters(1)
        // Reservable from now on, but the node looks only when the wait is given up.
        front.node.resumeSilently("q")
        #expect(try await waiting.text == #"{"items":[]}"#)
        let job = try #require(front.node.job(1))
        #expect(job.state == .ready)
        #expect(job.counts.reserves == 0)
    }

    @Test func `A node that stops sends waiting workers elsewhere`()
        async throws
    {
        async let stopping = front.send(.post, "/v1/queues/q/reserve", json: #"{"wait":60}"#)
        try await front.node.waiters(1)
        front.node.stopWaits()
        #expect(try await stopping.status == 503)
        #expect(try await stopping.json["code"] == .string("stopping"))
    }

    @Test func `Without a leader nobody knows that there is no job`() async throws {
        front.node.set(trouble: .unreadable(.noLeader))
        #expect(try await front.send(.post, "/v1/queues/q/reserve").status == 503)
        front.node.set(leader: nil)
        let waited = try await front.send(
            .post, "/v1/queues/q/reserve", json: #"{"wait":"5ms"}"#)
        #expect(waited.status == 503)
        #expect(try waited.json["code"] == .string("no_quorum"))
    }

    @Test func `A cancelled request gives its wait up`() async throws {
        let front = front
        let request = Task {
            try await front.send(.post, "/v1/queues/q/reserve", json: #"{"wait":60}"#)
        }
        try await front.node.waiters(1)
        request.cancel()
        #expect(try await request.value.text == #"{"items":[]}"#)
        #expect(front.node.waiterCount == 0)
    }
}

/// What a lease is good for, and for how long.
@Suite struct JobLeaseTests {
    private let front = TestFront()

    private func act(_ what: String, _ fields: String) async throws -> TestFront.Answer {
        try await front.send(.post, "/v1/jobs/1/\(what)", json: "{\(fields)}")
    }

    private func taken() async throws -> String {
        try await front.put("q")
        return #""lease":"\#(try await front.reserve("q"))""#
    }

    @Test func `A finished job is gone`() async throws {
        let lease = try await taken()
        #expect(try await act("complete", lease).status == 204)
        #expect(try await front.send(.get, "/v1/jobs/1").status == 404)
        #expect(try await act("complete", lease).status == 404)
    }

    @Test func `A touch gives the whole time to run again`() async throws {
        let lease = try await taken()
        front.node.advance(by: 40_000)
        let touched = try await act("touch", lease)
        #expect(try touched.json["due_in_ms"] == .integer(60_000))
        #expect(try touched.json["body"] == .null)
        front.node.advance(by: 40_000)
        #expect(front.node.job(1)?.state == .reserved)
        front.node.advance(by: 20_000)
        #expect(front.node.job(1)?.state == .ready)
    }

    @Test func `A released job waits for its delay with its new priority`() async throws {
        let lease = try await taken()
        let answer = try await act("release", lease + #","priority":5,"delay":"2s""#)
        #expect(try answer.json["state"] == .string("delayed"))
        #expect(try answer.json["priority"] == .integer(5))
        #expect(try answer.json["due_in_ms"] == .integer(2_000))
        front.node.advance(by: 2_000)
        #expect(front.node.job(1)?.state == .ready)
    }

    @Test func `A failed job is tried again, and buried when its attempts are spent`()
        async throws
    {
        _ = try await front.send(
            .post, "/v1/queues/q/jobs",
            json: #"{"body":"x","retry":{"attempts":2,"delay":"3s","jitter":0}}"#)
        for state in ["delayed", "buried"] {
            let lease = try await front.reserve("q")
            let failed = try await act("fail", #""lease":"\#(lease)","error":"no route""#)
            #expect(failed.status == 200)
            #expect(try failed.json["state"] == .string(state))
            #expect(try failed.json["error"] == .string("no route"))
            if state == "delayed" { #expect(try failed.json["due_in_ms"] == .integer(3_000)) }
            front.node.advance(by: 3_000)
        }
    }

    @Test func `A buried job is kicked, alone and again`() async throws {
        let buried = try await act("bury", try await taken() + #","priority":3"#)
        #expect(try buried.json["state"] == .string("buried"))
        #expect(try buried.json["priority"] == .integer(3))
        #expect(try await front.send(.post, "/v1/jobs/1/kick").status == 204)
        let again = try await front.send(.post, "/v1/jobs/1/kick", json: "{}")
        #expect(again.status == 409)
        #expect(try again.json["code"] == .string("not_waiting"))
        #expect(try await front.send(.post, "/v1/jobs/9/kick").status == 404)
    }

    @Test(arguments: ["touch", "complete", "fail", "release", "bury"])
    func `A lease that is over ends nothing of another worker`(what: String) async throws {
        let old = try await taken()
        front.node.advance(by: 60_000)
        let next = try await front.reserve("q")
        let stale = try await act(what, old)
        #expect(stale.status == 409)
        #expect(try stale.json["code"] == .string("lease_over"))
        #expect(front.node.job(1)?.state == .reserved)
        #expect(try await act(what, #""lease":"\#(next)""#).status < 300)
    }

    @Test(arguments: ["touch", "complete", "fail", "release", "bury"])
    func `A lease is for its own job`(what: String) async throws {
        try await front.put("q")
        let lease = try await taken()
        let other = try await front.send(.post, "/v1/jobs/2/\(what)", json: "{\(lease)}")
        #expect(other.status == 409)
    }

    @Test func `A reserved job is not deleted by others`() async throws {
        _ = try await taken()
        let answer = try await front.send(.delete, "/v1/jobs/1")
        #expect(answer.status == 409)
        #expect(try answer.json["code"] == .string("reserved"))
    }

    @Test(arguments: ["", "1", "1-", "-1", "01-2", "1-2-3", "1-zzzzzzzzz", "é-1", "1--2"])
    func `What was never handed out is no lease`(text: String) async throws {
        try await front.put("q")
        let answer = try await act("complete", #""lease":"\#(text)""#)
        #expect(answer.status == 400)
        #expect(try answer.json["errors"][0]["pointer"] == .string("/lease"))
    }
}

extension MemoryService {
    /// Returns once so many requests wait.
    func waiters(_ count: Int) async throws {
        while waiterCount < count { await Task.yield() }
    }

    /// Makes a queue reservable without looking for whoever waits.
    func resumeSilently(_ name: String) {
        state.withLock { state in
            guard let name = QueueName(name) else { return }
            state.run(.pause(name, 0))
        }
    }

    /// The node stops.
    func stopWaits() {
        let waiters = state.withLock { state in
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.then(.stopping) }
    }
}
