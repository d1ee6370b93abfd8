import HTTPTypes
import Replica
import Server
import Synchronization
import Testing
import Work

/// A bulk change that is sent again with its key.
@Suite struct BulkRepetitionTests {
    private let front = TestFront()
    private let key = ["Idempotency-Key": "b"]

    private func bulk(
        _ body: String, _ headers: [String: String]? = nil
    ) async throws -> JSONValue {
        let answer = try await send(body, headers)
        #expect(answer.status == 200)
        return try answer.json
    }

    private func send(
        _ body: String, _ headers: [String: String]? = nil, zone: String = "Z"
    ) async throws -> TestFront.Answer {
        try await front.send(
            .post, "/v1/tasks:bulk?zone=\(zone)", headers ?? key, json: body)
    }

    private func patch(_ id: Int, _ body: String) async throws {
        _ = try await front.send(.patch, "/v1/tasks/\(id)", ["If-Match": "*"], json: body)
    }

    private func steps(_ answer: TestFront.Answer) throws -> [Int64?] {
        try answer.json["steps"].elements.map { $0["id"].whole }
    }

    private static func labels(_ count: Int) -> String {
        "[" + (1...count).map { "\"l\($0)\"" }.joined(separator: ",") + "]"
    }

    private func count() async throws -> Int {
        try await front.send(.get, "/v1/tasks").json["items"].count
    }

    @Test(arguments: [
        #"{"filter":"status:pending","delete":true}"#,
        #"{"filter":"status:pending","patch":{"status":"done"}}"#,
        #"{"filter":"status:pending","move":{"column":"done"}}"#,
        #"{"filter":"-label:x","add_labels":["x"]}"#,
    ])
    func `The answer is the same, also where the filter finds nothing any more`(
        body: String
    ) async throws {
        for number in 1...3 { try await front.create("t\(number)") }
        let first = try await send(body)
        #expect(try first.json["changed"] == .integer(3))
        #expect(first.header("Idempotency-Replayed") == nil)
        // It would be found, and came after the request.
        try await front.create("later")
        let index = front.node.position.index
        let again = try await send(body)
        #expect(again.text == first.text)
        #expect(again.header("Idempotency-Replayed") == "true")
        #expect(front.node.position.index == index, "what is known needs no entry")
    }

    @Test func `A repeated piece goes no further than the first`() async throws {
        for number in 1...5 { try await front.create("t\(number)") }
        let body = #"{"filter":"","delete":true,"limit":2}"#
        let first = try await bulk(body)
        let again = try await bulk(body)
        #expect(again == first)
        #expect(try await count() == 3)
        let cursor = try #require(first["next_cursor"].text)
        let next = body.replacing(#""limit":2"#, with: #""limit":2,"cursor":"\#(cursor)""#)
        let second = try await bulk(next)
        #expect(second["steps"].elements.map { $0["id"] } == [.integer(3), .integer(4)])
        // The pieces may have the same key: each knows where it began.
        #expect(try await bulk(next) == second)
        #expect(try await bulk(body) == first)
        #expect(try await count() == 1)
    }

    @Test func `A repeated last piece stays the last, whatever came since`() async throws {
        for number in 1...2 { try await front.create("t\(number)") }
        let body = #"{"filter":"","delete":true,"limit":2}"#
        let first = try await bulk(body)
        #expect(first["next_cursor"] == .null)
        for number in 3...5 { try await front.create("t\(number)") }
        #expect(try await bulk(body) == first)
    }

    @Test func `What was left over is done by the repetition`() async throws {
        for number in 1...3 { try await front.create("t\(number)") }
        // Somebody changes one between finding and changing it.
        var other = TaskPatch()
        other.priority = 1
        let meanwhile = Command.updateTask(TaskID(2), expected: nil, other)
        front.node.state.withLock { $0.meanwhile = meanwhile }
        let body = #"{"filter":"status:pending","delete":true}"#
        let first = try await send(body)
        #expect(try steps(first) == [1, 3])
        #expect(try first.json["failed"][0]["code"] == .string("stale_version"))
        let again = try await send(body)
        #expect(try steps(again) == [1, 2, 3])
        #expect(try again.json["failed"].count == 0)
        #expect(again.header("Idempotency-Replayed") == nil, "a part was done only now")
        #expect(try await send(body).header("Idempotency-Replayed") == "true")
        #expect(try await count() == 0)
    }

    @Test func `What was refused is mended and sent again, and nothing is done besides`()
        async throws
    {
        for number in 1...4 { try await front.create("t\(number)") }
        try await patch(2, #"{"labels":\#(Self.labels(32))}"#)
        try await patch(4, #"{"labels":["x"]}"#)
        let body = #"{"filter":"-label:x","add_labels":["x"]}"#
        let first = try await send(body)
        #expect(try steps(first) == [1, 3])
        #expect(try first.json["failed"][0]["id"] == .integer(2))
        try await patch(2, #"{"labels":["y"]}"#)
        // It comes to be found only now.
        try await patch(4, #"{"labels":[]}"#)
        let again = try await send(body)
        #expect(try steps(again) == [1, 2, 3])
        #expect(try again.json["failed"].count == 0)
        let labels = try await front.send(.get, "/v1/tasks/2").json["labels"]
        #expect(labels == .array([.string("y"), .string("x")]))
        #expect(try await front.send(.get, "/v1/tasks/4").json["labels"].count == 0)
    }

    @Test func `No task gets more labels than it may have`() async throws {
        try await front.create("full")
        try await front.create("free")
        try await patch(1, #"{"labels":\#(Self.labels(31))}"#)
        let answer = try await bulk(#"{"filter":"","add_labels":["x","y"]}"#)
        #expect(answer["changed"] == .integer(1))
        #expect(answer["failed"][0]["id"] == .integer(1))
        #expect(answer["failed"][0]["code"] == .string("invalid_value"))
        let one = try await bulk(#"{"filter":"id:1","add_labels":["x","l1"]}"#, [:])
        #expect(one["changed"] == .integer(1), "32 are allowed")
        let refused = try await front.send(
            .patch, "/v1/tasks/1", ["If-Match": "*"], json: #"{"labels":\#(Self.labels(33))}"#)
        #expect(refused.status == 400)
    }

    @Test(arguments: [
        (#"{"filter":"id:1,2,3","add_labels":["x"]}"#, "Z"),
        (#"{"filter":"id:1,2","add_labels":["x"]}"#, "-05:00"),
        (#"{"filter":"id:1,2","add_labels":["y"]}"#, "Z"),
        (#"{"filter":"id:1,2","patch":{"labels":["x"]}}"#, "Z"),
        (#"{"filter":"id:3","delete":true}"#, "Z"),
    ])
    func `The same key with another request is refused, and changes nothing`(
        body: String, zone: String
    ) async throws {
        for number in 1...3 { try await front.create("t\(number)") }
        _ = try await bulk(#"{"filter":"id:1,2","add_labels":["x"]}"#)
        let index = front.node.position.index
        let answer = try await send(body, zone: zone)
        #expect(answer.status == 422)
        #expect(try answer.json["code"] == .string("key_reused"))
        #expect(front.node.position.index == index)
    }

    @Test func `Keys that only look like those of parts are not counted`() async throws {
        for number in 1...3 { try await front.create("t\(number)") }
        for name in ["b#1", "b#2", "b#bulk#x", "b#bulk#11"] {
            _ = try await front.send(
                .patch, "/v1/tasks/1", ["If-Match": "*", "Idempotency-Key": name],
                json: #"{"title":"\#(name)"}"#)
        }
        let body = #"{"filter":"","delete":true,"limit":1}"#
        let first = try await send(body)
        #expect(try steps(first) == [1])
        #expect(try await send(body).text == first.text)
        #expect(try await count() == 2)
    }

    @Test func `A deletion that was answered twice can be undone`() async throws {
        try await front.create("milk")
        let body = #"{"filter":"milk","delete":true}"#
        _ = try await bulk(body)
        let index = try #require(try await bulk(body)["steps"][0]["index"].whole)
        let undone = try await front.send(
            .post, "/v1/tasks/1/undo", json: #"{"index":\#(index)}"#)
        #expect(undone.status == 200)
        #expect(try undone.json["deleted_at"] == .null)
    }

    @Test func `Another change, another key and another user's key are other requests`()
        async throws
    {
        try await front.create("milk")
        let body = #"{"filter":"milk","patch":{"priority":1}}"#
        _ = try await bulk(body)
        let other = try await send(#"{"filter":"milk","patch":{"priority":2}}"#)
        #expect(try other.json["code"] == .string("key_reused"))
        let fresh = try await bulk(body, ["Idempotency-Key": "b2"])
        #expect(fresh["changed"] == .integer(1))
        try await front.makeAdmin()
        let admin = try await front.signIn()
        let deleted = try await bulk(
            #"{"filter":"milk","delete":true}"#, admin.merging(key) { $1 })
        #expect(deleted["changed"] == .integer(1))
    }
}
