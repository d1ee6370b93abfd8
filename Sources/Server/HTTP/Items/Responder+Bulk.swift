import HTTPTypes
import Hummingbird
import Node
import Replica
import StateStore
import Work

/// `POST /v1/tasks:bulk`: the same change to every task that a filter finds, some at a time. The
/// client goes on with the cursor, and knows how far it is.
struct BulkInput {
    enum Action {
        case patch(TaskPatch)
        case move(TaskMove)
        /// Beside those that a task has.
        case label([String])
        case delete
    }

    var query: TaskQuery
    var action: Action
    var author: String?
    var cursor: String?

    static let limit = 200
    static let limitMax = 500

    init(_ value: JSONValue) throws(Problem) {
        var reader = FieldReader(value, nullable: ["cursor"])
        let filter = reader.required("filter") ?? ""
        let limit = reader.integer("limit", 1...UInt64(Self.limitMax)) ?? UInt64(Self.limit)
        cursor = reader.string("cursor")
        author = reader.author()
        let patch = reader.take("patch")
        let move = reader.take("move")
        let delete = reader.bool("delete")
        if delete == false { reader.report("delete", "must be true, or left out") }
        let labels = reader.take("add_labels")
        if [patch != nil, move != nil, labels != nil, delete != nil].count(where: { $0 }) != 1 {
            reader.report("", "takes one of patch, move, add_labels and delete")
        }
        try reader.finish().check()
        query = try TaskListInput.parsed(filter, "filter")
        query.sort = .init(.id)
        query.limit = Int(limit)
        action = try Self.action(patch, move, labels)
    }

    private static func action(
        _ patch: JSONValue?, _ move: JSONValue?, _ labels: JSONValue?
    ) throws(Problem) -> Action {
        do throws(Problem) {
            if let patch { return .patch(try TaskInput.update(patch).0) }
            if let move { return .move(try TaskActionInput.move(move).0) }
        } catch {
            throw error.inside(patch == nil ? "/move" : "/patch")
        }
        guard let labels else { return .delete }
        return try label(labels)
    }

    private static func label(_ labels: JSONValue) throws(Problem) -> Action {
        do throws(Problem) {
            let change = try TaskInput.update(
                .object([JSONValue.Member(name: "labels", value: labels)]))
            return .label(change.0.labels ?? [])
        } catch {
            throw error.inside("/add_labels", insteadOf: "/labels")
        }
    }

    /// For the version that was found: what somebody else changes meanwhile is not overwritten.
    func command(_ task: TaskRecord) throws(Problem) -> Command {
        switch action {
        case .patch(let patch): return .updateTask(task.id, expected: task.version, patch)
        case .move(let move): return .moveTask(task.id, expected: task.version, move)
        case .label(let labels):
            return .updateTask(task.id, expected: task.version, try adding(labels, task))
        case .delete: return .deleteTask(task.id, expected: task.version)
        }
    }

    /// Refused here is what a command cannot hold: nobody would answer for it.
    private func adding(_ labels: [String], _ task: TaskRecord) throws(Problem) -> TaskPatch {
        let known = task.fields.labels
        let all = known + labels.filter { label in
            !known.contains { $0.utf8.elementsEqual(label.utf8) }
        }
        if all.count > Limits.labels {
            let detail = "would make \(all.count) labels of one task, "
                + "at most \(Limits.labels) are allowed"
            throw .badFields(
                [FieldProblem(pointer: "/add_labels", detail: detail)], allUnknown: false)
        }
        var patch = TaskPatch()
        patch.labels = all
        return patch
    }
}

extension Responder {
    /// How many changes of one request are under way at once.
    private static var bulkWidth: Int { 16 }

    func bulk(_ fields: FieldCall) async throws(Problem) -> Response {
        var input = try BulkInput(fields.value)
        input.query.zone = try TaskListInput.zone(fields.parameters["zone"])
        let print = input.query.print
        let after = try bulkPlace(input.cursor, print)
        let (piece, found) = try await piece(of: input, fields.key, after: after)
        let report = await change(piece, input, fields.key)
        var point = found
        point.index = max(point.index, report.index)
        let next = piece.next.map { Cursor.query(print, $0).text }
        var response = read(Self.answer(report, next), at: point)
        if report.isReplayed { response.headers[.idempotencyReplayed] = "true" }
        return response
    }

    private static func answer(_ report: BulkReport, _ next: String?) -> Response {
        var writer = JSONWriter(capacity: 256 + 64 * report.failed.count)
        writer.object {
            $0.member("changed", report.steps.count)
            $0.name("steps")
            $0.array(report.steps) { writer, step in
                writer.object {
                    $0.member("id", step.id.rawValue)
                    $0.member("index", step.index)
                }
            }
            $0.name("failed")
            $0.array(report.failed) { writer, failure in
                writer.object {
                    $0.member("id", failure.id.rawValue)
                    $0.member("code", failure.problem.code.rawValue)
                    $0.member("detail", failure.problem.detail)
                }
            }
            $0.member("next_cursor", optional: next)
        }
        return Answer.json(.ok, writer)
    }

    private func bulkPlace(_ text: String?, _ print: UInt64) throws(Problem) -> QueryCursor? {
        guard let text else { return nil }
        guard case .query(print, let after) = try Cursor(text: text) else {
            throw .badRequest("the cursor belongs to another filter")
        }
        return after
    }

    fileprivate struct BulkReport {
        /// What was done, now or by an earlier try under the same key, as the tasks' histories have
        /// it: each can be undone.
        var steps: [(id: TaskID, index: UInt64)] = []
        var failed: [(id: TaskID, problem: Problem)] = []
        /// How many of the steps were made now.
        var made = 0
        /// Whether all that is done was done by an earlier try.
        var isReplayed: Bool { made == 0 && !steps.isEmpty }
        /// The last entry that changed something.
        var index: UInt64 { steps.map(\.index).max() ?? 0 }
    }

    private func change(
        _ piece: BulkPiece, _ input: BulkInput, _ key: String?
    ) async -> BulkReport {
        var report = BulkReport(steps: piece.done)
        await withTaskGroup(of: (TaskID, Result<Decided, Problem>).self) { group in
            for (place, task) in piece.tasks.enumerated() {
                if place >= Self.bulkWidth, let done = await group.next() { report.note(done) }
                group.addTask {
                    do throws(Problem) {
                        let decided = try await self.decide(
                            try input.command(task), actor: input.author,
                            identity: input.identity(key, task.id))
                        return (task.id, .success(decided))
                    } catch {
                        return (task.id, .failure(error))
                    }
                }
            }
            for await done in group { report.note(done) }
        }
        report.steps.sort { $0.id < $1.id }
        report.failed.sort { $0.id < $1.id }
        return report
    }
}

extension Responder.BulkReport {
    fileprivate mutating func note(_ done: (TaskID, Result<Decided, Problem>)) {
        switch done.1 {
        case .success(let decided):
            steps.append((done.0, decided.changedIndex))
            if !decided.isReplayed { made += 1 }
        case .failure(let problem): failed.append((done.0, problem))
        }
    }
}
