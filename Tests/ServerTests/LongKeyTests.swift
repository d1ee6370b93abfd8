import HTTPTypes
import Server
import Testing

/// Keys of the greatest length, of requests that are done in parts with keys of their own.
@Suite struct LongKeyTests {
    private let front = TestFront()
    /// They differ in their last character.
    private let keys = ["x", "y"].map { String(repeating: "k", count: 254) + $0 }

    private func priority() async throws -> JSONValue {
        try await front.send(.get, "/v1/tasks/1").json["priority"]
    }

    @Test func `Bulk changes under two long keys are two`() async throws {
        try await front.create("milk")
        let body = #"{"filter":"milk","patch":{"priority":1}}"#
        for key in keys {
            let answer = try await front.send(
                .post, "/v1/tasks:bulk", ["Idempotency-Key": key], json: body)
            #expect(try answer.json["changed"] == .integer(1))
            #expect(answer.header("Idempotency-Replayed") == nil)
            #expect(try await priority() == .integer(1))
            _ = try await front.send(
                .patch, "/v1/tasks/1", ["If-Match": "*"], json: #"{"priority":2}"#)
            let again = try await front.send(
                .post, "/v1/tasks:bulk", ["Idempotency-Key": key], json: body)
            #expect(again.text == answer.text)
            #expect(again.header("Idempotency-Replayed") == "true")
            #expect(try await priority() == .integer(2))
        }
    }

    @Test func `Imports under two long keys are two`() async throws {
        for (place, key) in keys.enumerated() {
            for _ in 1...2 {
                let answer = try await front.send(
                    .post, "/v1/import?format=json", ["Idempotency-Key": key],
                    json: #"[{"title":"milk"}]"#)
                #expect(try answer.json["tasks"][0]["id"] == .integer(Int64(place) + 1))
            }
        }
        #expect(try await front.send(.get, "/v1/tasks").json["items"].count == 2)
    }
}
