import HTTPTypes
import Replica
import Server
import Testing

/// A bulk change that is sent again with its key.
@Suite struct BulkRepetitionTests {
    private let front = TestFront()
    private let key = ["Idempotency-Key": "b"]

    private func bulk(
        _ body: String, _ headers: [String: String]? = nil
    ) async throws -> JSONValue {
        let answer = try await front.send(.post, "/v1/tasks:bulk", headers ?? key, json: body)
        #expect(answer.status == 200)
        return try answer.json
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
        let first = try await bulk(body)
        #expect(first["changed"] == .integer(3))
        // It would be found, and came after the request.
        try await front.create("later")
        let index = front.node.position.index
        #expect(try await bulk(body) == first)
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

    @Test func `What was left over is done by the repetition`() async throws {
        for number in 1...3 { try await front.create("t\(number)") }
        _ = try await bulk(#"{"filter":"id:1,3","delete":true}"#)
        let again = try await bulk(#"{"filter":"id:1,2,3","delete":true}"#)
        #expect(again["steps"].elements.map { $0["id"].whole } == [1, 2, 3])
        #expect(try await count() == 0)
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
        let other = try await bulk(#"{"filter":"milk","patch":{"priority":2}}"#)
        #expect(other["failed"][0]["code"] == .string("key_reused"))
        let fresh = try await bulk(body, ["Idempotency-Key": "b2"])
        #expect(fresh["changed"] == .integer(1))
        try await front.makeAdmin()
        let admin = try await front.signIn()
        let deleted = try await bulk(
            #"{"filter":"milk","delete":true}"#, admin.merging(key) { $1 })
        #expect(deleted["changed"] == .integer(1))
    }
}
