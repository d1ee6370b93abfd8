import HTTPTypes
import Hummingbird
import Node
import Replica
import Work

extension Responder {
    /// `/v1/tasks/{id}/{part}` with a body.
    func act(
        on id: TaskID, _ part: TaskPart, _ fields: FieldCall, _ call: Call
    ) async throws(Problem) -> Response {
        switch part {
        case .move: return try await move(id, fields, call)
        case .undo: return try await undo(id, fields, call)
        case .restore: return try await restore(id, fields, call)
        case .comments:
            let (text, author) = try ItemInput.comment(fields.value)
            return try await made(.addComment(id, text: text), fields.key, author)
        case .history: throw .methodNotAllowed(part.methods)
        }
    }

    private func move(
        _ id: TaskID, _ fields: FieldCall, _ call: Call
    ) async throws(Problem) -> Response {
        let expectation = try Expectation(call.headers)
        let (move, author) = try TaskActionInput.move(fields.value)
        let decided = try await decide(
            .moveTask(id, expected: expectation.version, move), actor: author, key: fields.key)
        return try await task(id, decided)
    }

    /// The task that a decision about it left.
    func task(_ id: TaskID, _ decided: Decided) async throws(Problem) -> Response {
        switch decided.reply {
        case .task(let task): return finish(Answer.task(.ok, task), decided)
        case .replayed(_, let found, _):
            let task = try await existing(found, id, at: decided.index)
            return finish(Answer.task(.ok, task), decided)
        case .deleted: return finish(Answer.empty(.noContent), decided)
        case .refused, .jobs, .imported, .item, .itemDeleted, .replayedItem, .done:
            throw .unexpected
        }
    }

    // MARK: Restore

    /// A deleted task comes back as it was, or as it was at a log index; a live one becomes what
    /// it was then.
    private func restore(
        _ id: TaskID, _ fields: FieldCall, _ call: Call
    ) async throws(Problem) -> Response {
        let (asOf, author) = try TaskActionInput.restore(fields.value)
        let seen = try ItemVersion.expected(call.headers)
        let identity = identity(fields.key, "restore \(id.rawValue) \(asOf ?? 0)")
        switch try await present(id, identity) {
        case .replayed(let decided): return try await task(id, decided)
        case .live(let current, let point):
            guard let asOf else { throw .init(Conflict.taskIsLive(current)) }
            if let seen, seen != current.version { throw .staleVersion(current) }
            let past = try await past(id, asOf, point)
            let decided = try await decide(
                .updateTask(id, expected: current.version, TaskPatch(all: past.fields)),
                actor: author, identity: identity)
            return try await task(id, decided)
        case .gone(let tombstone, let point):
            if let seen, seen != tombstone.version { throw .staleVersion(tombstone) }
            var record = tombstone
            if let asOf {
                let past = try await past(id, asOf, point)
                (record.fields, record.rank) = (past.fields, past.rank)
            }
            let decided = try await decide(
                .restoreTask(record), actor: author, identity: identity)
            return try await task(id, decided)
        }
    }

    private func past(
        _ id: TaskID, _ index: UInt64, _ point: ReadPoint
    ) async throws(Problem) -> TaskRecord {
        try Self.check(asOf: index, point)
        let found: TaskRecord?
        do {
            found = try await node.task(id, asOf: index, atLeast: point.index)
        } catch {
            throw Problem(error)
        }
        guard let found else {
            throw .notFound("task \(id.rawValue) was not there at log index \(index)")
        }
        return found
    }

    static func check(asOf index: UInt64, _ point: ReadPoint) throws(Problem) {
        if index > point.index {
            throw .notFound("log index \(index) is not there yet: the cluster is at \(point.index)")
        }
    }

    // MARK: What a step by step decision starts from

    enum Present {
        case live(TaskRecord, ReadPoint)
        case gone(TaskRecord, ReadPoint)
        /// The request was done before, under its key.
        case replayed(Decided)
    }

    /// The task as it is. With a key it is asked through the log, by a change that no version of
    /// the task allows: so a request that was done before is known as such, whatever came since.
    func present(_ id: TaskID, _ identity: IdempotencyKey?) async throws(Problem) -> Present {
        guard let identity else {
            let found: (TaskRecord?, ReadPoint)
            do { found = try await node.task(id, .linearizable) } catch { throw Problem(error) }
            guard let task = found.0 else { return try await gone(id, found.1) }
            return .live(task, found.1)
        }
        let probe = Command.updateTask(id, expected: 0, TaskPatch())
        let outcome = await node.propose(
            probe, actor: nil, credential: caller.credential?.token.id, identity: identity)
        guard case .applied(let reply, let index, let term) = outcome else {
            _ = try decided(outcome, hasKey: true)
            throw .unexpected
        }
        let point = ReadPoint(index: index, term: term, leader: node.position.leader)
        switch reply {
        case .refused(.versionMismatch(let task)): return .live(task, point)
        case .refused(.notFound): return try await gone(id, point)
        default: return .replayed(try decided(outcome, hasKey: true))
        }
    }

    private func gone(_ id: TaskID, _ point: ReadPoint) async throws(Problem) -> Present {
        let tombstone: TaskRecord?
        do {
            tombstone = try await node.anyTask(id, atLeast: point.index)
        } catch {
            throw Problem(error)
        }
        guard let tombstone else { throw .noTask(id) }
        return .gone(tombstone, point)
    }
}
