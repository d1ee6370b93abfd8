import Foundation

/// A comment as the API answers it.
package struct CommentItem: Codable, Hashable, Sendable {
    package var id: UInt64
    package var taskID: UInt64
    package var author: String?
    package var text: String
    package var created: String

    enum CodingKeys: String, CodingKey {
        case id
        case taskID = "task_id"
        case author, text, created
    }
}

/// Where a task goes; what is nil stays as it is, and without a neighbour it comes to the end.
package struct TaskPlace: Encodable, Hashable, Sendable {
    package var board: UInt64?
    package var column: String?
    package var after: UInt64?
    package var before: UInt64?
    package var author: String?

    package init() {}
}

// Comments, moves, and steps back.
extension TaskraftClient {
    /// Oldest first.
    package func comments(
        _ id: UInt64, stale: Bool = false
    ) async throws(ClientError) -> [CommentItem] {
        try await all("/v1/tasks/\(id)/comments", stale ? [.stale] : [])
    }

    private struct Comment: Encodable {
        var text: String
        var author: String?
    }

    package func comment(
        _ id: UInt64, _ text: String, author: String? = nil
    ) async throws(ClientError) -> CommentItem {
        try await post("/v1/tasks/\(id)/comments", Comment(text: text, author: author)).decode()
    }

    /// A move overwrites nothing that somebody wrote, so it is for any version.
    package func move(
        _ id: UInt64, to place: TaskPlace
    ) async throws(ClientError) -> TaskItem {
        try await post("/v1/tasks/\(id)/move", place, headers: [ifMatch(nil)]).decode()
    }

    private struct Undo: Encodable {
        var index: UInt64
        var ordinal: UInt32?
        var author: String?
    }

    /// Makes what a step of its history changed what it was, unless it was changed since.
    package func undo(
        _ id: UInt64, index: UInt64, ordinal: UInt32? = nil, author: String? = nil
    ) async throws(ClientError) -> TaskItem {
        let step = Undo(index: index, ordinal: ordinal, author: author)
        return try await post("/v1/tasks/\(id)/undo", step).decode()
    }

    private struct Restore: Encodable {
        var asOf: UInt64?
        var author: String?

        enum CodingKeys: String, CodingKey {
            case asOf = "as_of"
            case author
        }
    }

    /// Brings a deleted task back, or makes a task what it was at a log index.
    package func restore(
        _ id: UInt64, asOf: UInt64? = nil, author: String? = nil
    ) async throws(ClientError) -> TaskItem {
        let wanted = Restore(asOf: asOf, author: author)
        return try await post("/v1/tasks/\(id)/restore", wanted).decode()
    }
}
