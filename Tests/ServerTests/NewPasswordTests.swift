import HTTPTypes
import Replica
import Server
import Synchronization
import Testing
import Work

/// A new password shuts out who knew the old one.
@Suite(.timeLimit(.minutes(5))) struct NewPasswordTests {
    private let front = TestFront()
    private static let new = "battery staple"

    /// The sessions of the admin, and two of a member.
    private func makePeople() async throws -> (
        admin: [String: String], bob: [String: String], other: [String: String]
    ) {
        try await front.makeAdmin()
        let admin = try await front.signIn()
        let body = #"{"name":"bob","role":"member","password":"\#(TestFront.password)"}"#
        #expect(try await front.send(.post, "/v1/users", admin, json: body).status == 201)
        return (admin, try await front.signIn("bob"), try await front.signIn("bob"))
    }

    private func status(_ session: [String: String]) async throws -> Int {
        try await front.send(.get, "/v1/tasks", session).status
    }

    private func change(_ user: Int, _ session: [String: String]) async throws -> Int {
        try await front.send(
            .patch, "/v1/users/\(user)", session, json: #"{"password":"\#(Self.new)"}"#).status
    }

    @Test func `It ends the other sessions of the user, and nobody else's`() async throws {
        let people = try await makePeople()
        let token = try await front.token(people.bob, #"{"name":"cli","scopes":["read"]}"#)
        #expect(try await change(2, people.bob) == 200)
        #expect(try await status(people.other) == 401)
        #expect(try await status(people.bob) == 200, "Who asks stays.")
        #expect(try await status(people.admin) == 200)
        #expect(try await status(token) == 200, "Programs know no password.")
        _ = try await front.signIn("bob", Self.new)
        let old = try await front.send(
            .post, "/v1/session", json: #"{"name":"bob","password":"\#(TestFront.password)"}"#)
        #expect(old.status == 401)
    }

    @Test func `Set by an admin, it ends all sessions of the user, and links not yet used`() async throws {
        let people = try await makePeople()
        let link = try await front.send(
            .post, "/v1/tokens", people.admin, json: #"{"name":"l","user":2,"kind":"sign_in"}"#)
        let secret = try #require(try link.json["secret"].text)
        #expect(try await change(2, people.admin) == 200)
        #expect(try await status(people.bob) == 401)
        #expect(try await status(people.other) == 401)
        #expect(try await status(people.admin) == 200)
        #expect(try await front.send(.get, "/signin?once=\(secret)").status == 401)
    }

    @Test func `A change of the name ends nothing`() async throws {
        let people = try await makePeople()
        let renamed = try await front.send(
            .patch, "/v1/users/2", people.bob, json: #"{"name":"Bob"}"#)
        #expect(renamed.status == 200)
        #expect(try await status(people.other) == 200)
    }

    @Test func `Who signs in with the old one while it changes is not in`() async throws {
        try await front.makeAdmin()
        var patch = UserPatch()
        patch.passwordHash = "another"
        front.node.state.withLock {
            $0.meanwhile = .people(.updateUser(UserID(1), expected: nil, patch))
        }
        let late = try await front.send(
            .post, "/v1/session", json: #"{"name":"ann","password":"\#(TestFront.password)"}"#)
        #expect(late.status == 401)
        #expect(late.header("Set-Cookie") == nil)
        #expect(try await front.node.tokens(of: nil, .stale).isEmpty)
    }
}
