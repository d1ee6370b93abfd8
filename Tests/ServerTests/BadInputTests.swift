import HTTPTypes
import Server
import Testing

/// What a client can get wrong, and what it is told. Nothing of it may change a task.
@Suite struct BadInputTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var method: HTTPRequest.Method = .post
        var path = "/v1/tasks"
        var headers: [String: String] = [:]
        var body = #"{"title":"x"}"#
        var status: Int
        var code: String
        var pointers: [String] = []

        var testDescription: String { "\(method) \(path) \(headers) \(body.prefix(60))" }
    }

    static let bodies: [Case] = [
        Case(body: "", status: 400, code: "bad_json"),
        Case(body: "{", status: 400, code: "bad_json"),
        Case(body: #"{"title":"x","title":"y"}"#, status: 400, code: "bad_json"),
        Case(body: #"{"title":"\ud800"}"#, status: 400, code: "bad_json"),
        Case(body: String(repeating: "[", count: 100_000), status: 400, code: "bad_json"),
        Case(body: "[]", status: 400, code: "invalid_value", pointers: [""]),
        Case(body: "null", status: 400, code: "invalid_value", pointers: [""]),
        Case(body: "{}", status: 400, code: "invalid_value", pointers: ["/title"]),
        Case(body: #"{"title":""}"#, status: 400, code: "invalid_value", pointers: ["/title"]),
        Case(body: #"{"title":7}"#, status: 400, code: "invalid_value", pointers: ["/title"]),
        Case(body: #"{"title":null}"#, status: 400, code: "invalid_value", pointers: ["/title"]),
        Case(
            body: #"{"title":"a\u0000b"}"#, status: 400, code: "invalid_value",
            pointers: ["/title"]),
        Case(
            body: #"{"title":"\#(String(repeating: "é", count: 256))"}"#, status: 400,
            code: "invalid_value", pointers: ["/title"]),
        Case(
            body: #"{"title":"x","description":"\#(String(repeating: "a", count: 65_537))"}"#,
            status: 400, code: "invalid_value", pointers: ["/description"]),
        Case(
            body: #"{"title":"x","foo":1,"a/b~c":2}"#, status: 400, code: "unknown_field",
            pointers: ["/foo", "/a~1b~0c"]),
        Case(
            body: #"{"foo":1,"title":"x","priority":"1"}"#, status: 400, code: "invalid_value",
            pointers: ["/foo", "/priority"]),
        Case(body: #"{"title":"x","id":7}"#, status: 400, code: "unknown_field", pointers: ["/id"]),
        Case(
            body: #"{"title":"x","priority":5,"due":"2026-02-30","status":"Done","labels":"a"}"#,
            status: 400, code: "invalid_value",
            pointers: ["/priority", "/due", "/status", "/labels"]),
        Case(
            body: #"{"title":"x","priority":2.5}"#, status: 400, code: "invalid_value",
            pointers: ["/priority"]),
        Case(
            body: #"{"title":"x","priority":-1}"#, status: 400, code: "invalid_value",
            pointers: ["/priority"]),
        Case(
            body: #"{"title":"x","labels":["a",7,""]}"#, status: 400, code: "invalid_value",
            pointers: ["/labels/1"]),
        Case(
            body: #"{"title":"x","labels":["a",""]}"#, status: 400, code: "invalid_value",
            pointers: ["/labels/1"]),
        Case(
            body: #"{"title":"x","labels":["a"\#(String(repeating: ",\"a\"", count: 32))]}"#,
            status: 400, code: "invalid_value", pointers: ["/labels"]),
        Case(
            body: #"{"title":"x","author":"","assignee":""}"#, status: 400,
            code: "invalid_value", pointers: ["/author", "/assignee"]),
        Case(
            body: #"{"title":"x","description":null}"#, status: 400, code: "invalid_value",
            pointers: ["/description"]),
    ]

    static let heads: [Case] = [
        Case(headers: ["Content-Type": "text/plain"], status: 415, code: "unsupported_media_type"),
        Case(
            headers: ["Content-Type": "application/jsonp"], status: 415,
            code: "unsupported_media_type"),
        Case(headers: ["Content-Encoding": "gzip"], status: 415, code: "unsupported_media_type"),
        Case(headers: ["Content-Length": "2097153"], status: 413, code: "too_large"),
        Case(headers: ["Idempotency-Key": ""], status: 400, code: "bad_key"),
        Case(headers: ["Idempotency-Key": "\"\""], status: 400, code: "bad_key"),
        Case(headers: ["Idempotency-Key": "\"abc"], status: 400, code: "bad_key"),
        Case(headers: ["Idempotency-Key": "\"a\"b"], status: 400, code: "bad_key"),
        Case(headers: ["Idempotency-Key": "a b"], status: 400, code: "bad_key"),
        Case(headers: ["Idempotency-Key": "é"], status: 400, code: "bad_key"),
        Case(
            headers: ["Idempotency-Key": String(repeating: "k", count: 256)], status: 400,
            code: "bad_key"),
        Case(path: "/v1/tasks?dry_run=1", status: 400, code: "bad_request"),
        Case(method: .put, status: 405, code: "method_not_allowed"),
        Case(method: .delete, status: 405, code: "method_not_allowed"),
        Case(path: "/v1/tasks/1", status: 405, code: "method_not_allowed"),
        Case(path: "/v1/cluster", status: 405, code: "method_not_allowed"),
        Case(path: "/", status: 405, code: "method_not_allowed"),
        Case(path: "/v1/nothing", status: 404, code: "not_found"),
        Case(path: "/v1/tasks/", status: 404, code: "not_found"),
        Case(path: "//v1/tasks", status: 404, code: "not_found"),
        Case(path: "*", status: 404, code: "not_found"),
    ]

    static let reads: [Case] = [
        "/v1/tasks?limit=0", "/v1/tasks?limit=501", "/v1/tasks?limit=x", "/v1/tasks?limit=",
        "/v1/tasks?status=open", "/v1/tasks?cursor=x", "/v1/tasks?cursor=", "/v1/tasks?stauts=done",
        "/v1/tasks?limit=1&limit=2", "/v1/tasks?limit=%zz", "/v1/tasks?limit=%ff",
        "/v1/tasks?consistency=strong", "/v1/tasks/1?consistency=",
        "/v1/tasks/1/history?status=done", "/v1/cluster?verbose", "/v1/events?x=1",
    ].map { Case(method: .get, path: $0, status: 400, code: "bad_request") } + [
        "/v1/tasks/0", "/v1/tasks/01", "/v1/tasks/-1", "/v1/tasks/x", "/v1/tasks/%31",
        "/v1/tasks/9", "/v1/tasks/9223372036854775808", "/v1/tasks/18446744073709551616",
        "/v1/tasks/9/history", "/v1/tasks/1/future", "/assets/none.js", "/assets/../index.html",
        "/assets/", "/assets/index.html",
    ].map { Case(method: .get, path: $0, status: 404, code: "not_found") }

    static let conditions: [Case] = [
        Case(method: .patch, path: "/v1/tasks/1", status: 428, code: "precondition_required"),
        Case(method: .delete, path: "/v1/tasks/1", status: 428, code: "precondition_required"),
        Case(method: .put, path: "/v1/tasks/1", status: 428, code: "precondition_required"),
        Case(
            method: .put, path: "/v1/tasks/2",
            headers: ["If-Match": "*", "If-None-Match": "*"], status: 400, code: "bad_request"),
        Case(
            method: .put, path: "/v1/tasks/2", headers: ["If-None-Match": "\"1\""], status: 400,
            code: "bad_request"),
    ] + ["3", "W/\"1\"", "\"1", "\"1\", \"2\"", "", "\"a b\""].map {
        Case(
            method: .patch, path: "/v1/tasks/1", headers: ["If-Match": $0], status: 400,
            code: "bad_request")
    } + [
        Case(
            method: .patch, path: "/v1/tasks/1", headers: ["If-Match": "\"7\""], status: 412,
            code: "stale_version"),
        Case(
            method: .patch, path: "/v1/tasks/1", headers: ["If-Match": "\"01\""], status: 412,
            code: "stale_version"),
        Case(
            method: .delete, path: "/v1/tasks/1", headers: ["If-Match": "\"abc\""], status: 412,
            code: "stale_version"),
        Case(
            method: .patch, path: "/v1/tasks/9", headers: ["If-Match": "*"], status: 404,
            code: "not_found"),
        Case(
            method: .patch, path: "/v1/tasks/1", headers: ["If-Match": "*"],
            body: #"{"version":7,"due":7}"#, status: 400, code: "invalid_value",
            pointers: ["/version", "/due"]),
    ]

    @Test(arguments: bodies + heads + reads + conditions)
    func isRefusedWithAProblemAndChangesNothing(example: Case) async throws {
        let front = TestFront()
        try await front.create("the only one")
        let before = try await front.send(.get, "/v1/tasks").text
        let answer = try await front.send(
            example.method, example.path, example.headers, json: example.body)
        #expect(answer.status == example.status)
        #expect(answer.header("Content-Type") == "application/problem+json")
        let problem = try answer.json
        #expect(problem["code"] == .string(example.code))
        #expect(problem["type"] == .string("/docs/errors#" + example.code))
        #expect(problem["status"] == .integer(Int64(example.status)))
        guard case .string(let detail) = problem["detail"] else {
            Issue.record("no detail: \(answer.text)")
            return
        }
        #expect(!detail.isEmpty)
        let pointers = (0..<problem["errors"].count).map { problem["errors"][$0]["pointer"] }
        #expect(pointers == example.pointers.map { .string($0) })
        #expect(try await front.send(.get, "/v1/tasks").text == before)
    }

    @Test func aWrongMethodIsToldWhichAreRight() async throws {
        let answer = try await TestFront().send(.post, "/v1/tasks/1")
        #expect(answer.header("Allow") == "GET, HEAD, PUT, PATCH, DELETE")
    }

    @Test func aBodyWithoutATypeIsRefused() async throws {
        let answer = try await TestFront().send(.post, "/v1/tasks", bytes: Array("{}".utf8))
        #expect(answer.status == 415)
    }

    @Test func aBodyIsCutOffAtTheLimitThoughItsLengthWasNotSaid() async throws {
        let large = [UInt8](repeating: 0x20, count: 2 << 20 + 1)
        let answer = try await TestFront().send(
            .post, "/v1/tasks", ["Content-Type": "application/json"], bytes: large)
        #expect(answer.status == 413)
        #expect(answer.header("Connection") == "close")
    }

    @Test func manyBadFieldsGetAShortAnswer() async throws {
        let fields = (0..<50_000).map { "\"f\($0)\":0" }.joined(separator: ",")
        let answer = try await TestFront().send(.post, "/v1/tasks", json: "{\(fields)}")
        #expect(answer.status == 400)
        #expect(answer.body.count < 10_000)
    }

    @Test func aBodyThatIsNotUTF8IsRefused() async throws {
        let answer = try await TestFront().send(
            .post, "/v1/tasks", ["Content-Type": "application/json"],
            bytes: Array("{\"title\":\"".utf8) + [0xff] + Array("\"}".utf8))
        #expect(answer.status == 400)
        #expect(try answer.json["code"] == .string("bad_json"))
    }
}
