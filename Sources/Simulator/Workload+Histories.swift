import Replica
import Work

/// What clients saw of each task, as a history for the checker. It knows nothing of the log but
/// in which order to try.
extension Workload {
    private typealias Calls = [TaskID: [Call<TaskObject.Action>]]

    /// Throws if a history cannot be explained; the number of those that took too long.
    func checkLinearizable(limit: Int) throws(Violation) -> Int {
        var undecided = 0
        let calls = histories()
        for task in calls.keys.sorted() {
            switch LinearizabilityChecker<TaskObject>.check(calls[task] ?? [], limit: limit) {
            case .holds: continue
            case .undecided: undecided += 1
            case .broken:
                throw Violation("no order explains what clients saw of task \(task.rawValue)")
            }
        }
        return undecided
    }

    private func histories() -> Calls {
        var calls: Calls = [:]
        let creators = creators()
        for number in operations.indices {
            add(number, creators, to: &calls)
        }
        addUnseenCreators(to: &calls)
        return calls
    }

    /// A task whose maker got no answer, and whose record nobody saw: somebody made it.
    private func addUnseenCreators(to calls: inout Calls) {
        let unanswered = operations.first { operation in
            operation.kind == .create && operation.attempts.contains { attempts[$0].isUnknown }
        }
        guard let first = unanswered?.attempts.first else { return }
        for task in calls.keys.sorted() {
            let isMade = calls[task, default: []].contains {
                if case .create = $0.action { true } else { false }
            }
            if isMade { continue }
            append(.create(title: -1), task, attempts[first].call, nil, guess: 0, to: &calls)
        }
    }

    /// Which operation made a task, as its record says: the reply may have been lost.
    private func creators() -> [Int: TaskID] {
        var result: [Int: TaskID] = [:]
        for attempt in attempts {
            guard let record = Self.record(attempt.fate),
                let creator = Self.number(record.author)
            else { continue }
            result[attempts[creator].operation] = record.id
        }
        return result
    }

    private static func record(_ fate: Attempt.Fate) -> TaskRecord? {
        switch fate {
        case .applied(.task(let record), _, _): record
        case .applied(.replayed(_, let record, _), _, _): record
        case .applied(.refused(.versionMismatch(let record)), _, _): record
        case .read(let answer): answer.task
        case .applied, .pending, .rejected, .unknown, .unread: nil
        }
    }

    private func add(_ number: Int, _ creators: [Int: TaskID], to calls: inout Calls) {
        let operation = operations[number]
        guard let first = operation.attempts.first else { return }
        var effect: (task: TaskID, version: UInt64, end: Time)?
        var mayHaveHappened = false
        for token in operation.attempts {
            let attempt = attempts[token]
            switch attempt.fate {
            case .applied(let reply, let index, _):
                guard let end = attempt.end else { continue }
                if let done = Self.effect(of: reply), end < effect?.end ?? .max {
                    effect = (done.task, done.version, end)
                }
                observe(reply, number, attempt, at: index, to: &calls)
            case .read(let answer):
                guard case .read(let id, .linearizable) = operation.kind else { continue }
                append(
                    .read(Self.seen(answer.task)), id, attempt.call, attempt.end,
                    guess: Self.after(answer.point.index), to: &calls)
            case .unknown: mayHaveHappened = true
            case .pending, .rejected, .unread: break
            }
        }
        let start = attempts[first].call
        let guess = operation.effect.map { 2 * $0 } ?? .max
        if let effect {
            let action = action(number, .done(version: effect.version))
            append(action, effect.task, start, effect.end, guess: guess, to: &calls)
        } else if mayHaveHappened, let task = task(of: number, creators) {
            append(action(number, .unknown), task, start, nil, guess: guess, to: &calls)
        }
    }

    /// What is seen at an entry comes after what the entry does.
    private static func after(_ index: UInt64) -> UInt64 { 2 * index + 1 }

    private func task(of number: Int, _ creators: [Int: TaskID]) -> TaskID? {
        switch operations[number].kind {
        case .create: creators[number]
        case .update(let id, _), .delete(let id, _): id
        case .read: nil
        }
    }

    private static func effect(of reply: Reply) -> (task: TaskID, version: UInt64)? {
        switch reply {
        case .task(let record): (record.id, record.version)
        case .deleted(let id, let version): (id, version)
        case .replayed(let outcome, _, _): (outcome.task, outcome.version)
        case .refused, .jobs, .done, .imported, .item, .itemDeleted, .replayedItem: nil
        }
    }

    private static func seen(_ record: TaskRecord?) -> TaskObject.Seen? {
        record.map { TaskObject.Seen(version: $0.version, title: number($0.fields.title) ?? -1) }
    }

    private func action(_ number: Int, _ result: TaskObject.Result) -> TaskObject.Action {
        switch operations[number].kind {
        case .create: .create(title: number)
        case .update(_, let expected): .update(expected: expected, title: number, result)
        case .delete(_, let expected): .delete(expected: expected, result)
        case .read: preconditionFailure("A read has no effect.")
        }
    }

    /// What a reply tells of the task besides the operation's own effect.
    private func observe(
        _ reply: Reply, _ number: Int, _ attempt: Attempt, at index: UInt64,
        to calls: inout Calls
    ) {
        let action: TaskObject.Action
        let task: TaskID
        switch reply {
        case .replayed(let outcome, let record, _):
            (task, action) = (outcome.task, .read(Self.seen(record)))
        case .refused(.notFound(let id)): (task, action) = (id, self.action(number, .notFound))
        case .refused(.versionMismatch(let record)):
            guard let seen = Self.seen(record) else { return }
            (task, action) = (record.id, self.action(number, .mismatch(seen)))
        case .task, .deleted, .refused, .jobs, .done, .imported, .item, .itemDeleted,
            .replayedItem:
            return
        }
        append(
            action, task, attempt.call, attempt.end, guess: Self.after(index), to: &calls)
    }

    private func append(
        _ action: TaskObject.Action, _ task: TaskID, _ start: Time, _ end: Time?, guess: UInt64,
        to calls: inout Calls
    ) {
        calls[task, default: []].append(Call(action, start: start, end: end, guess: guess))
    }
}
