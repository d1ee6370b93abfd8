/// Users and tokens.
extension WorkState {
    mutating func perform(_ command: PeopleCommand, _ context: inout Context) -> Reply {
        do throws(Refusal) {
            switch command {
            case .createUser(let user): return try createUser(user, &context)
            case .updateUser(let id, let expected, let patch):
                return try updateUser(id, expected, patch, &context)
            case .createToken(let token): return try createToken(token, &context)
            case .revokeToken(let id): return try revokeToken(id, &context)
            case .spendToken(let secretHash, let session):
                return try spendToken(secretHash, session, &context)
            }
        } catch {
            return .refused(error)
        }
    }

    /// The forms in which names are compared come with the command, and must fit into a column.
    private static func check(_ text: FoldedText?) throws(Refusal) {
        guard let text else { return }
        if text.key.isEmpty || text.key.unicodeScalars.count > 3 * Limits.emailCharacters {
            throw .invalid("/name its compared form does not fit")
        }
    }

    private mutating func createUser(
        _ new: NewUser, _ context: inout Context
    ) throws(Refusal) -> Reply {
        let problems = UserRecord.problems(
            name: new.name.text, email: new.email?.text, passwordHash: new.passwordHash)
        if let refusal = problems.refusal { throw refusal }
        try Self.check(new.name)
        try Self.check(new.email)
        if items.user(nameKey: new.name.key) != nil { throw .conflict(.nameTaken) }
        if let email = new.email, items.user(emailKey: email.key) != nil {
            throw .conflict(.emailTaken)
        }
        // Somebody must be able to make the others.
        if items.adminCount == 0, new.role != .admin { throw .conflict(.lastAdmin) }
        if items.users.count >= Limits.users { throw .tooMany("users") }
        if isFull { throw .stateFull }
        let user = UserRecord(
            id: UserID(items.scalars.nextUser), name: new.name.text, nameKey: new.name.key,
            email: new.email?.text, emailKey: new.email?.key, role: new.role, isDisabled: false,
            passwordHash: new.passwordHash, life: context.newLife)
        items.scalars.nextUser += 1
        return put(.user(user), &context)
    }

    private mutating func updateUser(
        _ id: UserID, _ expected: UInt64?, _ patch: UserPatch, _ context: inout Context
    ) throws(Refusal) -> Reply {
        guard let old = items.users[id] else { throw .itemNotFound(.user(id)) }
        try Self.check(.user(old), expected)
        try Self.check(patch.name)
        try Self.check(patch.email ?? nil)
        var user = patch.applied(to: old)
        let problems = UserRecord.problems(
            name: user.name, email: user.email, passwordHash: user.passwordHash)
        if let refusal = problems.refusal { throw refusal }
        if let holder = items.user(nameKey: user.nameKey), holder != id {
            throw .conflict(.nameTaken)
        }
        if let key = user.emailKey, let holder = items.user(emailKey: key), holder != id {
            throw .conflict(.emailTaken)
        }
        if old.isActiveAdmin, !user.isActiveAdmin, items.adminCount == 1 {
            throw .conflict(.lastAdmin)
        }
        if user.hash == old.hash { return .item(.user(old)) }
        if user.size > old.size, isFull { throw .stateFull }
        user.life = old.life.changed(context)
        return put(.user(user), &context)
    }

    private mutating func createToken(
        _ new: NewToken, _ context: inout Context
    ) throws(Refusal) -> Reply {
        guard let user = items.users[new.user], !user.isDisabled else {
            throw .itemNotFound(.user(new.user))
        }
        if let problem = Text.problem(new.name, 1...Limits.nameCharacters) {
            throw .invalid("/name \(problem)")
        }
        if new.scopes.isEmpty { throw .invalid("/scopes must not be empty") }
        if isFull { throw .stateFull }
        return try put(new, &context)
    }

    private mutating func revokeToken(
        _ id: TokenID, _ context: inout Context
    ) throws(Refusal) -> Reply {
        guard let token = items.tokens[id] else { throw .itemNotFound(.token(id)) }
        return end(token, &context)
    }

    /// Who opens the link needs nothing else.
    private mutating func spendToken(
        _ secretHash: [UInt8], _ session: NewSession, _ context: inout Context
    ) throws(Refusal) -> Reply {
        guard let token = items.token(secretHash: secretHash), token.kind == .signIn,
            !token.isExpired(at: context.time),
            let user = items.users[token.user], !user.isDisabled
        else { throw .unauthorized }
        if let problem = Text.problem(session.name, 1...Limits.nameCharacters) {
            throw .invalid("/name \(problem)")
        }
        if items.token(secretHash: session.secretHash) != nil {
            throw .invalid("/token is known already")
        }
        _ = end(token, &context)
        return try put(
            NewToken(
                user: user.id, name: session.name, secretHash: session.secretHash, scopes: .all,
                kind: .session, expires: session.expires), &context)
    }

    private mutating func put(_ new: NewToken, _ context: inout Context) throws(Refusal) -> Reply {
        if items.token(secretHash: new.secretHash) != nil {
            throw .invalid("/token is known already")
        }
        try makeRoom(for: new, &context)
        let token = TokenRecord(
            id: TokenID(items.scalars.nextToken), user: new.user, name: new.name,
            secretHash: new.secretHash, scopes: new.scopes, kind: new.kind, expires: new.expires,
            life: context.newLife)
        items.scalars.nextToken += 1
        return put(.token(token), &context)
    }

    /// Whoever signs in can always do so: the oldest session makes room. What expired goes first.
    private mutating func makeRoom(
        for new: NewToken, _ context: inout Context
    ) throws(Refusal) {
        let tokens = items.tokens(of: new.user).compactMap { items.tokens[$0] }
        for token in tokens where token.isExpired(at: context.time) { _ = end(token, &context) }
        let left = tokens.filter { !$0.isExpired(at: context.time) }
        if left.count < Limits.tokensPerUser { return }
        guard new.kind != .api, let oldest = left.first(where: { $0.kind != .api }) else {
            throw .tooMany("tokens of one user")
        }
        _ = end(oldest, &context)
    }

    private mutating func end(_ token: TokenRecord, _ context: inout Context) -> Reply {
        var token = token
        token.life = token.life.ended(context)
        return put(.token(token), &context)
    }
}

extension UserPatch {
    func applied(to user: UserRecord) -> UserRecord {
        var result = user
        if let name { (result.name, result.nameKey) = (name.text, name.key) }
        if let email { (result.email, result.emailKey) = (email?.text, email?.key) }
        if let role { result.role = role }
        if let isDisabled { result.isDisabled = isDisabled }
        if let passwordHash { result.passwordHash = passwordHash }
        return result
    }
}
