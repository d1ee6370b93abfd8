import HTTPTypes
import Hummingbird
import Node
import Replica
import Work

extension Responder {
    /// Answers what is asked of users, tokens and sessions.
    func people(
        _ request: Request, _ route: PeopleRoute, _ call: Call, _ context: FrontContext
    ) async throws -> Response {
        let isRead = request.method == .get || request.method == .head
        switch (isRead ? .get : request.method, route) {
        case (.get, .me): return try me(call)
        case (.get, .users): return try await users(call)
        case (.get, .user(let id)): return try await user(id, call)
        case (.get, .tokens): return try await tokens(call)
        case (.post, .users): return try await createUser(try await fields(request, call))
        case (.patch, .user(let id)):
            return try await updateUser(id, try await fields(request, call), call)
        case (.delete, .user(let id)): return try await disableUser(id, call)
        case (.post, .tokens): return try await createToken(try await fields(request, call))
        case (.delete, .token(let id)): return try await revokeToken(id, call)
        case (.post, .session):
            return try await signIn(try await fields(request, call), request.head, context)
        case (.delete, .session): return try await signOut(call)
        default: throw Problem.methodNotAllowed(route.methods)
        }
    }

    private func me(_ call: Call) throws(Problem) -> Response {
        _ = try call.target.parameters()
        var writer = JSONWriter(capacity: 512)
        writer.object {
            $0.name("user")
            if let user = caller.credential?.user {
                $0.user(user, withEmail: true)
            } else {
                $0.null()
            }
            $0.member("role", caller.credential?.user.role.name ?? UserRole.admin.name)
            $0.name("scopes")
            $0.array(caller.scopes.names) { $0.string($1) }
            $0.member("csrf", optional: caller.csrf)
            $0.member("has_users", node.people.hasUsers)
        }
        var response = read(Answer.json(.ok, writer), at: node.position)
        response.headers[.cacheControl] = "no-store"
        return response
    }

    // MARK: Users

    private func users(_ call: Call) async throws(Problem) -> Response {
        try await list(.users, .users, call, write: { writer, item in
            if case .user(let user) = item { writer.user(user, withEmail: seesEmail(of: user)) }
        })
    }

    private func seesEmail(of user: UserRecord) -> Bool {
        caller.isAdmin || caller.credential?.user.id == user.id
    }

    private func user(_ id: UserID, _ call: Call) async throws(Problem) -> Response {
        let (_, consistency) = try call.readParameters()
        let found: UserRecord?
        do { found = try await node.user(id, consistency) } catch { throw Problem(error) }
        guard let user = found else { throw .notFound("there is no user \(id.rawValue)") }
        var writer = JSONWriter()
        writer.user(user, withEmail: seesEmail(of: user))
        var response = read(Answer.json(.ok, writer), at: node.position)
        response.headers[.eTag] = EntityTag.text(user.life.version)
        return response
    }

    private func createUser(_ fields: FieldCall) async throws(Problem) -> Response {
        try caller.check(.scopes(.admin))
        let input = try PeopleInput.user(fields.value, isNew: true)
        // From the first user on somebody has to sign in: it must be possible.
        if !node.people.hasUsers, input.password == nil, case .network = keeper.trust {
            throw .badFields(
                [FieldProblem(pointer: "/password", detail: "is required for the first user")],
                allUnknown: false)
        }
        let role = input.role ?? (node.people.hasUsers ? .member : .admin)
        let name = input.name ?? ""
        let hash = try await hash(input.password)
        let command = PeopleCommand.createUser(
            NewUser(name: name, email: input.email ?? nil, role: role, passwordHash: hash))
        let identity = identity(
            fields.key, "user \(name)\n\((input.email ?? nil) ?? "")\n\(role.name)")
        let decided = try await decide(.people(command), actor: nil, identity: identity)
        return finish(try Answer.item(decided, .created), decided)
    }

    private func hash(_ password: String?) async throws(Problem) -> String? {
        guard let password else { return nil }
        return try await hasher.hash(password)
    }

    private func updateUser(
        _ id: UserID, _ fields: FieldCall, _ call: Call
    ) async throws(Problem) -> Response {
        let expected = try ItemVersion.expected(call.headers)
        let input = try PeopleInput.user(fields.value, isNew: false)
        guard caller.isAdmin || caller.credential?.user.id == id else { throw .forbidden }
        var patch = UserPatch()
        patch.name = input.name.map { FoldedText($0) }
        patch.email = input.email.map { $0.map { FoldedText($0) } }
        patch.role = input.role
        patch.isDisabled = input.isDisabled
        if let hash = try await hash(input.password) { patch.passwordHash = .some(hash) }
        let decided = try await decide(
            .people(.updateUser(id, expected: expected, patch)), actor: nil, identity: nil)
        if patch.passwordHash != nil { try await endSessions(of: id) }
        return finish(try Answer.item(decided, .ok), decided)
    }

    /// Who knew the old password is signed out: every session but the one that asks, and links
    /// that were not used yet. The change is applied here, so what was made before it is seen
    /// here; what is made after it is looked at again by whoever makes it (`signIn`).
    private func endSessions(of user: UserID) async throws(Problem) {
        let tokens: [TokenRecord]
        do { tokens = try await node.tokens(of: user, .stale) } catch { throw Problem(error) }
        let asking = caller.credential?.token.id
        let ended = tokens.filter { $0.kind != .api && $0.id != asking }.map(\.id)
        let problems = await withTaskGroup(of: Problem?.self) { group in
            for token in ended { group.addTask { await self.end(token) } }
            return await group.reduce(into: []) { $0 += [$1].compactMap(\.self) }
        }
        if let problem = problems.first { throw problem }
    }

    /// Why the token could not be ended; nil if it is gone, whoever did it.
    private func end(_ token: TokenID) async -> Problem? {
        do throws(Problem) {
            _ = try await decide(.people(.revokeToken(token)), actor: nil, identity: nil)
            return nil
        } catch {
            return error.code == .notFound ? nil : error
        }
    }

    /// Somebody who is gone stays named where he was.
    private func disableUser(_ id: UserID, _ call: Call) async throws(Problem) -> Response {
        _ = try call.target.parameters()
        let key = try KeyHeader.key(call.headers)
        let expected = try ItemVersion.expected(call.headers)
        try caller.check(.scopes(.admin))
        var patch = UserPatch()
        patch.isDisabled = true
        let decided = try await decide(
            .people(.updateUser(id, expected: expected, patch)), actor: nil, key: key)
        return finish(Answer.empty(.noContent), decided)
    }

    // MARK: Tokens

    private func tokens(_ call: Call) async throws(Problem) -> Response {
        // Whose they are is seen in each: an admin sees all.
        let own = caller.isAdmin ? nil : caller.credential?.user.id
        return try await list(.tokens, .tokens(own), call)
    }

    private func createToken(_ fields: FieldCall) async throws(Problem) -> Response {
        let input = try PeopleInput.token(fields.value)
        guard let user = input.user ?? caller.credential?.user.id else {
            throw .badFields(
                [FieldProblem(pointer: "/user", detail: "is required: nobody is signed in")],
                allUnknown: false)
        }
        let secret = Secret.random()
        let expires = input.lifetime.map {
            Timestamp(milliseconds: Timestamp.now.milliseconds + Int64($0))
        }
        let new = NewToken(
            user: user, name: input.name, secretHash: secret.hash, scopes: input.scopes,
            kind: input.isSignIn ? .signIn : .api, expires: expires)
        let identity = identity(
            fields.key,
            "token \(user.rawValue) \(input.name)\n\(input.scopes.rawValue) \(new.kind.rawValue) "
                + "\(input.lifetime ?? 0)")
        let decided = try await decide(
            .people(.createToken(new)), actor: nil, identity: identity)
        var writer = JSONWriter(capacity: 512)
        switch decided.reply {
        case .item(.token(let token)): writer.token(token, secret: secret.text)
        // The secret was said once, and is not known here any more.
        case .replayedItem(_, .token(let token)?): writer.token(token)
        case .replayedItem(_, nil): throw .madeAndGone
        default: throw .unexpected
        }
        var response = Answer.json(.created, writer)
        response.headers[.cacheControl] = "no-store"
        return finish(response, decided)
    }

    private func revokeToken(_ id: TokenID, _ call: Call) async throws(Problem) -> Response {
        _ = try call.target.parameters()
        let key = try KeyHeader.key(call.headers)
        let decided = try await decide(.people(.revokeToken(id)), actor: nil, key: key)
        return finish(Answer.empty(.noContent), decided)
    }
}

extension Caller {
    /// What a browser must send with changes; nil for everybody else.
    var csrf: String? { hasCookie ? secret.map { Secret(text: $0).csrf } : nil }
}
