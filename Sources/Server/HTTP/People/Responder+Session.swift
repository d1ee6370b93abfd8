import HTTPTypes
import Hummingbird
import Node
import Replica
import Work

/// Signing in and out. A session is a token like others, which only a cookie holds.
extension Responder {
    /// `POST /v1/session`
    func signIn(
        _ fields: FieldCall, _ head: HTTPRequest, _ context: FrontContext
    ) async throws(Problem) -> Response {
        let (name, password) = try PeopleInput.signIn(fields.value)
        let keys = ["name " + FoldedText.key(name), "address " + context.address]
        if let seconds = throttle.wait(keys) { throw .tooManyAttempts(seconds) }
        let user: UserRecord?
        do { user = try await node.user(named: name, .linearizable) } catch { throw Problem(error) }
        guard try await hasher.matches(password, user?.passwordHash), let user, !user.isDisabled
        else {
            throttle.failed(keys)
            throw .unauthorized
        }
        throttle.succeeded([keys[0]])
        let secret = Secret.random("ts_")
        let new = NewToken(
            user: user.id, name: "browser", secretHash: secret.hash, scopes: .all, kind: .session,
            expires: Self.sessionEnd)
        let outcome = await node.propose(
            .people(.createToken(new)), actor: nil, credential: nil, identity: nil)
        let decided = try decided(outcome, hasKey: false)
        try await check(decided, of: user)
        var writer = JSONWriter(capacity: 512)
        writer.object {
            $0.name("user")
            $0.user(user, withEmail: true)
            $0.member("csrf", secret.csrf)
            $0.member("expires", new.expires?.text ?? "")
        }
        var response = Answer.json(.created, writer)
        response.headers[.cacheControl] = "no-store"
        response.headers[.setCookie] = SessionCookie.header(
            secret.text, isSecure: isSecure(head))
        return finish(response, decided)
    }

    /// The password may have been changed while it was looked at: then the new session is none of
    /// those that the change has ended.
    private func check(_ session: Decided, of user: UserRecord) async throws(Problem) {
        let now: UserRecord?
        do { now = try await node.user(user.id, .stale) } catch { throw Problem(error) }
        if let now, now.passwordHash == user.passwordHash { return }
        guard case .item(.token(let token)) = session.reply else { throw .unexpected }
        _ = await node.propose(
            .people(.revokeToken(token.id)), actor: nil, credential: nil, identity: nil)
        throw .unauthorized
    }

    /// `DELETE /v1/session`
    func signOut(_ call: Call) async throws(Problem) -> Response {
        _ = try call.target.parameters()
        var response = Answer.empty(.noContent)
        if let token = caller.credential?.token, token.kind == .session {
            let decided = try await decide(.people(.revokeToken(token.id)), actor: nil, key: nil)
            response = finish(response, decided)
        } else {
            response.stamp(node.position, servedBy: node.id)
        }
        response.headers[.setCookie] = SessionCookie.header(nil, isSecure: false)
        return response
    }

    /// `GET /signin?once=…`: a link that signs in once, and leads to the tasks. A person whose link
    /// was used before gets the page, which says so and has the other way in.
    func follow(_ once: String, _ head: HTTPRequest) async throws(Problem) -> Response {
        do {
            return try await signIn(once: once, head)
        } catch {
            let isPerson = head.headerFields[.accept]?.contains("text/html") == true
            guard error.status == .unauthorized, isPerson else { throw error }
            var response = WebPage.signIn.asset.response([:])
            response.status = .unauthorized
            response.headers[.cacheControl] = "no-store"
            response.headers[.wwwAuthenticate] = "Bearer"
            return response
        }
    }

    private func signIn(once text: String, _ head: HTTPRequest) async throws(Problem) -> Response {
        let secret = Secret.random("ts_")
        let session = NewSession(
            name: "browser", secretHash: secret.hash, expires: Self.sessionEnd)
        let outcome = await node.propose(
            .people(.spendToken(secretHash: Secret(text: text).hash, session: session)),
            actor: nil, credential: nil, identity: nil)
        let decided = try decided(outcome, hasKey: false)
        var response = Answer.empty(.seeOther)
        response.headers[.location] = "/"
        response.headers[.cacheControl] = "no-store"
        response.headers[.referrerPolicy] = "no-referrer"
        response.headers[.setCookie] = SessionCookie.header(
            secret.text, isSecure: isSecure(head))
        return finish(response, decided)
    }

    private static var sessionEnd: Timestamp {
        Timestamp(
            milliseconds: Timestamp.now.milliseconds + Int64(SessionCookie.seconds) * 1_000)
    }

    /// Whether the browser came over TLS, which a proxy in front of the node ends.
    private func isSecure(_ head: HTTPRequest) -> Bool {
        head.scheme == "https"
            || head.headerFields[.forwardedProtocol]?.lowercased() == "https"
    }
}
