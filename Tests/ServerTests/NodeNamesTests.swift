import HTTPTypes
import Server
import Testing

/// Pages of other sites can make a browser ask a node: under a name of theirs that points to it,
/// or across sites.
@Suite struct NodeNamesTests {
    private let front = TestFront()

    @Test(arguments: [
        "127.0.0.1:8082", "127.0.0.1", "localhost:8082", "LOCALHOST", "localhost.", "a.localhost:1",
        "[::1]:8082", "[fe80::1]", "192.168.1.7:80", "n3:8082", "N3",
    ])
    func aNodeIsAskedByItsNamesAndByAnyAddress(host: String) async throws {
        #expect(try await front.send(.get, "/v1/tasks", authority: host).status == 200)
    }

    @Test(arguments: [
        "evil.example", "evil.example:8082", "localhost.evil.example", "127.0.0.1.evil.example",
        "evil.example.", "1.2.3", "1.2.3.256", "n33", "", "[evil]", "x:8082:8082",
        "[::1].evil", "[::1].evil:8082", "[::1]:80.evil", "[::1", "127.0.0.1:80.evil", "localhost:x",
    ])
    func anotherNameIsRefusedForEverything(host: String) async throws {
        for path in ["/", "/v1/tasks", "/v1/events", "/openapi.json", "/nothing"] {
            let answer = try await front.send(.get, path, authority: host)
            #expect(answer.status == 421)
            #expect(try answer.json["code"] == .string("wrong_host"))
        }
    }

    @Test(arguments: ["http://127.0.0.1:8082", "https://127.0.0.1:8082", "HTTP://127.0.0.1:8082"])
    func aPageOfTheClusterMayChangeThings(origin: String) async throws {
        let answer = try await front.send(
            .post, "/v1/tasks", ["Origin": origin], json: #"{"title":"x"}"#)
        #expect(answer.status == 201)
        let proxied = try await front.send(
            .post, "/v1/tasks", ["Origin": "http://10.0.0.1:80", "Content-Type": "application/json"],
            bytes: Array(#"{"title":"y"}"#.utf8), authority: "10.0.0.1:80")
        #expect(proxied.status == 201)
    }

    @Test(arguments: [
        "null", "", "http://evil.example", "http://127.0.0.1:9999", "http://127.0.0.1",
        "http://127.0.0.1:8082.evil.example", "127.0.0.1:8082", "http://localhost:8082",
    ])
    func aPageOfAnotherOriginChangesNothingAndHoldsNoStream(origin: String) async throws {
        try await front.create("the only one")
        let before = try await front.send(.get, "/v1/tasks").text
        let headers = ["Origin": origin, "If-Match": "*"]
        let requests: [(HTTPRequest.Method, String)] = [
            (.post, "/v1/tasks"), (.patch, "/v1/tasks/1"), (.delete, "/v1/tasks/1"),
            (.post, "/v1/queues/q/jobs"), (.put, "/v1/queues/q"), (.get, "/v1/events"),
            (.get, "/v1/cluster/events"), (.post, "/v1/cluster/transfer"),
        ]
        for (method, path) in requests {
            let answer = try await front.send(method, path, headers, json: #"{"title":"x"}"#)
            #expect(answer.status == 403, "\(method) \(path)")
            #expect(try answer.json["code"] == .string("foreign_origin"))
        }
        #expect(try await front.send(.get, "/v1/tasks", headers).text == before)
        #expect(try await front.send(.get, "/v1/queues").json["items"].count == 0)
    }

    @Test func everyAnswerForbidsToGuessItsType() async throws {
        for path in ["/", "/v1/tasks", "/v1/none", "/livez", "/docs", "/assets/app.css"] {
            let answer = try await front.send(.get, path)
            #expect(answer.header("X-Content-Type-Options") == "nosniff")
            #expect(answer.header("Cross-Origin-Resource-Policy") == "same-origin")
        }
    }
}
