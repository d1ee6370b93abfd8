import HTTPTypes
import Server
import Testing
import Work

/// Reserving jobs with an idempotency key.
@Suite(.timeLimit(.minutes(5))) struct ReserveKeyTests {
    private let front = TestFront()
    private let path = "/v1/queues/q/reserve"
    private let key = ["Idempotency-Key": "\"w1-1\""]

    private func reserve(
        _ body: String = "{}", _ headers: [String: String]? = nil
    ) async throws -> TestFront.Answer {
        try await front.send(.post, path, headers ?? key, json: body)
    }

    @Test func `Who asks again gets the same jobs with the same leases`() async throws {
        for body in ["one", "two", "three"] { try await front.put("q", body) }
        let first = try await reserve(#"{"max":2,"wait":5}"#)
        #expect(first.header("Idempotency-Replayed") == nil)
        // How long it waits is no part of what is asked for.
        let again = try await reserve(#"{"max":2,"wait":4}"#)
        #expect(again.header("Idempotency-Replayed") == "true")
        for place in 0..<2 {
            let (one, other) = (try first.json["items"][place], try again.json["items"][place])
            #expect(one["lease"] == other["lease"] && one["lease"] != .null)
            #expect(one["body"] == other["body"] && one["body"] != .null)
        }
        #expect(front.node.job(3)?.state == .ready)
        let other = try await reserve(#"{"max":2}"#, ["Idempotency-Key": "w1-2"])
        #expect(try other.json["items"][0]["id"] == .integer(3))
    }

    @Test func `What is not held any more is not given again`() async throws {
        for _ in 1...3 { try await front.put("q") }
        let first = try await reserve(#"{"max":2}"#).json["items"]
        let lease = try #require(first[0]["lease"].text)
        _ = try await front.send(.post, "/v1/jobs/1/complete", json: #"{"lease":"\#(lease)"}"#)
        front.node.advance(by: 1_000)
        let again = try await reserve(#"{"max":2}"#).json["items"]
        #expect(again.elements.map { $0["id"] } == [.integer(2)])
        #expect(try #require(again[0]["due_in_ms"].whole) <= 59_000)
        front.node.advance(by: 60_000)
        let late = try await reserve(#"{"max":2}"#)
        #expect(late.text == #"{"items":[]}"#)
        #expect(front.node.job(2)?.state == .ready, "a repetition takes nothing more")
    }

    @Test func `A request that got nothing may be repeated`() async throws {
        #expect(try await reserve().text == #"{"items":[]}"#)
        try await front.put("q")
        #expect(try await reserve().json["items"].count == 1)
    }

    @Test func `A repetition waits for the request that is under way`() async throws {
        async let first = reserve(#"{"wait":60}"#)
        try await front.node.waiters(1)
        async let second = reserve(#"{"wait":60}"#)
        // Neither of the jobs is for the second one.
        try await front.put("q")
        try await front.put("q")
        let leases = [
            try await first.json["items"][0]["lease"], try await second.json["items"][0]["lease"],
        ]
        #expect(leases[0] == leases[1] && leases[0] != .null)
        #expect(front.node.job(2)?.state == .ready)
    }

    @Test func `A repetition waits as long as it says itself, and takes nothing else`() async throws {
        async let first = reserve(#"{"wait":60}"#)
        try await front.node.waiters(1)
        let early = try await reserve(#"{"wait":"10ms"}"#)
        #expect(early.status == 200 && early.text == #"{"items":[]}"#)
        #expect(front.node.waiterCount == 1)
        for _ in 1...2 { try await front.put("q") }
        let lease = try await first.json["items"][0]["lease"]
        #expect(lease != .null)
        #expect(try await reserve().json["items"][0]["lease"] == lease)
        #expect(front.node.job(2)?.state == .ready)
    }

    @Test func `A repetition whose time is up without a leader knows nothing`() async throws {
        async let first = reserve(#"{"wait":60}"#)
        try await front.node.waiters(1)
        front.node.set(leader: nil)
        let early = try await reserve(#"{"wait":"10ms"}"#)
        #expect(early.status == 503)
        #expect(try early.json["code"] == .string("no_quorum"))
        front.node.set(leader: 3)
        try await front.put("q")
        #expect(try await first.json["items"].count == 1)
    }

    @Test func `A repetition that is cancelled waits no longer`() async throws {
        let (front, path, key) = (self.front, self.path, self.key)
        async let first = reserve(#"{"wait":60}"#)
        try await front.node.waiters(1)
        let again = Task { try await front.send(.post, path, key, json: #"{"wait":60}"#) }
        for _ in 1...5_000 { await Task.yield() }
        again.cancel()
        #expect(try await again.value.text == #"{"items":[]}"#)
        try await front.put("q")
        #expect(try await first.json["items"].count == 1)
    }

    @Test func `Who is shut out meanwhile is given nothing again`() async throws {
        try await front.makeAdmin()
        let admin = try await front.signIn()
        let token = try await front.token(admin, #"{"name":"w","scopes":["work"]}"#)
        async let first = reserve(#"{"wait":60}"#, admin.merging(key) { $1 })
        try await front.node.waiters(1)
        // The same user, so the same key.
        async let second = reserve(#"{"wait":60}"#, token.merging(key) { $1 })
        for _ in 1...5_000 { await Task.yield() }
        #expect(try await front.send(.delete, "/v1/tokens/2", admin).status == 204)
        _ = try await front.send(.post, "/v1/queues/q/jobs", admin, json: #"{"body":"x"}"#)
        #expect(try await first.json["items"].count == 1)
        #expect(try await second.status == 401)
    }

    @Test func `Another request with a key that is under way is refused at once`() async throws {
        async let first = reserve(#"{"wait":60}"#)
        try await front.node.waiters(1)
        let other = try await reserve(#"{"max":9,"wait":60}"#)
        #expect(other.status == 422)
        #expect(try other.json["code"] == .string("key_reused"))
        try await front.put("q")
        #expect(try await first.json["items"].count == 1)
    }

    @Test func `A key is for one request`() async throws {
        try await front.put("q")
        _ = try await reserve()
        let more = try await reserve(#"{"max":9}"#)
        #expect(more.status == 422)
        #expect(try more.json["code"] == .string("key_reused"))
        let elsewhere = try await front.send(
            .post, "/v1/reserve", key, json: #"{"queues":["q"]}"#)
        #expect(elsewhere.header("Idempotency-Replayed") == "true", "it asks for the same")
    }

    @Test func `A key is its user's own`() async throws {
        try await front.put("q")
        try await front.put("q")
        try await front.makeAdmin()
        let admin = try await front.signIn()
        let body = #"{"name":"bob","role":"member","password":"correct horse"}"#
        _ = try await front.send(.post, "/v1/users", admin, json: body)
        let bob = try await front.signIn("bob")
        var ids: [JSONValue] = []
        for user in [admin, bob, admin] {
            let answer = try await reserve("{}", user.merging(key) { $1 })
            ids.append(try answer.json["items"][0]["id"])
        }
        #expect(ids == [.integer(1), .integer(2), .integer(1)])
    }

    @Test(arguments: [
        ("/v1/cluster/transfer", "{}"), ("/v1/cluster/levers", #"{"lever":"heal"}"#),
        ("/v1/session", #"{"name":"ann","password":"correct horse"}"#), ("/v1/reserve", "{}"),
    ])
    func `A malformed key is told so, whatever it would prevent`(
        path: String, body: String
    ) async throws {
        let front = TestFront(levers: MemoryLevers())
        let answer = try await front.send(.post, path, ["Idempotency-Key": "a b"], json: body)
        #expect(answer.status == 400)
        #expect(try answer.json["code"] == .string("bad_key"))
    }
}
