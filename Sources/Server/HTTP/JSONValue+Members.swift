/// What is inside of a JSON text.
extension JSONValue {
    package var members: [Member] {
        if case .object(let members) = self { members } else { [] }
    }

    package var elements: [JSONValue] {
        if case .array(let elements) = self { elements } else { [] }
    }

    package var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    package var whole: Int64? {
        if case .integer(let value) = self { value } else { nil }
    }

    /// A member; null if there is none.
    package subscript(_ name: String) -> JSONValue {
        members.first { $0.name == name }?.value ?? .null
    }

    /// An element by its place; null if there is none.
    package subscript(_ place: Int) -> JSONValue {
        elements.indices.contains(place) ? elements[place] : .null
    }

    /// How many members or elements it has.
    package var count: Int { members.count + elements.count }
}
