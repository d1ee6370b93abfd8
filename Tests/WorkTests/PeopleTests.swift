import Testing
import Work

/// Users and tokens, and what apply looks at again before it does what a token asks for.
@Suite struct PeopleTests {
    private func cluster() -> Applied {
        var cluster = Applied()
        _ = cluster.send(.raiseMachineVersion(3))
        return cluster
    }

    private func secret(_ byte: UInt8) -> [UInt8] { [UInt8](repeating: byte, count: 32) }

    private func user(
        _ name: String, _ role: UserRole = .admin, email: String? = nil
    ) -> Command {
        .people(.createUser(NewUser(name: name, email: email, role: role, passwordHash: nil)))
    }

    private func token(
        _ user: UInt64, _ byte: UInt8, _ scopes: Scopes = .all,
        kind: TokenRecord.Kind = .api, expires: Timestamp? = nil
    ) -> Command {
        .people(
            .createToken(
                NewToken(
                    user: UserID(user), name: "t", secretHash: secret(byte), scopes: scopes,
                    kind: kind, expires: expires)))
    }

    private func edit(_ user: UInt64, _ change: (inout UserPatch) -> Void) -> Command {
        var patch = UserPatch()
        change(&patch)
        return .people(.updateUser(UserID(user), expected: nil, patch))
    }

    @Test func `Names and addresses are one person's, whatever their case`() {
        var cluster = cluster()
        let ann = cluster.send(user("Ann", email: "Ann@x.org")).user
        #expect(ann?.id == UserID(1))
        #expect(cluster.send(user("ANN", .member)).refusal == .conflict(.nameTaken))
        #expect(
            cluster.send(user("Bob", .member, email: "ann@X.ORG")).refusal == .conflict(.emailTaken))
        #expect(cluster.send(user("Bob", .member)).user?.id == UserID(2))
        #expect(cluster.send(edit(2) { $0.name = FoldedText("ann") }).refusal == .conflict(.nameTaken))
        #expect(cluster.send(edit(1) { $0.name = FoldedText("ANN") }).user?.name == "ANN")
        #expect(cluster.state.items.user(named: "aNN")?.id == UserID(1))
    }

    @Test func `The last admin stays one, and the first user is one`() {
        var cluster = cluster()
        #expect(cluster.send(user("Ann", .member)).refusal == .conflict(.lastAdmin))
        _ = cluster.send(user("Ann"))
        #expect(cluster.send(edit(1) { $0.role = .member }).refusal == .conflict(.lastAdmin))
        #expect(cluster.send(edit(1) { $0.isDisabled = true }).refusal == .conflict(.lastAdmin))
        _ = cluster.send(user("Bob"))
        #expect(cluster.send(edit(1) { $0.isDisabled = true }).user?.isDisabled == true)
        #expect(cluster.send(edit(2) { $0.role = .viewer }).refusal == .conflict(.lastAdmin))
    }

    @Test(arguments: [
        NewUser(name: "", email: nil, role: .admin, passwordHash: nil),
        NewUser(name: "a\u{7f}", email: nil, role: .admin, passwordHash: nil),
        NewUser(name: "a", email: "nobody", role: .admin, passwordHash: nil),
        NewUser(name: String(repeating: "a", count: 65), email: nil, role: .admin, passwordHash: nil),
    ])
    func `A user that cannot be shown is refused`(new: NewUser) {
        var cluster = cluster()
        let reply = cluster.send(.people(.createUser(new)))
        // Control characters are not even read.
        #expect(reply == nil || reply.isInvalid)
        #expect(cluster.state.items.users.isEmpty)
    }

    @Test func `What a token does is its user's doing`() throws {
        var cluster = cluster()
        _ = cluster.send(user("Ann"))
        let id = try #require(cluster.send(token(1, 7)).token?.id)
        let task = cluster.send(.createTask(TaskFields(title: "x")), actor: "somebody", credential: id)
        #expect(task.task?.author == "Ann")
        #expect(cluster.history.first?.actor == "Ann")
    }

    @Test func `A token that is revoked, expired or of somebody disabled does nothing`() throws {
        var cluster = cluster()
        _ = cluster.send(user("Ann"))
        _ = cluster.send(user("Bob", .member))
        let later = Timestamp(milliseconds: cluster.wallTime.milliseconds + 1_000)
        let short = try #require(cluster.send(token(2, 1, expires: later)).token?.id)
        let long = try #require(cluster.send(token(2, 2)).token?.id)
        let gone = try #require(cluster.send(token(2, 3)).token?.id)
        _ = cluster.send(.people(.revokeToken(gone)))
        let create = Command.createTask(TaskFields(title: "x"))
        #expect(cluster.send(create, credential: gone).refusal == .unauthorized)
        #expect(cluster.send(create, credential: TokenID(99)).refusal == .unauthorized)
        #expect(cluster.send(create, credential: short).task != nil)
        cluster.wallTime.milliseconds += 1_000
        #expect(cluster.send(create, credential: short).refusal == .unauthorized)
        #expect(cluster.send(create, credential: long).task != nil)
        _ = cluster.send(edit(2) { $0.isDisabled = true })
        #expect(cluster.send(create, credential: long).refusal == .unauthorized)
        #expect(cluster.state.tasks.count == 2)
    }

    @Test func `A token allows what it was made for and the role has`() throws {
        var cluster = cluster()
        _ = cluster.send(user("Ann"))
        _ = cluster.send(user("Eve", .viewer))
        let viewer = try #require(cluster.send(token(2, 1)).token?.id)
        let reader = try #require(cluster.send(token(1, 2, .read)).token?.id)
        let putter = try #require(cluster.send(token(1, 3, .enqueue)).token?.id)
        let all = try #require(cluster.send(token(1, 4)).token?.id)
        let create = Command.createTask(TaskFields(title: "x"))
        let queue = try #require(QueueName("mail"))
        let put = Command.jobs(.put(queue, [NewJob(body: [1])]))
        for token in [viewer, reader] {
            #expect(cluster.send(create, credential: token).refusal == .forbidden)
            #expect(cluster.send(put, credential: token).refusal == .forbidden)
        }
        #expect(cluster.send(put, credential: putter).put.count == 1)
        #expect(cluster.send(.jobs(.kick(queue, 1)), credential: putter).refusal == .forbidden)
        #expect(cluster.send(user("Bob"), credential: putter).refusal == .forbidden)
        #expect(cluster.send(user("Bob"), credential: all).user != nil)
        #expect(cluster.send(.jobs(.deleteQueue(queue)), credential: all).refusal == nil)
    }

    @Test func `Everybody cares for his own tokens and password, and nobody else's`() throws {
        var cluster = cluster()
        _ = cluster.send(user("Ann"))
        _ = cluster.send(user("Bob", .member))
        let session = try #require(cluster.send(token(2, 1, kind: .session)).token?.id)
        let api = try #require(cluster.send(token(2, 2, [.read, .tasks])).token?.id)
        #expect(cluster.send(token(2, 3, .tasks), credential: session).token != nil)
        #expect(cluster.send(token(2, 4, .admin), credential: session).refusal == .forbidden)
        #expect(cluster.send(token(2, 4, .work), credential: api).refusal == .forbidden)
        #expect(cluster.send(token(1, 4, .read), credential: session).refusal == .forbidden)
        let change = edit(2) { $0.passwordHash = .some("x") }
        #expect(cluster.send(change, credential: session).user != nil)
        #expect(cluster.send(change, credential: api).refusal == .forbidden)
        #expect(cluster.send(edit(2) { $0.role = .admin }, credential: session).refusal == .forbidden)
        #expect(cluster.send(edit(1) { $0.email = .some(nil) }, credential: session).refusal == .forbidden)
        let other = try #require(cluster.send(token(1, 5)).token?.id)
        #expect(cluster.send(.people(.revokeToken(other)), credential: session).refusal == .forbidden)
        #expect(cluster.send(.people(.revokeToken(api)), credential: session) == .itemDeleted(.token(api)))
    }

    @Test func `A link signs in once, as somebody who may do all that his role has`() throws {
        var cluster = cluster()
        _ = cluster.send(user("Ann"))
        _ = cluster.send(token(1, 1, kind: .signIn))
        let later = Timestamp(milliseconds: cluster.wallTime.milliseconds + 1_000)
        func spend(_ byte: UInt8, _ new: UInt8) -> Command {
            .people(
                .spendToken(
                    secretHash: secret(byte),
                    session: NewSession(name: "b", secretHash: secret(new), expires: later)))
        }
        #expect(
            cluster.send(.createTask(TaskFields(title: "x")), credential: TokenID(1)).refusal
                == .unauthorized, "a link is no session")
        let session = try #require(cluster.send(spend(1, 2)).token)
        #expect(session.kind == .session)
        #expect(session.expires == later)
        #expect(cluster.send(spend(1, 3)).refusal == .unauthorized)
        #expect(cluster.send(spend(2, 3)).refusal == .unauthorized)
        #expect(cluster.state.items.tokens.count == 1)
        #expect(cluster.send(user("Bob"), credential: session.id).user != nil)
    }

    @Test func `Sessions make room for new ones, and programs' tokens do not`() {
        var cluster = cluster()
        _ = cluster.send(user("Ann"))
        func hashed(_ number: Int, _ kind: TokenRecord.Kind) -> Command {
            var hash = secret(0)
            hash[0] = UInt8(number & 255)
            hash[1] = UInt8(number >> 8)
            return .people(
                .createToken(
                    NewToken(
                        user: UserID(1), name: "t", secretHash: hash, scopes: .all, kind: kind,
                        expires: nil)))
        }
        for number in 0..<Limits.tokensPerUser - 1 { _ = cluster.send(hashed(number, .api)) }
        #expect(cluster.send(hashed(300, .session)).token != nil)
        #expect(cluster.send(hashed(301, .api)).refusal == .tooMany("tokens of one user"))
        #expect(cluster.send(hashed(302, .session)).token != nil)
        #expect(cluster.state.items.tokens.count == Limits.tokensPerUser)
        #expect(cluster.state.items.token(secretHash: secret(0)) != nil)
    }

    @Test func `A secret is known once`() {
        var cluster = cluster()
        _ = cluster.send(user("Ann"))
        _ = cluster.send(token(1, 1))
        #expect(cluster.send(token(1, 1)).isInvalid)
    }

    @Test func `The keys of two users do not meet`() throws {
        var cluster = cluster()
        _ = cluster.send(user("Ann"))
        _ = cluster.send(user("Bob"))
        let ann = try #require(cluster.send(token(1, 1)).token?.id)
        let bob = try #require(cluster.send(token(2, 2)).token?.id)
        let create = Command.createTask(TaskFields(title: "x"))
        let first = cluster.send(create, credential: ann, key: "k").task
        #expect(cluster.send(create, credential: bob, key: "k").task?.id != first?.id)
        #expect(cluster.send(create, credential: ann, key: "k").replayed?.task == first?.id)
        _ = cluster.send(.people(.revokeToken(ann)))
        #expect(cluster.send(create, credential: ann, key: "k").refusal == .unauthorized)
    }
}
