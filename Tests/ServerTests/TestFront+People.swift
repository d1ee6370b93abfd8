import HTTPTypes
import Server
import Testing

/// Users, and how they sign in.
extension TestFront {
    static let password = "correct horse"

    func makeAdmin() async throws {
        let made = try await send(
            .post, "/v1/users",
            json: #"{"name":"Ann","email":"ann@here","password":"\#(Self.password)"}"#)
        #expect(made.status == 201)
        #expect(try made.json["role"] == .string("admin"))
    }

    /// The cookie and the CSRF token of a new session.
    func signIn(
        _ name: String = "ann", _ password: String = password
    ) async throws -> [String: String] {
        let answer = try await send(
            .post, "/v1/session", json: #"{"name":"\#(name)","password":"\#(password)"}"#)
        #expect(answer.status == 201)
        let cookie = try #require(answer.header("Set-Cookie"))
        #expect(cookie.contains("; HttpOnly; SameSite=Strict"))
        let csrf = try #require(try answer.json["csrf"].text)
        return ["Cookie": String(cookie.prefix { $0 != ";" }), "X-CSRF-Token": csrf]
    }

    func token(
        _ session: [String: String], _ body: String
    ) async throws -> [String: String] {
        let answer = try await send(.post, "/v1/tokens", session, json: body)
        #expect(answer.status == 201)
        let secret = try #require(try answer.json["secret"].text)
        #expect(secret.hasPrefix("tk_"))
        return ["Authorization": "Bearer \(secret)"]
    }
}
