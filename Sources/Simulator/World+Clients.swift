import Raft
import Replica
import Work

/// Clients: irregular, impatient, and never sure that an answer comes.
extension World {
    func act(client number: Int) {
        guard workload.clients[number].attempt == nil else { return }
        if workload.clients[number].operation == nil {
            guard workload.wantsMore else { return }
            let kind = drawKind()
            let isRead = if case .read = kind { true } else { false }
            begin(kind, isKeyed: !isRead && chance.happens(workload.keyed), client: number)
        }
        // Some ask where nobody can help them.
        let doors = chance.happens(30) ? machines.filter(\.isUp) : doors
        guard let door = chance.pick(doors) else {
            agenda.schedule(.client(number), at: now + .milliseconds(50))
            return
        }
        attempt(client: number, at: door.place)
    }

    private func drawKind() -> Workload.Operation.Kind {
        let draw = chance.number(0...99)
        let task = drawTask()
        let version = workload.versions[task]
        let expected = chance.happens(400) ? version : nil
        return switch draw {
        case 0..<20: .create
        case 20..<55: .update(task, expected: expected)
        case 55..<60: .delete(task, expected: expected)
        case 60..<88: .read(task, .linearizable)
        default: .read(task, .stale)
        }
    }

    /// A few tasks are hot; some are only guessed.
    private func drawTask() -> TaskID {
        let known = workload.tasks
        if known.isEmpty || chance.happens(30) {
            return TaskID(chance.number(1...UInt64(known.count + 3)))
        }
        if chance.happens(600) {
            return known[known.count - 1 - chance.place(in: min(4, known.count))]
        }
        return known[chance.place(in: known.count)]
    }

    func begin(_ kind: Workload.Operation.Kind, isKeyed: Bool, client: Int) {
        let number = workload.operations.count
        var fields = TaskFields(title: Workload.title(number))
        if chance.happens(workload.large) {
            fields.description = Workload.text(chance.number(20_000...65_536))
        } else if chance.happens(100) {
            fields.description = Workload.text(chance.number(1...3000))
        }
        if chance.happens(100) { fields.labels = ["l\(number % 7)", "all"] }
        workload.operations.append(
            .init(kind: kind, client: client, isKeyed: isKeyed, fields: fields))
        workload.clients[client].operation = number
        workload.clients[client].retries = 0
    }

    /// Sends what the client wants to the machine at `place`.
    func attempt(client: Int, at place: Int) {
        guard let number = workload.clients[client].operation,
            let process = machines[place].process
        else { return }
        let token = workload.attempts.count
        let operation = workload.operations[number]
        workload.attempts.append(
            .init(
                operation: number, place: place, boot: process.boot, call: now,
                floor: safety.commit))
        workload.operations[number].attempts.append(token)
        workload.clients[client].attempt = token
        trace.note(9, UInt64(token), UInt64(place), at: now)
        trace.say(
            at: now, "client \(client) asks n\(place + 1): o\(number) a\(token) "
                + "\(Self.describe(operation.kind))\(operation.isKeyed ? " keyed" : "")")
        post(event(for: operation, number, token), to: machines[place])
        if chance.happens(30) {
            agenda.schedule(
                .abandoned(attempt: token),
                at: now + chance.number(.milliseconds(1) ... .milliseconds(1500)))
        }
    }

    private func event(
        for operation: Workload.Operation, _ number: Int, _ token: Int
    ) -> ReplicaEvent {
        var patch = TaskPatch()
        patch.title = operation.fields.title
        patch.description = operation.fields.description
        let command: Command
        switch operation.kind {
        case .create: command = .createTask(operation.fields)
        case .update(let id, let expected):
            command = .updateTask(id, expected: expected, patch)
        case .delete(let id, let expected): command = .deleteTask(id, expected: expected)
        case .read(let id, let consistency):
            let isStale = mutation == .readStale
            return .read(token: UInt64(token), .task(id), isStale ? .stale : consistency)
        }
        let isDropped = mutation == .keyDropped && operation.attempts.count > 1
        let key = operation.isKeyed && !isDropped
            ? IdempotencyKey(
                principal: "c\(operation.client % 3)", text: Workload.key(number),
                fingerprint: Request.fingerprint(of: command)) : nil
        return .propose(
            token: UInt64(token), command, actor: Workload.actor(token), key: key)
    }

    // MARK: Answers

    func answered(_ token: Int, _ outcome: ProposalOutcome) throws(Violation) {
        try expectPending(token)
        switch outcome {
        case .applied(let reply, let index, let term):
            workload.attempts[token].fate = .applied(reply, index: index, term: term)
            switch reply {
            case .task(let task), .refused(.versionMismatch(let task)):
                workload.learned(task.id, task.version)
            case .replayed(let outcome, _, _): workload.learned(outcome.task, outcome.version)
            case .deleted, .refused, .jobs, .done, .imported, .item, .itemDeleted,
                .replayedItem:
                break
            }
        case .rejected:
            workload.attempts[token].fate = .rejected
            if workload.attempts[token].isAppended {
                throw Violation("attempt \(token) stands in a log, but was rejected")
            }
        case .unknown: workload.attempts[token].fate = .unknown
        }
        ended(token)
    }

    func answered(_ token: Int, _ answer: ReadAnswer?) throws(Violation) {
        try expectPending(token)
        workload.attempts[token].fate = answer.map { .read($0) } ?? .unread
        ended(token)
    }

    private func expectPending(_ token: Int) throws(Violation) {
        guard workload.attempts.indices.contains(token),
            case .pending = workload.attempts[token].fate
        else { throw Violation("attempt \(token) was answered twice") }
    }

    /// The node died before it answered.
    func lost(at place: Int, _ boot: UInt64) {
        for client in workload.clients.indices {
            guard let token = workload.clients[client].attempt,
                workload.attempts[token].place == place, workload.attempts[token].boot == boot
            else { continue }
            endLost(token)
        }
        for token in workload.attempts.indices.suffix(2000)
        where workload.attempts[token].place == place && workload.attempts[token].boot == boot {
            if case .pending = workload.attempts[token].fate { endLost(token) }
        }
    }

    private func endLost(_ token: Int) {
        workload.attempts[token].fate = .unknown
        ended(token)
    }

    /// The client has waited for long enough; the node goes on all the same.
    func abandon(_ token: Int) {
        guard case .pending = workload.attempts[token].fate else { return }
        workload.attempts[token].isAbandoned = true
        goOn(token)
    }

    private func ended(_ token: Int) {
        workload.attempts[token].end = now
        trace.note(10, UInt64(token), at: now)
        trace.say(at: now, "a\(token) ends: \(Self.describe(workload.attempts[token].fate))")
        if !workload.attempts[token].isAbandoned { goOn(token) }
    }

    /// The client tries again, or turns to something else.
    private func goOn(_ token: Int) {
        let operation = workload.attempts[token].operation
        let number = workload.operations[operation].client
        guard workload.clients[number].attempt == token else { return }
        workload.clients[number].attempt = nil
        workload.clients[number].retries += 1
        let isOver = workload.clients[number].retries > 6 || chance.happens(100)
        if mayRepeat(token), !isOver {
            let pause = chance.number(.milliseconds(1) ... .milliseconds(200))
            agenda.schedule(.client(number), at: now + pause)
            return
        }
        workload.clients[number].operation = nil
        let pause = chance.happens(300) ? 1 : chance.number(0...workload.pace(of: number, at: now))
        agenda.schedule(.client(number), at: now + .milliseconds(pause))
    }

    /// What was rejected was never done; what is unknown is asked again only under a key.
    private func mayRepeat(_ token: Int) -> Bool {
        let operation = workload.operations[workload.attempts[token].operation]
        switch workload.attempts[token].fate {
        case .applied, .read, .unread: return false
        case .rejected: return true
        case .pending, .unknown: return operation.isKeyed
        }
    }
}
