import Raft
import Replica
import Work

/// What clients were told, held against what the log did.
extension Workload {
    func checkTruth(_ committed: [LogPosition]) throws(Violation) {
        for token in attempts.indices {
            do throws(Violation) {
                try check(attempts[token], committed)
            } catch {
                throw Violation("o\(attempts[token].operation) a\(token): \(error)")
            }
        }
    }

    private func check(_ attempt: Attempt, _ committed: [LogPosition]) throws(Violation) {
        switch attempt.fate {
        case .applied(let reply, let index, let term):
            guard index > attempt.floor else { throw Violation("was applied before it was made") }
            guard index <= UInt64(committed.count), committed[Int(index) - 1].term.rawValue == term
            else { throw Violation("was acknowledged at entry \(index), which is lost") }
            try check(reply, of: operations[attempt.operation], at: index)
        case .read(let answer): try check(answer, of: attempt)
        case .rejected, .unknown, .unread: break
        case .pending: throw Violation("was never answered")
        }
    }

    private func check(
        _ reply: Reply, of operation: Operation, at index: UInt64
    ) throws(Violation) {
        switch reply {
        case .task(let record):
            guard operation.effect == index, task(record.id, at: index) == record,
                record.fields.title == operation.fields.title
            else { throw Violation("was told of a task that entry \(index) did not make") }
        case .deleted(let id, let version):
            let tombstone = history[id]?.last
            guard operation.effect == index, tombstone?.deletedAt != nil,
                tombstone?.version == version, tombstone?.changedIndex == index
            else { throw Violation("was told of a deletion that entry \(index) did not make") }
        case .replayed(let outcome, let record, let done):
            try checkReplay(outcome, of: operation, before: index)
            guard done == operation.effect else {
                throw Violation("was told that entry \(done) did what another one did")
            }
            guard task(outcome.task, at: index) == record else {
                throw Violation("was shown another task than that of entry \(index)")
            }
        case .refused(let refusal): try check(refusal, of: operation, at: index)
        case .jobs, .done, .imported, .item, .itemDeleted, .replayedItem:
            throw Violation("was told that something is done")
        }
    }

    private func checkReplay(
        _ outcome: KeyOutcome, of operation: Operation, before index: UInt64
    ) throws(Violation) {
        guard let effect = operation.effect, effect < index,
            let record = history[outcome.task]?.first(where: { $0.changedIndex == effect }),
            record.version == outcome.version
        else { throw Violation("was told of an earlier effect that never was") }
    }

    private func check(
        _ refusal: Refusal, of operation: Operation, at index: UInt64
    ) throws(Violation) {
        switch refusal {
        case .notFound(let id):
            if task(id, at: index) != nil { throw Violation("was told that a task is gone") }
        case .versionMismatch(let record):
            if task(record.id, at: index) != record {
                throw Violation("was shown another task than that of entry \(index)")
            }
        case .keyReused, .keysFull, .stateFull, .invalid, .jobs, .unauthorized, .forbidden,
            .itemNotFound, .itemMismatch, .conflict, .tooMany, .numberTaken, .numberTooHigh:
            throw Violation("was refused for no reason: \(refusal)")
        }
    }

    private func check(_ answer: ReadAnswer, of attempt: Attempt) throws(Violation) {
        guard case .read(let id, let consistency) = operations[attempt.operation].kind else {
            throw Violation("got the answer to a read")
        }
        if consistency == .linearizable, answer.point.index < attempt.floor {
            throw Violation(
                "read at entry \(answer.point.index), though \(attempt.floor) was committed")
        }
        if answer.task != task(id, at: answer.point.index) {
            throw Violation("read another task than that of entry \(answer.point.index)")
        }
    }
}
