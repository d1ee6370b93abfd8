import Raft
import Replica
import Work

/// How a trace puts things.
extension World {
    static func describe(_ message: PeerMessage) -> String {
        switch message {
        case .raft(let message): "t\(message.term.rawValue) \(describe(message.body))"
        case .forward(let requests): "forward \(requests.map { $0.number & 0xffff_ffff })"
        case .forwardRejected(let numbers): "rejected \(numbers.map { $0 & 0xffff_ffff })"
        case .report: "report"
        case .workers(let note):
            "workers: \(note.isWhole ? "all " : "")+\(note.waits.count) -\(note.ends.count)"
        case .workersHeard: "workers heard"
        case .watch: "watch"
        case .view: "view"
        case .transfer: "transfer"
        }
    }

    private static func describe(_ body: Message.Body) -> String {
        switch body {
        case .appendEntries(let append):
            "append after \(describe(append.previous)) +\(append.entries.count) "
                + "commit \(append.commit.rawValue) round \(append.round)"
        case .appendEntriesResponse(let response):
            "\(describe(response.outcome)) round \(response.round)"
        case .preVote(let last): "pre-vote? last \(describe(last))"
        case .preVoteResponse(let granted): "pre-vote \(granted ? "granted" : "refused")"
        case .requestVote(let last, let transfer):
            "vote? last \(describe(last))\(transfer ? " transfer" : "")"
        case .requestVoteResponse(let granted): "vote \(granted ? "granted" : "refused")"
        case .timeoutNow: "take over"
        case .readIndex(let context): "read index? \(context & 0xffff_ffff)"
        case .readIndexResponse(let context, let index):
            "read index \(context & 0xffff_ffff): \(index.map { "\($0.rawValue)" } ?? "none")"
        }
    }

    private static func describe(_ outcome: AppendEntriesResponse.Outcome) -> String {
        switch outcome {
        case .accepted(let match): "accepted up to \(match.rawValue)"
        case .rejected(let previous, let hint):
            "rejected after \(previous.rawValue), may agree at \(describe(hint))"
        }
    }

    private static func describe(_ position: LogPosition) -> String {
        "\(position.term.rawValue)/\(position.index.rawValue)"
    }

    static func describe(_ kind: Workload.Operation.Kind) -> String {
        switch kind {
        case .create: "creates"
        case .update(let task, let expected): "updates \(describe(task, expected))"
        case .delete(let task, let expected): "deletes \(describe(task, expected))"
        case .read(let task, let consistency): "reads task \(task.rawValue) \(consistency)"
        }
    }

    private static func describe(_ task: TaskID, _ expected: UInt64?) -> String {
        "task \(task.rawValue)\(expected.map { " at version \($0)" } ?? "")"
    }

    static func describe(_ fate: Workload.Attempt.Fate) -> String {
        switch fate {
        case .pending: "pending"
        case .applied(let reply, let index, let term):
            "applied at \(term)/\(index), \(describe(reply))"
        case .rejected: "rejected"
        case .unknown: "unknown"
        case .read(let answer): "read at \(answer.point.index), \(describe(answer.task))"
        case .unread: "unread"
        }
    }

    private static func describe(_ reply: Reply) -> String {
        switch reply {
        case .task(let task): describe(task)
        case .deleted(let id, let version): "task \(id.rawValue) deleted at version \(version)"
        case .replayed(let outcome, let task, _):
            "version \(outcome.version) of task \(outcome.task.rawValue) before; \(describe(task))"
        case .refused(.notFound(let id)): "no task \(id.rawValue)"
        case .refused(.versionMismatch(let task)): "refused, \(describe(task))"
        case .refused(let refusal): "refused: \(refusal)"
        case .jobs(let reply): "jobs: \(reply)"
        case .done: "done"
        case .imported, .item, .itemDeleted, .replayedItem: "items: \(reply)"
        }
    }

    private static func describe(_ task: TaskRecord?) -> String {
        guard let task else { return "no task" }
        return "task \(task.id.rawValue) version \(task.version) \(task.fields.title)"
    }
}
