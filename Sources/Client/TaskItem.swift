package import Foundation

/// A task as the API answers it. Text stays text (times are RFC 3339 in UTC, a due date is
/// `2026-12-01`), so that what is printed or exported is what the cluster said.
package struct TaskItem: Codable, Hashable, Sendable {
    package var id: UInt64
    package var title: String
    package var description: String
    package var status: String
    package var priority: Int
    package var due: String?
    package var assignee: String?
    package var labels: [String]
    package var board: UInt64
    /// The key of its column; nil for the board's column of its status.
    package var column: String?
    package var rank: Int64
    /// The node that took the request.
    package var createdBy: UInt64
    package var author: String?
    package var version: UInt64
    package var created: String
    package var updated: String
    package var deletedAt: String?

    enum CodingKeys: String, CodingKey {
        case id, title, description, status, priority, due, assignee, labels, board, column, rank
        case createdBy = "created_by"
        case author, version, created, updated
        case deletedAt = "deleted_at"
    }

    /// Writes absent values as null, as the API does, so that every object has the same members.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(title, forKey: .title)
        try container.encode(description, forKey: .description)
        try container.encode(status, forKey: .status)
        try container.encode(priority, forKey: .priority)
        try container.encode(due, forKey: .due)
        try container.encode(assignee, forKey: .assignee)
        try container.encode(labels, forKey: .labels)
        try container.encode(board, forKey: .board)
        try container.encode(column, forKey: .column)
        try container.encode(rank, forKey: .rank)
        try container.encode(createdBy, forKey: .createdBy)
        try container.encode(author, forKey: .author)
        try container.encode(version, forKey: .version)
        try container.encode(created, forKey: .created)
        try container.encode(updated, forKey: .updated)
        try container.encode(deletedAt, forKey: .deletedAt)
    }
}

/// A task to be created. What is nil is left to the cluster's defaults.
package struct TaskDraft: Codable, Hashable, Sendable {
    package var title: String
    package var description: String?
    package var status: String?
    package var priority: Int?
    package var due: String?
    package var assignee: String?
    package var labels: [String]?
    package var board: UInt64?
    package var column: String?
    package var author: String?

    package init(title: String) { self.title = title }
}

/// One page of a list.
package struct Page<Item: Codable & Sendable>: Codable, Sendable {
    package var items: [Item]
    /// Opaque; nil on the last page.
    package var nextCursor: String?

    enum CodingKeys: String, CodingKey {
        case items
        case nextCursor = "next_cursor"
    }
}

/// How all JSON is written and read here.
package enum JSON {
    /// Keys are sorted, so that the same value always gives the same bytes.
    package static func encode(_ value: some Encodable, pretty: Bool = false) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
        return try encoder.encode(value)
    }

    package static func decode<Value: Decodable>(
        _ type: Value.Type = Value.self, from data: Data
    ) throws -> Value {
        try JSONDecoder().decode(type, from: data)
    }
}
