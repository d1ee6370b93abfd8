import HTTPTypes
import Server
import Testing

@Suite(.timeLimit(.minutes(5))) struct PeopleRouteTests {
    private let front = TestFront()

    @Test func withoutUsersThisMachineMayDoEverything() async throws {
        let me = try await front.send(.get, "/v1/me").json
        #expect(me["user"] == .null)
        #expect(me["role"] == .string("admin"))
        #expect(me["has_users"] == .bool(false))
    }

    @Test func theFirstUserHasToBeAbleToSignIn() async throws {
        let answer = try await front.send(.post, "/v1/users", json: #"{"name":"ann"}"#)
        #expect(try answer.json["errors"][0]["pointer"] == .string("/password"))
        let viewer = try await front.send(
            .post, "/v1/users", json: #"{"name":"a","role":"viewer","password":"correct horse"}"#)
        #expect(try viewer.json["code"] == .string("last_admin"))
    }

    @Test func fromTheFirstUserOnEverybodySignsIn() async throws {
        try await front.makeAdmin()
        for path in ["/v1/tasks", "/v1/events", "/v1/me", "/v1/users", "/v1/queues", "/v1/cluster"] {
            let answer = try await front.send(.get, path)
            #expect(answer.status == 401, "\(path)")
            #expect(answer.header("WWW-Authenticate") == "Bearer")
        }
        for path in ["/", "/docs", "/openapi.json", "/livez", "/readyz"] {
            #expect(try await front.send(.get, path).status == 200)
        }
        let session = try await front.signIn()
        #expect(try await front.send(.get, "/v1/tasks", session).status == 200)
        let me = try await front.send(.get, "/v1/me", session).json
        #expect(me["user"]["name"] == .string("Ann"))
        #expect(me["csrf"].text == session["X-CSRF-Token"])
        let made = try await front.send(
            .post, "/v1/tasks", session, json: #"{"title":"x","author":"somebody else"}"#)
        #expect(try made.json["author"] == .string("Ann"))
    }

    @Test func aChangeWithTheCookieNeedsTheCSRFToken() async throws {
        try await front.makeAdmin()
        var session = try await front.signIn()
        for token in [nil, "", "wrong", String(session["X-CSRF-Token"]!.dropLast())] {
            session["X-CSRF-Token"] = token
            let answer = try await front.send(
                .post, "/v1/tasks", session, json: #"{"title":"x"}"#)
            #expect(answer.status == 403)
            #expect(try answer.json["code"] == .string("csrf_missing"))
        }
        #expect(try await front.send(.get, "/v1/tasks", session).json["items"].count == 0)
    }

    @Test func aTokenAllowsWhatItsScopesAndItsUserAllow() async throws {
        try await front.makeAdmin()
        let session = try await front.signIn()
        let read = try await front.token(session, #"{"name":"r","scopes":["read"]}"#)
        let tasks = try await front.token(session, #"{"name":"t","scopes":["read","tasks"]}"#)
        let work = try await front.token(session, #"{"name":"w","scopes":["enqueue","work"]}"#)
        let body = #"{"title":"x"}"#
        #expect(try await front.send(.get, "/v1/tasks", read).status == 200)
        #expect(try await front.send(.post, "/v1/tasks", read, json: body).status == 403)
        #expect(try await front.send(.post, "/v1/tasks", tasks, json: body).status == 201)
        #expect(try await front.send(.get, "/v1/tasks", work).status == 403)
        let put = try await front.send(.post, "/v1/queues/q/jobs", work, json: #"{"body":"x"}"#)
        #expect(put.status == 201)
        #expect(try await front.send(.post, "/v1/queues/q/purge", work).status == 403)
        #expect(try await front.send(.post, "/v1/queues/q/reserve", work).status == 200)
        let user = try await front.send(.post, "/v1/users", tasks, json: #"{"name":"bob"}"#)
        #expect(user.status == 403)
        // Nobody gives more than he has.
        let more = try await front.send(
            .post, "/v1/tokens", tasks, json: #"{"name":"m","scopes":["admin"]}"#)
        #expect(more.status == 403)
    }

    @Test func whatIsRevokedHoldsNoMore() async throws {
        try await front.makeAdmin()
        let session = try await front.signIn()
        let token = try await front.token(session, #"{"name":"r","scopes":["read"]}"#)
        #expect(try await front.send(.get, "/v1/tasks", token).status == 200)
        let list = try await front.send(.get, "/v1/tokens", session).json["items"]
        let id = try #require(list.elements.first { $0["kind"] == .string("api") }?["id"].whole)
        #expect(list.elements.allSatisfy { $0["secret"] == .null })
        #expect(try await front.send(.delete, "/v1/tokens/\(id)", session).status == 204)
        #expect(try await front.send(.get, "/v1/tasks", token).status == 401)
        #expect(try await front.send(.delete, "/v1/session", session).status == 204)
        #expect(try await front.send(.get, "/v1/tasks", session).status == 401)
    }

    @Test func aDisabledUserMayDoNothing() async throws {
        try await front.makeAdmin()
        let session = try await front.signIn()
        let body = #"{"name":"bob","role":"member","password":"correct horse"}"#
        #expect(try await front.send(.post, "/v1/users", session, json: body).status == 201)
        let bob = try await front.signIn("bob")
        #expect(try await front.send(.get, "/v1/tasks", bob).status == 200)
        let emails = try await front.send(.get, "/v1/users", bob).json["items"]
        #expect(emails[0]["email"] == .null)
        #expect(try await front.send(.delete, "/v1/users/2", session).status == 204)
        #expect(try await front.send(.get, "/v1/tasks", bob).status == 401)
        let last = try await front.send(.delete, "/v1/users/1", session)
        #expect(try last.json["code"] == .string("last_admin"))
    }

    @Test(arguments: ["Bearer nonsense", "Bearer", "Basic YTpi", "Bearer tk_"])
    func aTokenThatIsNoneIsRefusedAlsoWithoutUsers(header: String) async throws {
        let answer = try await front.send(.get, "/v1/tasks", ["Authorization": header])
        #expect(answer.status == 401)
    }

    @Test func whoeverGuessesHasToWait() async throws {
        try await front.makeAdmin()
        var statuses: [Int] = []
        for _ in 0..<7 {
            let answer = try await front.send(
                .post, "/v1/session", json: #"{"name":"ann","password":"a wrong one"}"#)
            statuses.append(answer.status)
            if answer.status == 429 { #expect(answer.header("Retry-After") != nil) }
        }
        #expect(statuses.prefix(5).allSatisfy { $0 == 401 })
        #expect(statuses.last == 429)
    }

    @Test func aLinkSignsInOnce() async throws {
        try await front.makeAdmin()
        let session = try await front.signIn()
        let made = try await front.send(
            .post, "/v1/tokens", session, json: #"{"name":"link","kind":"sign_in"}"#)
        let secret = try #require(try made.json["secret"].text)
        // It opens the door and nothing else.
        let direct = try await front.send(
            .get, "/v1/tasks", ["Authorization": "Bearer \(secret)"])
        #expect(direct.status == 401)
        let opened = try await front.send(.get, "/signin?once=\(secret)")
        #expect(opened.status == 303)
        #expect(opened.header("Location") == "/")
        let cookie = try #require(opened.header("Set-Cookie")).prefix { $0 != ";" }
        #expect(try await front.send(.get, "/v1/me", ["Cookie": String(cookie)]).status == 200)
        #expect(try await front.send(.get, "/signin?once=\(secret)").status == 401)
        let page = try await front.send(
            .get, "/signin?once=\(secret)", ["Accept": "text/html,*/*;q=0.8"])
        #expect(page.status == 401)
        #expect(page.header("Content-Type")?.hasPrefix("text/html") == true)
        #expect(page.header("Set-Cookie") == nil && page.text.contains("id=\"signin\""))
    }

    @Test func whoOwnsTheDataDirectoryFindsTheWayBackIn() async throws {
        try await front.makeAdmin()
        let machine = TestFront(node: front.node, door: .directory)
        #expect(try await machine.send(.get, "/v1/users", authority: "door.sock").status == 200)
        let link = try await machine.send(
            .post, "/v1/tokens", json: #"{"name":"link","user":1,"kind":"sign_in"}"#)
        let secret = try #require(try link.json["secret"].text)
        #expect(try await front.send(.get, "/signin?once=\(secret)").status == 303)
    }

    @Test func aCalendarMayShowItsTokenInTheAddress() async throws {
        try await front.makeAdmin()
        let header = try await front.token(try await front.signIn(), #"{"name":"c","scopes":["read"]}"#)
        let secret = try #require(header["Authorization"]?.dropFirst(7))
        #expect(try await front.send(.get, "/v1/calendar.ics?token=\(secret)").status == 200)
        #expect(try await front.send(.get, "/v1/calendar.ics?token=tk_x").status == 401)
        #expect(try await front.send(.get, "/v1/tasks?token=\(secret)").status == 401)
    }

    @Test func `A repeated request for a token makes none, and does not say the secret again`() async throws {
        try await front.makeAdmin()
        var session = try await front.signIn()
        session["Idempotency-Key"] = "once"
        let body = #"{"name":"ci","expires_in":"1d"}"#
        let made = try await front.send(.post, "/v1/tokens", session, json: body)
        let again = try await front.send(.post, "/v1/tokens", session, json: body)
        #expect(again.status == 201)
        #expect(again.header("Idempotency-Replayed") == "true")
        #expect(try again.json["id"] == made.json["id"])
        #expect(try made.json["secret"].text != nil)
        #expect(try again.json.members.allSatisfy { $0.name != "secret" })
        for other in [#"{"name":"ci"}"#, #"{"name":"ci","expires_in":"1d","kind":"sign_in"}"#] {
            #expect(try await front.send(.post, "/v1/tokens", session, json: other).status == 422)
        }
        let id = try #require(try made.json["id"].whole)
        session["Idempotency-Key"] = nil
        #expect(try await front.send(.delete, "/v1/tokens/\(id)", session).status == 204)
        session["Idempotency-Key"] = "once"
        let gone = try await front.send(.post, "/v1/tokens", session, json: body)
        #expect(gone.status == 404)
    }
}
