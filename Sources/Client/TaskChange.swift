import Foundation

/// A `task` or `comment` event: what happened to one task.
package struct TaskChange: Codable, Hashable, Sendable {
    package struct Comment: Codable, Hashable, Sendable {
        package var taskID: UInt64

        enum CodingKeys: String, CodingKey {
            case taskID = "task_id"
        }
    }

    /// `created`, `updated`, `moved`, `deleted`, `restored` or `commented`.
    package var kind: String
    /// As it is since; nil of a comment.
    package var task: TaskItem?
    package var comment: Comment?
    package var index: UInt64
    package var ordinal: UInt32
    package var node: UInt64?

    package var taskID: UInt64 { task?.id ?? comment?.taskID ?? 0 }

    /// nil if the event is about something else.
    package init?(_ event: ServerEvent) throws(ClientError) {
        guard event.name == "task" || event.name == "comment" else { return nil }
        do {
            self = try JSON.decode(from: Data(event.data.utf8))
        } catch {
            throw .invalidAnswer("an event with '\(event.data.prefix(200))': \(error)")
        }
    }
}
