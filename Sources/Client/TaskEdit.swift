/// A change of some fields of a task; `keep` leaves a field out of the request.
package struct TaskEdit: Encodable, Hashable, Sendable {
    package enum Field<Value: Encodable & Hashable & Sendable>: Hashable, Sendable {
        case keep
        case clear
        case set(Value)

        package init(_ value: Value?) { self = value.map(Field.set) ?? .keep }
    }

    package var title: Field<String> = .keep
    package var description: Field<String> = .keep
    package var status: Field<String> = .keep
    package var priority: Field<Int> = .keep
    package var due: Field<String> = .keep
    package var assignee: Field<String> = .keep
    package var labels: Field<[String]> = .keep
    package var author: Field<String> = .keep

    package init() {}

    /// Whether it would change nothing. The author says who edits and is no change by itself.
    package var isEmpty: Bool {
        var others = self
        others.author = .keep
        return others == TaskEdit()
    }

    enum CodingKeys: String, CodingKey {
        case title, description, status, priority, due, assignee, labels, author
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(title, forKey: .title)
        try container.encode(description, forKey: .description)
        try container.encode(status, forKey: .status)
        try container.encode(priority, forKey: .priority)
        try container.encode(due, forKey: .due)
        try container.encode(assignee, forKey: .assignee)
        try container.encode(labels, forKey: .labels)
        try container.encode(author, forKey: .author)
    }
}

extension KeyedEncodingContainer where Key == TaskEdit.CodingKeys {
    mutating func encode<Value>(_ field: TaskEdit.Field<Value>, forKey key: Key) throws {
        switch field {
        case .keep: break
        case .clear: try encodeNil(forKey: key)
        case .set(let value): try encode(value, forKey: key)
        }
    }
}
