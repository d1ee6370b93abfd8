package import Node
package import Replica
package import StateStore
package import Work

/// What the fronts need of a node. A running node offers it; so does anything else that applies
/// commands to a state and can be asked about it.
package protocol TaskService: Sendable {
    /// The member that answers.
    var id: UInt64 { get }
    var events: EventFeed { get }
    /// How far this node has applied, and whom it believes to lead; cheap.
    var position: ReadPoint { get }
    /// Milliseconds since the last moment of which this node is known to have everything that was
    /// committed then; nil if there was none since it started. Cheap.
    var staleness: UInt64? { get }

    func status() -> ClusterStatus

    /// Decides a command, within about two seconds. With a credential, apply looks at that token
    /// again, and its user is the actor.
    func propose(
        _ command: Command, actor: String?, credential: TokenID?, identity: IdempotencyKey?
    ) async -> ProposalOutcome

    /// A live task, and the point it was read at.
    func task(
        _ id: TaskID, _ consistency: Consistency
    ) async throws(ReadFailure) -> (TaskRecord?, ReadPoint)

    func readPoint(_ consistency: Consistency) async throws(ReadFailure) -> ReadPoint

    /// Live tasks by rising ID, read no earlier than `index`.
    func tasks(
        after: TaskID?, limit: Int, status: TaskStatus?, atLeast index: UInt64
    ) async throws(ReadFailure) -> [TaskRecord]

    /// A task, or what is left of it, read no earlier than `index`.
    func anyTask(_ id: TaskID, atLeast index: UInt64) async throws(ReadFailure) -> TaskRecord?

    /// The steps of a task's life, oldest first, read no earlier than `index`.
    func history(
        of id: TaskID, after: EventPosition?, limit: Int, atLeast index: UInt64
    ) async throws(ReadFailure) -> [HistoryRecord]

    // MARK: Queries, each read no earlier than `index`

    /// One page of what is asked for, in its order, and where the next page begins.
    func tasks(
        matching query: TaskQuery, after: QueryCursor?, atLeast index: UInt64
    ) async throws(ReadFailure) -> TaskPage

    func count(
        matching query: TaskQuery, atLeast index: UInt64
    ) async throws(ReadFailure) -> Int

    /// The labels of live tasks behind this one, by their bytes.
    func labels(
        after: String?, limit: Int, atLeast index: UInt64
    ) async throws(ReadFailure) -> [LabelCount]

    /// What somebody did to tasks behind this one under idempotency keys that are this prefix and
    /// the task's number, as far as it is remembered; by the tasks' numbers. Before it what was
    /// done under such keys with another fingerprint than `print`, whatever its tasks.
    func keys(
        of principal: String, from prefix: String, print: UInt64, after: TaskID?, limit: Int,
        atLeast index: UInt64
    ) async throws(ReadFailure) -> [KeyRecord]

    /// The comments on a task, oldest first.
    func comments(
        of task: TaskID, after: CommentID?, limit: Int, atLeast index: UInt64
    ) async throws(ReadFailure) -> [CommentRecord]

    // MARK: As of an earlier entry, put together from the history

    /// The task as it was after the entry at `past`; nil if it was not there, or not any more.
    func task(
        _ id: TaskID, asOf past: UInt64, atLeast index: UInt64
    ) async throws(ReadFailure) -> TaskRecord?

    /// Tasks of a board as they were after the entry at `past`, by rising number; about `limit`,
    /// and fewer where many had to be looked at that were not there then.
    func tasks(
        on board: BoardID, asOf past: UInt64, after: TaskID?, limit: Int, atLeast index: UInt64
    ) async throws(ReadFailure) -> PastPage

    // MARK: From memory

    /// Boards, users, tokens, saved views, and single comments.
    func items(
        _ query: ItemQuery, _ consistency: Consistency
    ) async throws(ReadFailure) -> ([Item], ReadPoint)

    /// Whether there are users at all, and when they or their tokens last changed; cheap. What a
    /// front remembers of tokens is good as long as this is the same.
    var people: PeopleMark { get }
}

extension TaskService {
    package func propose(
        _ command: Command, actor: String?, key: String?
    ) async -> ProposalOutcome {
        let identity = key.map {
            IdempotencyKey(principal: "", text: $0, fingerprint: Request.fingerprint(of: command))
        }
        return await propose(command, actor: actor, credential: nil, identity: identity)
    }

    package func board(
        _ id: BoardID, _ consistency: Consistency
    ) async throws(ReadFailure) -> BoardRecord? {
        guard case .board(let board) = try await items(.item(.board(id)), consistency).0.first
        else { return nil }
        return board
    }

    package func boards(
        _ consistency: Consistency
    ) async throws(ReadFailure) -> [BoardRecord] {
        try await items(.boards, consistency).0.compactMap {
            if case .board(let board) = $0 { board } else { nil }
        }
    }

    package func views(_ consistency: Consistency) async throws(ReadFailure) -> [ViewRecord] {
        try await items(.views, consistency).0.compactMap {
            if case .view(let view) = $0 { view } else { nil }
        }
    }

    package func users(_ consistency: Consistency) async throws(ReadFailure) -> [UserRecord] {
        try await items(.users, consistency).0.compactMap {
            if case .user(let user) = $0 { user } else { nil }
        }
    }

    package func user(
        _ id: UserID, _ consistency: Consistency
    ) async throws(ReadFailure) -> UserRecord? {
        guard case .user(let user) = try await items(.item(.user(id)), consistency).0.first
        else { return nil }
        return user
    }

    package func user(
        named name: String, _ consistency: Consistency
    ) async throws(ReadFailure) -> UserRecord? {
        guard case .user(let user) = try await items(.userNamed(name), consistency).0.first
        else { return nil }
        return user
    }

    package func tokens(
        of user: UserID?, _ consistency: Consistency
    ) async throws(ReadFailure) -> [TokenRecord] {
        try await items(.tokens(user), consistency).0.compactMap {
            if case .token(let token) = $0 { token } else { nil }
        }
    }

    /// The token of a secret with its user, whatever has become of either: `Credential` says
    /// whether it holds.
    package func token(
        secretHash: [UInt8], _ consistency: Consistency
    ) async throws(ReadFailure) -> (token: TokenRecord, user: UserRecord)? {
        let found = try await items(.token(secretHash: secretHash), consistency).0
        guard found.count == 2, case .token(let token) = found[0], case .user(let user) = found[1]
        else { return nil }
        return (token, user)
    }
}
