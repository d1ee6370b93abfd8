import Work

/// Reads the members of one object, or the parameters of a query, and notes everything that
/// cannot be accepted, not only the first.
struct FieldReader {
    private var members: [JSONValue.Member]
    /// In front of a field's name, where it is named.
    private let pointer: String
    /// Parameters are text, also where a number is wanted.
    private let isQuery: Bool
    private(set) var problems = FieldProblems()

    /// - Parameter nullable: members that may be null, which is as good as leaving them out.
    init(_ value: JSONValue, at pointer: String = "", nullable: Set<String> = []) {
        self.pointer = pointer + "/"
        isQuery = false
        switch value {
        case .object(let members):
            self.members = members.filter { $0.value != .null || !nullable.contains($0.name) }
        case .null, .bool, .integer, .number, .string, .array:
            members = []
            problems.note(pointer, "must be an object, not \(value.kind)")
        }
    }

    init(parameters: [String: String]) {
        pointer = "?"
        isQuery = true
        // By name: what is said about them must not follow from the order of a dictionary.
        members = parameters.sorted { $0.key < $1.key }.map {
            JSONValue.Member(name: $0.key, value: .string($0.value))
        }
    }

    /// Without a name it is the object itself that cannot be accepted.
    mutating func report(_ name: String, _ detail: String) {
        problems.note(name.isEmpty ? String(pointer.dropLast()) : pointer + name, detail)
    }

    /// Whatever was not asked for is not known here.
    mutating func finish() -> FieldProblems {
        for member in members {
            problems.noteUnknown(pointer + FieldProblems.escaped(member.name))
        }
        members = []
        return problems
    }

    mutating func add(_ others: FieldProblems) { problems.add(others) }

    func isObject(_ name: String) -> Bool {
        members.contains { member in
            guard member.name == name, case .object = member.value else { return false }
            return true
        }
    }

    /// The value of a member that is there.
    mutating func take(_ name: String) -> JSONValue? {
        guard let place = members.firstIndex(where: { $0.name == name }) else { return nil }
        return members.remove(at: place).value
    }

    /// Whether the member is there and null: then it is taken.
    mutating func takeNull(_ name: String) -> Bool {
        let isNull = members.contains { $0.name == name && $0.value == .null }
        if isNull { _ = take(name) }
        return isNull
    }
}

// MARK: Kinds of values

extension FieldReader {
    mutating func string(_ name: String) -> String? {
        guard let value = take(name) else { return nil }
        if case .string(let text) = value { return text }
        report(name, "must be a string, not \(value.kind)")
        return nil
    }

    mutating func integer(_ name: String, _ range: ClosedRange<UInt64>) -> UInt64? {
        guard let value = take(name) else { return nil }
        let number: UInt64? =
            switch value {
            case .integer(let number): UInt64(exactly: number)
            case .string(let text) where isQuery: UInt64(text)
            case .null, .bool, .number, .string, .array, .object: nil
            }
        if let number, range.contains(number) { return number }
        report(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        return nil
    }

    /// Milliseconds.
    mutating func span(_ name: String, limit: UInt64 = Limits.jobSpan) -> UInt64? {
        guard let value = take(name) else { return nil }
        let span: UInt64? =
            switch value {
            case .integer(let seconds): seconds >= 0 ? Span.milliseconds(String(seconds)) : nil
            case .string(let text): Span.milliseconds(text)
            case .null, .bool, .number, .array, .object: nil
            }
        if let span, span <= limit { return span }
        report(
            name, "must be seconds, or a text such as \"250ms\", \"5s\" or \"2h\"; at most "
                + "\(limit / 1000) s")
        return nil
    }

    mutating func time(_ name: String) -> Timestamp? {
        guard let text = string(name) else { return nil }
        // Milliseconds may be left out.
        let full = text.utf8.count == 20 && text.last == "Z" ? text.dropLast() + ".000Z" : text
        if full.last == "Z", let time = Timestamp(text: full) { return time }
        report(name, "must be a time in UTC such as \"2026-12-01T08:00:00Z\"")
        return nil
    }

    mutating func choice<Value>(_ name: String, _ choices: [(String, Value)]) -> Value? {
        guard let text = string(name) else { return nil }
        if let choice = choices.first(where: { $0.0 == text }) { return choice.1 }
        report(name, "must be one of: \(choices.map(\.0).joined(separator: ", "))")
        return nil
    }

    /// An object within this one.
    mutating func object<Value>(
        _ name: String, nullable: Set<String> = [], _ read: (inout FieldReader) -> Value
    ) -> Value? {
        guard let value = take(name) else { return nil }
        var inner = FieldReader(value, at: pointer + name, nullable: nullable)
        let read = read(&inner)
        problems.add(inner.finish())
        return read
    }
}

/// What cannot be accepted of a request.
struct FieldProblems {
    private var list: [FieldProblem] = []
    private var unknown = 0
    /// Far more than a request of ours could get wrong; a hostile one may not fill the memory.
    private static let limit = 100

    var isEmpty: Bool { list.isEmpty }

    mutating func note(_ pointer: String, _ detail: String) {
        guard list.count < Self.limit else { return }
        list.append(FieldProblem(pointer: pointer, detail: detail))
    }

    mutating func noteUnknown(_ pointer: String) {
        unknown += 1
        note(pointer, "is not a field that is known here")
    }

    mutating func add(_ others: FieldProblems) {
        list += others.list.prefix(max(0, Self.limit - list.count))
        unknown += others.unknown
    }

    func check() throws(Problem) {
        if !list.isEmpty { throw .badFields(list, allUnknown: unknown >= list.count) }
    }

    /// RFC 6901, section 3, of a name that is not too long to repeat.
    static func escaped(_ name: String) -> String {
        name.prefix(64).reduce(into: "") { text, character in
            switch character {
            case "~": text += "~0"
            case "/": text += "~1"
            default: text.append(character)
            }
        }
    }
}
