import HTTPTypes
import Replica
import Server
import Testing
import Work

/// What a client of the job queue can get wrong, and what it is told. Nothing of it may change
/// anything.
@Suite struct BadJobInputTests {
    typealias Case = BadInputTests.Case

    private static func put(_ body: String, _ pointers: String...) -> Case {
        Case(
            path: "/v1/queues/q/jobs", body: body, status: 400, code: "invalid_value",
            pointers: pointers)
    }

    private static func post(_ path: String, _ body: String, _ pointers: String...) -> Case {
        Case(path: path, body: body, status: 400, code: "invalid_value", pointers: pointers)
    }

    static let puts: [Case] = [
        put("{}", "/body"), put("7", ""), put("null", ""), put(#"{"body":7}"#, "/body"),
        put(#"{"body":null}"#, "/body"), put(#"{"body":"x","body_base64":"eA=="}"#, "/body_base64"),
        put(#"{"body_base64":"x"}"#, "/body_base64"), put(#"{"body_base64":"eA"}"#, "/body_base64"),
        put(
            #"{"body":"x","priority":-1,"delay":"soon","ttr":1.5,"run_at":"today"}"#,
            "/priority", "/delay", "/run_at", "/ttr"),
        put(#"{"body":"x","priority":4294967296,"delay":4294967296}"#, "/priority", "/delay"),
        put(#"{"body":"x","delay":1,"run_at":"2026-12-01T00:00:00Z"}"#, "/run_at"),
        put(#"{"body":"x","run_at":"2026-12-01T00:00:00.000"}"#, "/run_at"),
        put(#"{"body":"x","retry":7}"#, "/retry"),
        put(
            #"{"body":"x","retry":{"attempts":"5","backoff":"slow","delay":1,"jitter":101}}"#,
            "/retry/attempts", "/retry/backoff", "/retry/jitter"),
        put(#"{"body":"x","retry":{"jitter":5}}"#, "/retry/delay"),
        put(#"{"body":"x","retry":{"delay":"50d"}}"#, "/retry/delay"),
        put(#"{"body":"x","traceparent":"00-x-y-01","priority":-1}"#, "/priority", "/traceparent"),
        put(#"{"body":"x","traceparent":7}"#, "/traceparent"),
        put(#"{"body":"x","unique":{}}"#, "/unique/key"),
        put(#"{"body":"x","unique":""}"#, "/unique"),
        put(#"{"body":"x","unique":{"key":"a\nb","window":-1}}"#, "/unique/window", "/unique/key"),
        put(#"{"body":"x","unique":"\#(String(repeating: "é", count: 128))"}"#, "/unique"),
        put(#"[{"body":"x"},7,{"body":"x","delay":true}]"#, "/1", "/2/delay"),
        Case(
            path: "/v1/queues/q/jobs", body: #"{"body":"x","dealy":1,"a/b":2}"#, status: 400,
            code: "unknown_field", pointers: ["/dealy", "/a~1b"]),
        Case(path: "/v1/queues/q/jobs", body: "[]", status: 413, code: "batch_too_large"),
        Case(path: "/v1/queues/q/jobs", body: "{", status: 400, code: "bad_json"),
        Case(
            path: "/v1/queues/q/jobs",
            body: "[\(Array(repeating: #"{"body":""}"#, count: 321).joined(separator: ","))]",
            status: 413, code: "batch_too_large"),
        Case(
            path: "/v1/queues/q/jobs",
            body: "[\(Array(repeating: large, count: 2).joined(separator: ","))]",
            status: 413, code: "batch_too_large"),
        Case(
            path: "/v1/queues/q/jobs",
            body: #"{"body":"\#(String(repeating: "x", count: 65_536))"}"#, status: 413,
            code: "body_too_long"),
        Case(
            path: "/v1/queues/q/jobs?priority=1", body: #"{"body":"x"}"#, status: 400,
            code: "bad_request"),
        Case(
            path: "/v1/queues/q/jobs", headers: ["Content-Length": "2097153"], status: 413,
            code: "too_large"),
    ]

    private static let large = #"{"body":"\#(String(repeating: "x", count: 65_000))"}"#

    static let raw: [Case] = [
        ("priority=x", "?priority"), ("priority=", "?priority"), ("delay=1x", "?delay"),
        ("ttr=-1", "?ttr"), ("attempts=1.5", "?attempts"), ("jitter=5", "?retry_delay"),
        ("unique=", "?unique"), ("backoff=none&retry_delay=1", "?backoff"),
        ("window=1m", "?window"),
    ].map { query, pointer in
        Case(
            path: "/v1/queues/q/jobs?" + query, headers: ["Content-Type": "text/plain"],
            status: 400, code: pointer == "?window" ? "unknown_field" : "invalid_value",
            pointers: [pointer])
    } + [
        Case(
            path: "/v1/queues/q/jobs?prio=1", headers: ["Content-Type": "text/plain"],
            status: 400, code: "bad_request"),
        Case(
            path: "/v1/queues/q/jobs", headers: ["Content-Type": "text/plain"],
            body: String(repeating: "x", count: 65_536), status: 413, code: "body_too_long"),
    ]

    static let workers: [Case] = [
        post("/v1/queues/q/reserve", #"{"max":0}"#, "/max"),
        post("/v1/queues/q/reserve", #"{"max":321,"wait":"61s"}"#, "/max", "/wait"),
        post("/v1/queues/q/reserve", #"{"worker":""}"#, "/worker"),
        post("/v1/reserve", "{}", "/queues"), post("/v1/reserve", #"{"queues":[]}"#, "/queues"),
        post("/v1/reserve", #"{"queues":["a","-b",7]}"#, "/queues/1", "/queues/2"),
        Case(
            path: "/v1/queues/q/reserve", body: #"{"queues":["a"]}"#, status: 400,
            code: "unknown_field", pointers: ["/queues"]),
        post("/v1/jobs/1/complete", "{}", "/lease"), post("/v1/jobs/1/complete", "[]", ""),
        post("/v1/jobs/1/touch", #"{"lease":7}"#, "/lease"),
        Case(
            path: "/v1/jobs/1/touch", body: #"{"lease":"1-1","delay":1}"#, status: 400,
            code: "unknown_field", pointers: ["/delay"]),
        post(
            "/v1/jobs/1/fail",
            #"{"lease":"1-1","error":"\#(String(repeating: "x", count: 1_025))"}"#, "/error"),
        post(
            "/v1/jobs/1/release", #"{"lease":"1-1","delay":"x","priority":-1}"#, "/priority",
            "/delay"),
        Case(
            path: "/v1/jobs/1/complete", body: #"{"lease":"1-9"}"#, status: 409,
            code: "lease_over"),
        Case(
            path: "/v1/jobs/9/complete", body: #"{"lease":"9-1"}"#, status: 404,
            code: "not_found"),
        Case(method: .delete, path: "/v1/jobs/9", status: 404, code: "not_found"),
    ]

    static let queues: [Case] = [
        post("/v1/queues/q/pause", #"{"for":0}"#, "/for"), post("/v1/queues/q/pause", "[]", ""),
        post("/v1/queues/q/kick", #"{"max":0}"#, "/max"),
        post("/v1/queues/q/kick", #"{"ids":[]}"#, "/ids"),
        post("/v1/queues/q/kick", #"{"ids":[1,"2",0]}"#, "/ids/1", "/ids/2"),
        post("/v1/queues/q/kick", #"{"match":""}"#, "/match"),
        post("/v1/queues/q/kick", #"{"match":"x","max":1}"#, ""),
        post("/v1/queues/q/kick", #"{"ids":null}"#, "/ids"),
        post("/v1/queues/q/kick", #"{"cursor":"x"}"#, "/cursor"),
        post("/v1/queues/q/kick", #"{"cursor":null}"#, "/cursor"),
        Case(
            path: "/v1/queues/q/kick", body: #"{"match":"x","cursor":"y"}"#, status: 400,
            code: "bad_request"),
        Case(
            path: "/v1/queues/q/purge", body: #"{"all":true}"#, status: 400,
            code: "unknown_field", pointers: ["/all"]),
        Case(
            method: .put, path: "/v1/queues/q", body: #"{"length":-1,"body":65536}"#, status: 400,
            code: "invalid_value", pointers: ["/length", "/body"]),
        Case(
            method: .put, path: "/v1/queues/q", headers: ["Content-Type": "text/plain"],
            status: 415, code: "unsupported_media_type"),
        Case(
            path: "/v1/queues/q/kick", headers: ["Content-Type": "text/plain"], status: 415,
            code: "unsupported_media_type"),
        Case(
            path: "/v1/queues/q/kick", headers: ["Idempotency-Key": "a b"], status: 400,
            code: "bad_key"),
        Case(path: "/v1/queues/q/kick?max=1", status: 400, code: "bad_request"),
    ]

    static let paths: [Case] = [
        "/v1/queues/", "/v1/queues/-q", "/v1/queues/a%20b", "/v1/queues/a/b/c", "/v1/queues/%zz",
        "/v1/queues/q/", "/v1/queues/q/peek", "/v1/jobs", "/v1/jobs/0", "/v1/jobs/x",
        "/v1/jobs/1/peek", "/v1/jobs/9", "/v1/queues/none", "/v2/queues", "/v1/reserve/q",
        "/v1/queues/" + String(repeating: "q", count: 201),
    ].map { Case(method: .get, path: $0, status: 404, code: "not_found") } + [
        ("GET", "/v1/reserve"), ("POST", "/v1/queues"), ("POST", "/v1/queues/q"),
        ("PATCH", "/v1/queues/q"), ("PUT", "/v1/queues/q/jobs"), ("GET", "/v1/queues/q/kick"),
        ("DELETE", "/v1/queues/q/jobs"), ("POST", "/v1/jobs/1"), ("PUT", "/v1/jobs/1"),
        ("GET", "/v1/jobs/1/complete"),
    ].map { method, path in
        Case(
            method: HTTPRequest.Method(method) ?? .trace, path: path, status: 405,
            code: "method_not_allowed")
    } + [
        "/v1/queues?state=ready", "/v1/queues/q/jobs?limit=0", "/v1/queues/q/jobs?state=done",
        "/v1/queues/q/jobs?preview=x", "/v1/queues/q/jobs?preview=1001",
        "/v1/queues/q/jobs?cursor=x", "/v1/jobs/1?body=no", "/v1/queues/q?consistency=strong",
    ].map { Case(method: .get, path: $0, status: 400, code: "bad_request") }

    @Test(arguments: puts + raw + workers + queues + paths)
    func `Is refused with a problem, and changes nothing`(example: Case) async throws {
        let front = TestFront()
        try await front.put("q")
        let before = front.node.position.index
        let answer = try await front.send(
            example.method, example.path, example.headers, json: example.body)
        #expect(answer.status == example.status, "\(answer.text)")
        #expect(answer.header("Content-Type") == "application/problem+json")
        let problem = try answer.json
        #expect(problem["code"] == .string(example.code))
        let pointers = (0..<problem["errors"].count).map { problem["errors"][$0]["pointer"] }
        #expect(pointers == example.pointers.map { .string($0) })
        // A command that was refused in the end is an entry all the same.
        if example.status != 404, example.status != 409 {
            #expect(front.node.position.index == before)
        }
        #expect(try await front.send(.get, "/v1/queues/q").json["jobs"] == .integer(1))
    }

    @Test func `A wrong name of a queue is told what names are`() async throws {
        let answer = try await TestFront().send(.get, "/v1/queues/a%20b")
        #expect(answer.text.contains("A-Z a-z 0-9"))
    }

    @Test(arguments: [
        ("5", 5_000), ("5s", 5_000), ("250ms", 250), ("1.5s", 1_500), ("2m", 120_000),
        ("0.5h", 1_800_000), ("7d", 604_800_000), ("0", 0), ("4294967295", 4_294_967_295_000),
    ] as [(String, UInt64)])
    func `A span is a number and a unit`(text: String, milliseconds: UInt64) {
        #expect(Span.milliseconds(text) == milliseconds)
    }

    @Test(arguments: [
        "", "s", "-1", "+1", "1 s", "1e3", ".5s", "1.s", "1.5ms", "1.2.3s", "1S", "4294967296",
        "99999999999", "1.0000001s", "½", "１s",
    ])
    func `What is no span is none`(text: String) {
        #expect(Span.milliseconds(text) == nil)
    }
}
