import HTTPTypes
import Node
import Replica
import Server
import Testing

/// Retries with a key, and what the cluster cannot do now.
@Suite struct OutcomeTests {
    private let front = TestFront()
    private let body = #"{"title":"x"}"#

    @Test(arguments: ["\"abc\"", "abc"])
    func aRetryWithItsKeyGetsTheSameTask(key: String) async throws {
        let first = try await front.send(
            .post, "/v1/tasks", ["Idempotency-Key": "\"abc\""], json: body)
        let again = try await front.send(.post, "/v1/tasks", ["Idempotency-Key": key], json: body)
        #expect(first.header("Idempotency-Replayed") == nil)
        #expect(again.status == 201)
        #expect(again.header("Idempotency-Replayed") == "true")
        #expect(again.header("Location") == "/v1/tasks/1")
        #expect(again.text == first.text)
        #expect(try await front.send(.get, "/v1/tasks").json["items"].count == 1)
    }

    @Test func aKeyWithQuotesInItIsReadAsItWasMeant() async throws {
        _ = try await front.send(.post, "/v1/tasks", ["Idempotency-Key": #""a\"b\\c""#], json: body)
        let again = try await front.send(
            .post, "/v1/tasks", ["Idempotency-Key": #""a\"b\\c""#], json: body)
        #expect(again.header("Idempotency-Replayed") == "true")
        let other = try await front.send(
            .post, "/v1/tasks", ["Idempotency-Key": #""ab\\c""#], json: body)
        #expect(other.header("Idempotency-Replayed") == nil)
    }

    @Test func aKeyBelongsToOneRequest() async throws {
        _ = try await front.send(.post, "/v1/tasks", ["Idempotency-Key": "k"], json: body)
        let other = try await front.send(
            .post, "/v1/tasks", ["Idempotency-Key": "k"], json: #"{"title":"y"}"#)
        #expect(other.status == 422)
        #expect(try other.json["code"] == .string("key_reused"))
    }

    @Test func aRetryAfterTheTaskWasDeletedGetsWhatIsLeftOfIt() async throws {
        _ = try await front.send(.post, "/v1/tasks", ["Idempotency-Key": "k"], json: body)
        _ = try await front.send(.delete, "/v1/tasks/1", ["If-Match": "*"])
        let again = try await front.send(.post, "/v1/tasks", ["Idempotency-Key": "k"], json: body)
        #expect(again.status == 201)
        #expect(try again.json["id"] == .integer(1))
        #expect(try again.json["deleted_at"] != .null)
    }

    @Test func changesAndDeletionsTakeKeysToo() async throws {
        try await front.create("x")
        let headers = ["If-Match": "\"1\"", "Idempotency-Key": "p"]
        _ = try await front.send(.patch, "/v1/tasks/1", headers, json: #"{"priority":1}"#)
        let again = try await front.send(.patch, "/v1/tasks/1", headers, json: #"{"priority":1}"#)
        #expect(again.status == 200)
        #expect(again.header("ETag") == "\"2\"")
        #expect(again.header("Idempotency-Replayed") == "true")

        let delete = ["If-Match": "\"2\"", "Idempotency-Key": "d"]
        #expect(try await front.send(.delete, "/v1/tasks/1", delete).status == 204)
        let gone = try await front.send(.delete, "/v1/tasks/1", delete)
        #expect(gone.status == 204)
        #expect(gone.header("Idempotency-Replayed") == "true")
    }

    @Test(arguments: [
        (Rejection.noLeader, "no_quorum"), (.overloaded, "overloaded"),
        (.diskStalled, "disk_stalled"), (.stopping, "stopping"),
    ])
    func whatWasNotProposedMayBeSentAgain(rejection: Rejection, code: String) async throws {
        front.node.set(trouble: .rejected(rejection))
        front.node.set(leader: nil)
        let answer = try await front.send(.post, "/v1/tasks", json: body)
        #expect(answer.status == 503)
        #expect(answer.header("Retry-After") == "1")
        #expect(answer.header("Taskraft-Leader") == nil)
        #expect(try answer.json["code"] == .string(code))
        #expect(try answer.json["retry_after"] == .integer(1))
    }

    @Test func whatMayHaveBeenDoneIsRetriedWithTheSameKey() async throws {
        front.node.set(trouble: .unknown)
        let answer = try await front.send(.post, "/v1/tasks", ["Idempotency-Key": "k"], json: body)
        #expect(answer.status == 504)
        #expect(try answer.json["code"] == .string("outcome_unknown"))
        #expect(answer.text.contains("retry with the same key"))
        let keyless = try await front.send(.post, "/v1/tasks", json: body)
        #expect(keyless.status == 504)
        #expect(keyless.text.contains("no Idempotency-Key"))
    }

    @Test(arguments: [
        (ReadFailure.noLeader, "no_quorum"), (.stopping, "stopping"),
        (.store("it burns"), "store_unavailable"),
    ])
    func aReadThatCannotBeMadeMayBeSentAgain(failure: ReadFailure, code: String) async throws {
        try await front.create("x")
        front.node.set(trouble: .unreadable(failure))
        for path in ["/v1/tasks", "/v1/tasks/1", "/v1/tasks/1/history"] {
            let answer = try await front.send(.get, path)
            #expect(answer.status == 503)
            #expect(answer.header("Retry-After") == "1")
            #expect(try answer.json["code"] == .string(code))
            #expect(try await front.send(.get, path + "?consistency=stale").status == 200)
        }
    }

    @Test func theClusterIsShownAsThisNodeSeesIt() async throws {
        try await front.create("x")
        let cluster = try await front.send(.get, "/v1/cluster").json
        #expect(cluster["cluster_id"] == .string("000000000000feed"))
        #expect(cluster["leader"] == .integer(3))
        #expect(cluster["idempotency_window_seconds"] == .integer(3600))
        #expect(cluster["nodes"][0]["role"] == .string("leader"))
        #expect(cluster["nodes"][0]["base"]["lag"] == .integer(0))
        #expect(cluster["nodes"][0]["store"]["kind"] == .string("sqlite"))
        #expect(cluster["nodes"][0]["last_contact_ms"] == .null)
    }
}
