import HTTPTypes
import Replica
import Server
import Testing
import Work

/// A stream outlives the request that was allowed: it ends when that is allowed no more.
@Suite(.timeLimit(.minutes(5))) struct StreamPassTests {
    /// What takes it away.
    enum End: CaseIterable {
        case revoked, signedOut, disabled, expired
    }

    /// The last chunk: the stream was ended, not cut off.
    private static let end = "0\r\n\r\n"

    @Test(arguments: ["/v1/events", "/v1/cluster/events"], End.allCases)
    func `A stream ends with what it was opened with`(path: String, how: End) async throws {
        try await withFront { node, connection in
            let front = TestFront(node: node)
            try await front.makeAdmin()
            let admin = try await front.signIn()
            let shown = try await Self.header(how, front, admin)
            try await connection.request("GET \(path)", shown)
            _ = try await connection.read(until: "event: cluster")
            if how != .expired {
                // What changes for others ends nothing.
                _ = try await front.token(admin, #"{"name":"another","scopes":["read"]}"#)
                _ = try await connection.read(until: "event: cluster")
            }
            try await Self.take(how, front, admin)
            _ = try await connection.read(until: Self.end)
            try await connection.request("GET /v1/tasks", shown)
            #expect(try await connection.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 40"))
        }
    }

    /// Bob's token, number 2 or above; or the admin's second session.
    private static func header(
        _ how: End, _ front: TestFront, _ admin: [String: String]
    ) async throws -> String {
        if how == .signedOut { return "Cookie: " + (try await front.signIn()["Cookie"] ?? "") }
        let bob = try await front.send(
            .post, "/v1/users", admin, json: #"{"name":"bob","role":"member"}"#)
        #expect(bob.status == 201)
        let life = how == .expired ? #","expires_in":"4s""# : ""
        let token = try await front.token(
            admin, #"{"name":"t","user":2,"scopes":["read"]\#(life)}"#)
        return "Authorization: " + (token["Authorization"] ?? "")
    }

    private static func take(
        _ how: End, _ front: TestFront, _ admin: [String: String]
    ) async throws {
        switch how {
        case .revoked, .signedOut:
            #expect(try await front.send(.delete, "/v1/tokens/2", admin).status == 204)
        case .disabled:
            #expect(try await front.send(.delete, "/v1/users/2", admin).status == 204)
        case .expired: break
        }
    }

    @Test func `What this machine may see without users it sees no more when there are some`() async throws {
        try await withFront { node, connection in
            try await connection.request("GET /v1/events")
            _ = try await connection.read(until: "event: cluster")
            try await TestFront(node: node).makeAdmin()
            _ = try await connection.read(until: Self.end)
        }
    }

    @Test func `Nothing is told that came after the end`() async throws {
        try await withFront { node, connection in
            let front = TestFront(node: node)
            try await front.makeAdmin()
            let admin = try await front.signIn()
            let token = try await front.token(admin, #"{"name":"t","scopes":["read"]}"#)
            try await connection.request(
                "GET /v1/events", "Authorization: " + (token["Authorization"] ?? ""))
            _ = try await connection.read(until: "event: cluster")
            #expect(try await front.send(.delete, "/v1/tokens/2", admin).status == 204)
            _ = await node.propose(.createTask(.init(title: "secret")), actor: nil, key: nil)
            let rest = try await connection.read(until: Self.end)
            #expect(!rest.contains("secret"))
        }
    }
}
