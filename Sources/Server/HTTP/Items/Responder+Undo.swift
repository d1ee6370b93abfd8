import HTTPTypes
import Hummingbird
import Node
import Replica
import StateStore
import Work

/// `POST /v1/tasks/{id}/undo`: what a step changed becomes what it was, if nobody has changed the
/// same since.
extension Responder {
    func undo(_ id: TaskID, _ fields: FieldCall, _ call: Call) async throws(Problem) -> Response {
        let (place, author) = try TaskActionInput.undo(fields.value)
        let seen = try ItemVersion.expected(call.headers)
        let identity = identity(
            fields.key, "undo \(id.rawValue) \(place.index) \(place.ordinal ?? 0)")
        switch try await present(id, identity) {
        case .replayed(let decided): return try await task(id, decided)
        case .live(let current, let point):
            if let seen, seen != current.version { throw .staleVersion(current) }
            let step = try await step(place, of: id, point)
            let command = try await command(undoing: step, of: current, point)
            return try await task(
                id, try await decide(command, actor: author, identity: identity))
        case .gone(let tombstone, let point):
            let step = try await step(place, of: id, point)
            // Only the deletion itself can be undone of what is deleted.
            guard step.step == .delete, step.index == tombstone.changedIndex else {
                throw .noTask(id)
            }
            return try await task(
                id, try await decide(.restoreTask(tombstone), actor: author, identity: identity))
        }
    }

    private func step(
        _ place: HistoryStep, of id: TaskID, _ point: ReadPoint
    ) async throws(Problem) -> HistoryRecord {
        let after = EventPosition(index: place.index - 1, ordinal: .max)
        let steps: [HistoryRecord]
        do {
            steps = try await node.history(of: id, after: after, limit: 4, atLeast: point.index)
        } catch {
            throw Problem(error)
        }
        let found = steps.first {
            $0.index == place.index && $0.ordinal == place.ordinal ?? $0.ordinal
        }
        guard let found else {
            throw .notFound("task \(id.rawValue) has no step at log index \(place.index)")
        }
        return found
    }

    private func command(
        undoing step: HistoryRecord, of current: TaskRecord, _ point: ReadPoint
    ) async throws(Problem) -> Command {
        switch step.step {
        case .create, .delete, .restore, .comment:
            throw .undoConflict(
                current, [], "a step that is called \(step.step.name) is not undone on a live task")
        case .update, .move: break
        }
        let undone = try TaskUndo(step, current)
        guard let rank = undone.rank else {
            return .updateTask(current.id, expected: current.version, undone.patch)
        }
        let fields = undone.patch.applied(to: current.fields)
        let board: BoardRecord?
        do { board = try await node.board(fields.board, .stale) } catch { throw Problem(error) }
        guard let column = board?.fields.column(of: fields) else {
            throw .undoConflict(current, [], "its board or its column is gone since")
        }
        var move = TaskMove(board: fields.board, column: column.key)
        try await find(&move, rank, current.id, point)
        return .moveTask(current.id, expected: current.version, move)
    }

    /// The neighbours of the place that the task had.
    private func find(
        _ move: inout TaskMove, _ rank: Int64, _ id: TaskID, _ point: ReadPoint
    ) async throws(Problem) {
        guard let board = move.board, let column = move.column else { return }
        var query = TaskQuery()
        query.conditions = [.init(.board([board])), .init(.column([column]))]
        query.limit = 2
        let cursor = QueryCursor(value: .number(rank), id: id)
        do {
            query.sort = .init(.rank, isDescending: true)
            let above = try await node.tasks(
                matching: query, after: cursor, atLeast: point.index).tasks
            move.after = above.first { $0.id != id }?.id
            query.sort = .init(.rank)
            let below = try await node.tasks(
                matching: query, after: cursor, atLeast: point.index).tasks
            if move.after == nil { move.before = below.first { $0.id != id }?.id }
        } catch {
            throw Problem(error)
        }
    }
}

/// What undoes a step: the fields as they were before it.
struct TaskUndo {
    private(set) var patch = TaskPatch()
    /// Where it stood, if the step moved it.
    private(set) var rank: Int64?

    init(_ step: HistoryRecord, _ current: TaskRecord) throws(Problem) {
        guard let changes = try? JSONReader.read(Array(step.changes.utf8)),
            let now = Self.members(of: current)
        else { throw .unexpected }
        var back: [JSONValue.Member] = []
        var conflicts: [FieldProblem] = []
        for change in changes.members {
            let before = Self.value(change.name, change.value["before"])
            if change.name == "rank" {
                rank = before.whole
                continue
            }
            let present = Self.value(change.name, now[change.name])
            if present == before { continue }
            if present == Self.value(change.name, change.value["after"]) {
                back.append(JSONValue.Member(name: change.name, value: before))
            } else {
                conflicts.append(
                    FieldProblem(
                        pointer: "/" + change.name,
                        detail: "was changed since: it was \(Self.short(before)) before the step, "
                            + "and is \(Self.short(present)) now"))
            }
        }
        if !conflicts.isEmpty { throw .undoConflict(current, conflicts, conflicts[0].detail) }
        patch = try TaskInput.update(.object(back)).0
    }

    private static func members(of task: TaskRecord) -> JSONValue? {
        var writer = JSONWriter(capacity: JSONWriter.size(of: task))
        writer.task(task)
        return try? JSONReader.read(writer.bytes)
    }

    /// null is what a new task has.
    private static func value(_ name: String, _ value: JSONValue) -> JSONValue {
        guard value == .null else { return value }
        switch name {
        case "description": return .string("")
        case "priority": return .integer(0)
        case "labels": return .array([])
        case "board": return .integer(1)
        default: return .null
        }
    }

    private static func short(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): "“\(text.prefix(60))”"
        case .integer(let number): String(number)
        case .array(let elements): elements.compactMap(\.text).joined(separator: ", ")
        case .null, .bool, .number, .object: "nothing"
        }
    }
}
