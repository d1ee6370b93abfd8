/// One change of a task: an entry of the replicated log, seen from the task.
package struct HistoryEntry: Codable, Hashable, Sendable {
    package struct Change: Codable, Hashable, Sendable {
        package var before: JSONValue
        package var after: JSONValue
    }

    package var index: UInt64
    package var ordinal: UInt32
    package var term: UInt64
    package var taskID: UInt64
    /// `create`, `update` or `delete`.
    package var command: String
    package var author: String?
    package var node: UInt64
    package var time: String
    package var changes: [String: Change]

    enum CodingKeys: String, CodingKey {
        case index, ordinal, term
        case taskID = "task_id"
        case command, author, node, time, changes
    }
}

/// Any JSON value, for members whose type depends on the field they describe.
package enum JSONValue: Codable, Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let values): try container.encode(values)
        case .object(let members): try container.encode(members)
        }
    }

    /// For people: text without quotes, a list with commas, `-` for nothing.
    package var text: String {
        switch self {
        case .null: "-"
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .number(let value): String(value)
        case .string(let value): value
        case .array(let values): values.map(\.text).joined(separator: ", ")
        case .object(let members):
            members.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.text)" }
                .joined(separator: ", ")
        }
    }
}
