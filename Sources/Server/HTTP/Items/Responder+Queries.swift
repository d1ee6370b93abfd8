import HTTPTypes
import Hummingbird
import Node
import Replica
import StateStore
import Wire
import Work

/// A list of tasks as it was asked for: `q`, `sort` and the older `status`.
struct TaskListInput {
    var query: TaskQuery
    var members: TaskMembers
    let page: Page

    static let parameters = ["q", "sort", "status", "limit", "cursor", "fields", "zone"]

    init(_ path: Substring, _ values: [String: String]) throws(Problem) {
        page = Page(path: path, values: values, limit: try Page.length(values["limit"]))
        query = try Self.query(values)
        query.limit = page.limit
        members = try TaskMembers(values["fields"])
    }

    /// What `q`, `sort` and `status` say together. Without any of the first two, tasks come by
    /// their numbers, as they always did.
    static func query(_ values: [String: String]) throws(Problem) -> TaskQuery {
        var query = try parsed(values["q"] ?? "", "q")
        query.zone = try zone(values["zone"])
        if let sort = values["sort"] {
            query.sort = try parsed("sort:" + sort, "sort").sort
        } else if values["q"] == nil {
            query.sort = .init(.id)
        }
        if let status = values["status"] {
            guard let status = TaskStatus(name: status) else {
                let names = TaskStatus.allCases.map(\.name).joined(separator: ", ")
                throw .badRequest("status must be one of: \(names)")
            }
            query.conditions.append(.init(.status([status])))
        }
        return query
    }

    /// Whose days the filter speaks of.
    static func zone(_ text: String?) throws(Problem) -> ZoneOffset {
        guard let text else { return .utc }
        guard let zone = ZoneOffset(text: text) else {
            throw .badRequest(
                "zone must be Z or an offset such as -03:30 or +02:00, with + written as %2B")
        }
        return zone
    }

    static func parsed(_ text: String, _ name: String) throws(Problem) -> TaskQuery {
        do throws(QueryError) {
            return try TaskQuery(parsing: text)
        } catch {
            throw .badQuery(error, name)
        }
    }

    /// By number, of all or of one status: as lists were before there was a filter language, and
    /// with their cursors.
    private var isPlain: Bool { page.values["q"] == nil && page.values["sort"] == nil }
    private var status: TaskStatus? {
        page.values["status"].flatMap { TaskStatus(name: $0) }
    }

    func cursor(_ place: QueryCursor) -> Cursor {
        isPlain ? .tasks(status: status, after: place.id) : .query(query.print, place)
    }

    func place() throws(Problem) -> QueryCursor? {
        guard let text = page.values["cursor"] else { return nil }
        if isPlain {
            guard case .tasks(status, let after) = try Cursor(text: text) else {
                throw .badRequest("the cursor belongs to another list, or to another filter")
            }
            return QueryCursor(value: .number(Int64(after.rawValue)), id: after)
        }
        guard case .query(query.print, let after) = try Cursor(text: text) else {
            throw .badRequest("the cursor belongs to another list, or to another filter")
        }
        return after
    }
}

extension TaskQuery {
    /// What a cursor belongs to.
    var print: UInt64 { Hash64.hash(Array(description.utf8)) }
}

extension Responder {
    /// `GET /v1/tasks`
    func list(_ call: Call) async throws(Problem) -> Response {
        let (values, consistency) = try call.readParameters(TaskListInput.parameters)
        let input = try TaskListInput(call.target.path, values)
        let after = try input.place()
        var point = ReadPoint(index: 0, term: 0, leader: nil)
        let found: TaskPage
        do {
            point = try await node.readPoint(consistency)
            found = try await node.tasks(
                matching: input.query, after: after, atLeast: point.index)
        } catch {
            throw Problem(error)
        }
        let end = found.next.map { input.cursor($0) }
        return answer(input.page, found.tasks, point, end: end) {
            $0.task($1, input.members)
        } cursor: {
            input.cursor(input.query.cursor(of: $0))
        }
    }

    /// `GET /v1/labels`
    func labels(_ call: Call) async throws(Problem) -> Response {
        let (values, consistency) = try call.readParameters(["limit", "cursor"])
        let page = try Page.whole(call.target.path, values)
        let after = try Self.labelPlace(values["cursor"])
        var point = ReadPoint(index: 0, term: 0, leader: nil)
        let labels: [LabelCount]
        do {
            point = try await node.readPoint(consistency)
            labels = try await node.labels(
                after: after, limit: page.limit + 1, atLeast: point.index)
        } catch {
            throw Problem(error)
        }
        return answer(page, labels, point) { writer, label in
            writer.object {
                $0.member("label", label.label)
                $0.member("count", label.count)
            }
        } cursor: {
            .labels(after: $0.label)
        }
    }

    private static func labelPlace(_ text: String?) throws(Problem) -> String? {
        guard let text else { return nil }
        guard case .labels(let after) = try Cursor(text: text) else {
            throw .badRequest("the cursor belongs to another list")
        }
        return after
    }

    /// `GET /v1/boards/{id}/tasks?as_of=N`
    func tasks(on board: BoardID, _ call: Call) async throws(Problem) -> Response {
        let (values, consistency) = try call.readParameters(["as_of", "limit", "cursor"])
        guard let past = try Self.asOf(values["as_of"]) else {
            throw .badRequest("as_of is required: the log index to show the board at")
        }
        let limit = try Page.length(values["limit"])
        let after = try Self.pastPlace(values["cursor"], board, past)
        var point = ReadPoint(index: 0, term: 0, leader: nil)
        let found: PastPage
        do {
            point = try await node.readPoint(consistency)
        } catch {
            throw Problem(error)
        }
        try Self.check(asOf: past, point)
        do {
            found = try await node.tasks(
                on: board, asOf: past, after: after, limit: limit, atLeast: point.index)
        } catch {
            throw Problem(error)
        }
        let page = Page(path: call.target.path, values: values, limit: limit)
        let end = found.next.map { Cursor.past(board, index: past, after: $0) }
        return answer(page, found.tasks, point, end: end) {
            $0.task($1)
        } cursor: {
            .past(board, index: past, after: $0.id)
        }
    }

    private static func pastPlace(
        _ text: String?, _ board: BoardID, _ past: UInt64
    ) throws(Problem) -> TaskID? {
        guard let text else { return nil }
        guard case .past(board, past, let after) = try Cursor(text: text) else {
            throw .badRequest("the cursor belongs to another list")
        }
        return after
    }

    static func asOf(_ text: String?) throws(Problem) -> UInt64? {
        guard let text else { return nil }
        guard let index = UInt64(text), (1...UInt64(Int64.max)).contains(index) else {
            throw .badRequest("as_of must be a log index, from 1")
        }
        return index
    }

    /// `GET /v1/tasks/{id}?as_of=N`
    func show(
        _ id: TaskID, asOf past: UInt64, _ consistency: Consistency
    ) async throws(Problem) -> Response {
        var point = ReadPoint(index: 0, term: 0, leader: nil)
        do { point = try await node.readPoint(consistency) } catch { throw Problem(error) }
        try Self.check(asOf: past, point)
        let task: TaskRecord?
        do {
            task = try await node.task(id, asOf: past, atLeast: point.index)
        } catch {
            throw Problem(error)
        }
        guard let task else {
            throw .notFound("task \(id.rawValue) was not there at log index \(past)")
        }
        return read(Answer.task(.ok, task), at: point)
    }
}

/// Which members of a task are shown. Its number always is.
struct TaskMembers: OptionSet {
    let rawValue: UInt32

    static let all = TaskMembers(rawValue: .max)

    private static let names = [
        "id", "title", "description", "status", "priority", "due", "assignee", "labels", "board",
        "column", "rank", "created_by", "author", "version", "created", "updated", "deleted_at",
    ]

    init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Names with commas between them; all of them if there is no text.
    init(_ text: String?) throws(Problem) {
        guard let text else {
            self = .all
            return
        }
        self = []
        for name in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let place = Self.names.firstIndex(of: String(name)) else {
                throw .badRequest(
                    "fields must be some of: \(Self.names.joined(separator: ", "))")
            }
            insert(TaskMembers(rawValue: 1 << UInt32(place)))
        }
    }

    static let title = TaskMembers(rawValue: 1 << 1)
    static let description = TaskMembers(rawValue: 1 << 2)
    static let status = TaskMembers(rawValue: 1 << 3)
    static let priority = TaskMembers(rawValue: 1 << 4)
    static let due = TaskMembers(rawValue: 1 << 5)
    static let assignee = TaskMembers(rawValue: 1 << 6)
    static let labels = TaskMembers(rawValue: 1 << 7)
    static let board = TaskMembers(rawValue: 1 << 8)
    static let column = TaskMembers(rawValue: 1 << 9)
    static let rank = TaskMembers(rawValue: 1 << 10)
    static let createdBy = TaskMembers(rawValue: 1 << 11)
    static let author = TaskMembers(rawValue: 1 << 12)
    static let version = TaskMembers(rawValue: 1 << 13)
    static let created = TaskMembers(rawValue: 1 << 14)
    static let updated = TaskMembers(rawValue: 1 << 15)
    static let deletedAt = TaskMembers(rawValue: 1 << 16)
}
