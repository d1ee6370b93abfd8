import HTTPTypes
import Hummingbird
import Node
import Replica
import Wire
import Work

extension Responder {
    func create(_ call: Call) async throws(Problem) -> Response {
        _ = try call.target.parameters()
        let key = try KeyHeader.key(call.headers)
        let (fields, author) = try TaskInput.create(call.json())
        return try await created(
            try await decide(.createTask(fields), actor: author, key: key))
    }

    /// `PUT /v1/tasks/{id}`: makes the task with this number, or replaces all its fields.
    func put(_ id: TaskID, _ call: Call) async throws(Problem) -> Response {
        _ = try call.target.parameters()
        let key = try KeyHeader.key(call.headers)
        let condition = try PutCondition(call.headers)
        let (fields, author) = try TaskInput.create(call.json())
        switch condition {
        case .isNew:
            return try await created(
                try await decide(.createNumbered(id, fields), actor: author, key: key))
        case .replaces(let expectation):
            let whole = TaskPatch(all: fields)
            let decided = try await decide(
                .updateTask(id, expected: expectation.version, whole), actor: author, key: key)
            return try await task(id, decided)
        }
    }

    private func created(_ decided: Decided) async throws(Problem) -> Response {
        let task: TaskRecord
        switch decided.reply {
        case .task(let created): task = created
        case .replayed(let outcome, let found, _):
            task = try await existing(found, outcome.task, at: decided.index)
        case .deleted, .refused, .jobs, .imported, .item, .itemDeleted, .replayedItem, .done:
            throw .unexpected
        }
        var response = Answer.task(.created, task)
        response.headers[.location] = "/v1/tasks/\(task.id.rawValue)"
        return finish(response, decided)
    }

    func update(_ id: TaskID, _ call: Call) async throws(Problem) -> Response {
        _ = try call.target.parameters()
        let key = try KeyHeader.key(call.headers)
        let expectation = try Expectation(call.headers)
        let (patch, author) = try TaskInput.update(call.json())
        let decided = try await decide(
            .updateTask(id, expected: expectation.version, patch), actor: author, key: key)
        return try await task(id, decided)
    }

    func delete(_ id: TaskID, _ call: Call) async throws(Problem) -> Response {
        _ = try call.target.parameters()
        let key = try KeyHeader.key(call.headers)
        let expectation = try Expectation(call.headers)
        let decided = try await decide(
            .deleteTask(id, expected: expectation.version), actor: nil, key: key)
        switch decided.reply {
        case .deleted, .replayed: return finish(Answer.empty(.noContent), decided)
        case .task, .refused, .jobs, .imported, .item, .itemDeleted, .replayedItem, .done:
            throw .unexpected
        }
    }

    /// What a replayed request made or changed. If it was deleted since, the stores still know it.
    func existing(
        _ found: TaskRecord?, _ id: TaskID, at index: UInt64
    ) async throws(Problem) -> TaskRecord {
        if let found { return found }
        do {
            if let tombstone = try await node.anyTask(id, atLeast: index) { return tombstone }
        } catch {
            // It was done, so this must not read as if it were not.
            throw .outcomeUnknown(hasKey: true)
        }
        throw .noTask(id)
    }
}

// MARK: Outcomes

/// A command that took effect, now or when its key was first used.
struct Decided {
    var reply: Reply
    var index: UInt64
    var term: UInt64

    /// The entry that did what was asked for: an earlier one if the request was a repetition.
    var changedIndex: UInt64 {
        if case .replayed(_, _, let index) = reply { index } else { index }
    }

    /// Whether it was done when its key was first used.
    var isReplayed: Bool {
        switch reply {
        case .replayed, .replayedItem: true
        case .task, .deleted, .refused, .jobs, .imported, .item, .itemDeleted, .done: false
        }
    }
}

extension Responder {
    func decide(
        _ command: Command, actor: String?, key: String?
    ) async throws(Problem) -> Decided {
        let identity = key.map {
            IdempotencyKey(
                principal: "", text: $0, fingerprint: Work.Request.fingerprint(of: command))
        }
        return try await decide(command, actor: actor, identity: identity)
    }

    /// With what is the same about a request when it is sent again, where that is not the command.
    func decide(
        _ command: Command, actor: String?, identity: IdempotencyKey?
    ) async throws(Problem) -> Decided {
        let outcome = await node.propose(
            command, actor: actor, credential: caller.credential?.token.id, identity: identity)
        return try decided(outcome, hasKey: identity != nil)
    }

    func decided(_ outcome: ProposalOutcome, hasKey: Bool) throws(Problem) -> Decided {
        switch outcome {
        case .applied(.refused(let refusal), _, _): throw Problem(refusal)
        case .applied(let reply, let index, let term):
            return Decided(reply: reply, index: index, term: term)
        case .rejected(let rejection): throw Problem(rejection)
        case .unknown: throw .outcomeUnknown(hasKey: hasKey)
        }
    }

    /// A key for a request whose command follows from what is found when it comes.
    func identity(_ key: String?, _ request: String) -> IdempotencyKey? {
        key.map {
            IdempotencyKey(
                principal: "", text: $0, fingerprint: Hash64.hash(Array(request.utf8), seed: 2))
        }
    }

    func finish(_ response: Response, _ decided: Decided) -> Response {
        var response = response
        if decided.isReplayed { response.headers[.idempotencyReplayed] = "true" }
        let point = ReadPoint(
            index: decided.index, term: decided.term, leader: node.position.leader)
        response.stamp(point, servedBy: node.id)
        return response
    }
}

extension Problem {
    init(_ refusal: Refusal) {
        switch refusal {
        case .notFound(let id): self = .noTask(id)
        case .versionMismatch(let current): self = .staleVersion(current)
        case .keyReused: self = .keyReused
        case .keysFull: self = .overloaded("too many idempotency keys are remembered")
        case .stateFull: self = .stateFull
        case .invalid(let text): self = .invalid(text)
        case .jobs(let refusal): self.init(refusal)
        case .unauthorized: self = .unauthorized
        case .forbidden: self = .forbidden
        case .itemNotFound: self = .notFound("it is not there, or not any more")
        case .itemMismatch(let item): self = .staleItem(item)
        case .conflict(let conflict): self.init(conflict)
        case .tooMany(let what): self = .tooMany(what)
        case .numberTaken(let id, let current): self = .numberTaken(id, current)
        case .numberTooHigh(let id, let highest): self = .numberTooHigh(id, highest: highest)
        }
    }

    /// Fields are checked before a command is proposed, so this is seen only when the limits of
    /// two versions differ. The text starts with a pointer if it is about a field.
    private static func invalid(_ text: String) -> Problem {
        let parts = text.split(separator: " ", maxSplits: 1).map(String.init)
        guard parts.count == 2, parts[0].hasPrefix("/") else { return .badRequest(text) }
        return .badFields([FieldProblem(pointer: parts[0], detail: parts[1])], allUnknown: false)
    }

    init(_ rejection: Rejection) {
        switch rejection {
        case .noLeader:
            self = .noQuorum("nothing was changed: no leader could be reached from this node; send it again shortly")
        case .overloaded:
            self = .overloaded("nothing was changed: too much is undecided; send it again shortly")
        case .diskStalled: self = .diskStalled
        case .stopping: self = .stopping
        case .tooLong: self = .tooLarge(limit: Limits.commandBytes)
        case .unsupported:
            self = .overloaded("nothing was changed: a member still runs an older program, or the cluster has just begun; send it again shortly")
        }
    }

    init(_ failure: ReadFailure) {
        switch failure {
        case .noLeader:
            self = .noQuorum("no leader could be reached from this node; ?consistency=stale reads what it has")
        case .stopping: self = .stopping
        case .store(let text): self = .store(text)
        }
    }
}
