import Foundation
import NIOHTTP1

/// A client of the HTTP API that knows several nodes and may be retried without a thought:
/// each change carries an idempotency key, and every repetition of it, on whichever node,
/// carries the same one.
///
/// ```swift
/// let client = TaskraftClient(bases: try BaseURL.list("127.0.0.1:8080,127.0.0.1:8081"))
/// let task = try await client.create(TaskDraft(title: "Water the plants"))
/// await client.shutdown()
/// ```
package final class TaskraftClient: Sendable {
    let exchange: Exchange

    /// - Parameter spread: send each request to the next node in turn, instead of staying with
    ///   one as long as it answers.
    /// - Parameter token: shown with every request; needed from the first user of a cluster on.
    package init(
        bases: [BaseURL], policy: RetryPolicy = .interactive, spread: Bool = false,
        token: String? = nil
    ) {
        exchange = Exchange(bases: bases, policy: policy, spread: spread, token: token)
    }

    /// Closes its connections. Must be called before the last reference goes.
    package func shutdown() async { await exchange.shutdown() }

    // MARK: Changes

    /// - Parameter key: a key of the caller's own, to repeat a request of an earlier process.
    package func create(
        _ draft: TaskDraft, key: String? = nil
    ) async throws(ClientError) -> TaskItem {
        let request = Request(
            method: .POST, path: "/v1/tasks", body: try encode(draft), key: key ?? newKey())
        return try await exchange.send(request).answer.decode()
    }

    /// Makes a task with a number of the caller's choice, above all that were ever used.
    package func create(
        _ draft: TaskDraft, id: UInt64, key: String? = nil
    ) async throws(ClientError) -> TaskItem {
        let request = Request(
            method: .PUT, path: "/v1/tasks/\(id)", headers: [("If-None-Match", "*")],
            body: try encode(draft), key: key ?? newKey())
        return try await exchange.send(request).answer.decode()
    }

    /// - Parameter version: the version it is meant for; nil changes whatever is there.
    package func edit(
        _ id: UInt64, _ edit: TaskEdit, ifVersion version: UInt64?, key: String? = nil
    ) async throws(ClientError) -> TaskItem {
        let request = Request(
            method: .PATCH, path: "/v1/tasks/\(id)", headers: [ifMatch(version)],
            body: try encode(edit), key: key ?? newKey())
        return try await exchange.send(request).answer.decode()
    }

    package func delete(
        _ id: UInt64, ifVersion version: UInt64?, key: String? = nil
    ) async throws(ClientError) {
        let request = Request(
            method: .DELETE, path: "/v1/tasks/\(id)", headers: [ifMatch(version)],
            key: key ?? newKey())
        let (answer, repeated) = try await exchange.send(request, accepts: [404])
        // Gone after an attempt without an answer: that attempt, or somebody else, deleted it.
        if answer.status == 404 && !repeated { throw .refused(answer.problem) }
    }

    // MARK: Reads

    /// - Parameter stale: answer from what the node has, without asking the leader.
    package func task(_ id: UInt64, stale: Bool = false) async throws(ClientError) -> TaskItem {
        try await get("/v1/tasks/\(id)", stale ? [.stale] : [])
    }

    package func tasks(
        _ filter: TaskFilter = TaskFilter(), limit: Int = 200, cursor: String? = nil
    ) async throws(ClientError) -> Page<TaskItem> {
        var query = [URLQueryItem(name: "limit", value: String(limit))] + filter.parameters
        if let cursor { query.append(URLQueryItem(name: "cursor", value: cursor)) }
        return try await get("/v1/tasks", query)
    }

    /// Goes through all pages.
    ///
    /// - Parameter limit: ends after so many tasks.
    package func allTasks(
        _ filter: TaskFilter = TaskFilter(), limit: Int = .max
    ) async throws(ClientError) -> [TaskItem] {
        var items: [TaskItem] = []
        var cursor: String?
        repeat {
            let page = try await tasks(
                filter, limit: min(200, limit - items.count), cursor: cursor)
            items += page.items
            cursor = page.nextCursor
        } while cursor != nil && items.count < limit
        return items
    }

    /// All changes of a task, oldest first; of a deleted one, too.
    package func history(
        _ id: UInt64, stale: Bool = false
    ) async throws(ClientError) -> [HistoryEntry] {
        try await all("/v1/tasks/\(id)/history", stale ? [.stale] : [])
    }

    package func cluster() async throws(ClientError) -> ClusterView {
        try await get("/v1/cluster", [])
    }

    /// Whether the node can serve; throws only if it does not answer at all.
    package func readiness() async throws(ClientError) -> Readiness {
        let request = Request(path: "/readyz?verbose")
        return try await exchange.send(request, accepts: [503]).answer.decode()
    }

    // MARK: Parts of requests

    func get<Value: Decodable>(
        _ path: String, _ query: [URLQueryItem]
    ) async throws(ClientError) -> Value {
        try await exchange.send(Request(path: Self.path(path, query))).answer.decode()
    }

    /// Goes through all pages of a list.
    func all<Item: Codable & Sendable>(
        _ path: String, _ query: [URLQueryItem]
    ) async throws(ClientError) -> [Item] {
        var items: [Item] = []
        var cursor: String?
        repeat {
            let place = cursor.map { [URLQueryItem(name: "cursor", value: $0)] } ?? []
            let page: Page<Item> = try await get(path, query + place)
            items += page.items
            cursor = page.nextCursor
        } while cursor != nil
        return items
    }

    /// An object without members, for a request that says nothing more.
    struct Nothing: Encodable {}

    @discardableResult
    func post(
        _ path: String, _ body: some Encodable, headers: [(String, String)] = [],
        key: String? = nil
    ) async throws(ClientError) -> Answer {
        let request = Request(
            method: .POST, path: path, headers: headers, body: try encode(body),
            key: key ?? newKey())
        return try await exchange.send(request).answer
    }

    /// A queue's name may hold characters that mean something in a path.
    static func queuePath(_ name: String, _ part: String? = nil) -> String {
        let escaped = name.utf8.reduce(into: "") { text, byte in
            let character = Character(Unicode.Scalar(byte))
            if character.isASCII, character.isLetter || character.isNumber || byte == 0x5f {
                text.append(character)
            } else {
                text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
        return "/v1/queues/" + escaped + (part.map { "/" + $0 } ?? "")
    }

    static func path(_ path: String, _ query: [URLQueryItem]) -> String {
        guard !query.isEmpty else { return path }
        var parts = URLComponents()
        parts.percentEncodedPath = path
        parts.queryItems = query
        // A plus is a space to some readers of queries, and a cursor may hold one.
        return (parts.string ?? path).replacingOccurrences(of: "+", with: "%2B")
    }

    func ifMatch(_ version: UInt64?) -> (String, String) {
        ("If-Match", version.map { "\"\($0)\"" } ?? "*")
    }

    func newKey() -> String { UUID().uuidString.lowercased() }

    func encode(_ value: some Encodable) throws(ClientError) -> Data {
        do {
            return try JSON.encode(value)
        } catch {
            throw .invalidAnswer("the request cannot be written as JSON: \(error)")
        }
    }
}
