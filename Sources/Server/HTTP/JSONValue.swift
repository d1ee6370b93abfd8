/// A JSON text as a tree. Members keep their order, and no two of one object have the same name.
package enum JSONValue: Hashable, Sendable {
    package struct Member: Hashable, Sendable {
        package var name: String
        package var value: JSONValue

        package init(name: String, value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    case null
    case bool(Bool)
    /// A whole number that fits, however it is written.
    case integer(Int64)
    /// Any other number: nothing here takes one, so its value is not kept.
    case number
    case string(String)
    case array([JSONValue])
    case object([Member])

    /// For messages: what was found instead of what is wanted.
    package var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

/// Where a JSON text breaks the rules, and which.
package struct JSONError: Error, Hashable, Sendable {
    /// In bytes from the start.
    package var offset: Int
    package var reason: String
}
