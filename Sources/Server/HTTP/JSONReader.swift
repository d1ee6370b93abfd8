/// Reads one JSON text (RFC 8259) strictly: nothing before or after it, no comments, no duplicate
/// names, valid UTF-8, bounded depth. By hand, because Foundation's takes some of what is refused
/// here, needs ten times as long, and does not say where the error is.
package struct JSONReader {
    package static let depthMax = 32

    private let input: [UInt8]
    private var offset = 0
    private var depth = 0

    package static func read(_ input: [UInt8]) throws(JSONError) -> JSONValue {
        var reader = JSONReader(input: input)
        reader.skipSpace()
        let value = try reader.value()
        reader.skipSpace()
        if reader.offset < input.count { throw reader.error("there is more after the end") }
        return value
    }

    private init(input: [UInt8]) { self.input = input }

    private var next: UInt8? { offset < input.count ? input[offset] : nil }

    private func error(_ reason: String) -> JSONError { JSONError(offset: offset, reason: reason) }

    private mutating func skipSpace() {
        while let next, next == 0x20 || next == 0x0a || next == 0x0d || next == 0x09 {
            offset += 1
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        offset += 1
        return true
    }

    private mutating func value() throws(JSONError) -> JSONValue {
        guard let next else { throw error("it ends too early") }
        switch next {
        case UInt8(ascii: "{"): return try nested { json throws(JSONError) in try json.object() }
        case UInt8(ascii: "["): return try nested { json throws(JSONError) in try json.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw error("a value was expected")
        }
    }

    private mutating func literal(
        _ text: StaticString, _ value: JSONValue
    ) throws(JSONError) -> JSONValue {
        let matches = text.withUTF8Buffer { input[offset...].starts(with: $0) }
        guard matches else { throw error("a value was expected") }
        offset += text.utf8CodeUnitCount
        return value
    }

    private mutating func nested(
        _ body: (inout JSONReader) throws(JSONError) -> JSONValue
    ) throws(JSONError) -> JSONValue {
        depth += 1
        guard depth <= Self.depthMax else {
            throw error("it is nested more than \(Self.depthMax) deep")
        }
        offset += 1
        skipSpace()
        let value = try body(&self)
        depth -= 1
        return value
    }

    private mutating func array() throws(JSONError) -> JSONValue {
        var elements: [JSONValue] = []
        if take(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            elements.append(try value())
            skipSpace()
            if take(UInt8(ascii: "]")) { return .array(elements) }
            guard take(UInt8(ascii: ",")) else { throw error("',' or ']' was expected") }
            skipSpace()
        }
    }

    private mutating func object() throws(JSONError) -> JSONValue {
        var members: [JSONValue.Member] = []
        if take(UInt8(ascii: "}")) { return .object(members) }
        while true {
            guard next == UInt8(ascii: "\"") else { throw error("a member's name was expected") }
            let name = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw error("':' was expected") }
            skipSpace()
            members.append(JSONValue.Member(name: name, value: try value()))
            skipSpace()
            if take(UInt8(ascii: "}")) { break }
            guard take(UInt8(ascii: ",")) else { throw error("',' or '}' was expected") }
            skipSpace()
        }
        if let twice = Self.duplicate(in: members) { throw error("'\(twice)' occurs twice") }
        return .object(members)
    }

    /// A few names are compared with each other; for many that would take too long.
    private static func duplicate(in members: [JSONValue.Member]) -> String? {
        if members.count > 16 {
            var seen: Set<String> = []
            return members.first { !seen.insert($0.name).inserted }?.name
        }
        for (place, member) in members.enumerated()
        where members[..<place].contains(where: { $0.name == member.name }) {
            return member.name
        }
        return nil
    }
}

// MARK: Numbers

extension JSONReader {
    private mutating func number() throws(JSONError) -> JSONValue {
        let start = offset
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try digits() }
        var isWhole = true
        if take(UInt8(ascii: ".")) {
            isWhole = false
            try digits()
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isWhole = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        if let next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next) {
            throw error("a number must not start with 0")
        }
        let text = String(decoding: input[start..<offset], as: UTF8.self)
        if isWhole { return Int64(text).map { .integer($0) } ?? .number }
        return Self.whole(text).map { .integer($0) } ?? .number
    }

    /// 2.0 and 1e3 are whole numbers too. By their digits: a Double would not be exact.
    private static func whole(_ text: String) -> Int64? {
        let parts = text.split { $0 == "e" || $0 == "E" }
        let mantissa = parts[0].split(separator: ".")
        var digits = mantissa.joined()
        let isZero = digits.utf8.allSatisfy { $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: "-") }
        if isZero { return 0 }
        guard let exponent = parts.count > 1 ? Int32(parts[1]) : 0 else { return nil }
        var zeros = Int(exponent) - (mantissa.count > 1 ? mantissa[1].utf8.count : 0)
        while zeros < 0, digits.utf8.last == UInt8(ascii: "0") {
            digits.removeLast()
            zeros += 1
        }
        guard (0...18).contains(zeros) else { return nil }
        return Int64(digits + String(repeating: "0", count: zeros))
    }

    private mutating func digits() throws(JSONError) {
        let start = offset
        while let next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next) { offset += 1 }
        if offset == start { throw error("a digit was expected") }
    }
}

// MARK: Strings

extension JSONReader {
    private mutating func string() throws(JSONError) -> String {
        offset += 1
        let start = offset
        while let next {
            switch next {
            case UInt8(ascii: "\""):
                let text = try self.text(input[start..<offset], at: start)
                offset += 1
                return text
            case UInt8(ascii: "\\"): return try escapedString(from: start)
            case ..<0x20: throw error("a control character in a string must be escaped")
            default: offset += 1
            }
        }
        throw error("a string does not end")
    }

    /// The rest of a string after its first escape, which is where the reader stands.
    private mutating func escapedString(from start: Int) throws(JSONError) -> String {
        var bytes = Array(input[start..<offset])
        while let next {
            switch next {
            case UInt8(ascii: "\""):
                offset += 1
                return try text(bytes[...], at: start)
            case UInt8(ascii: "\\"):
                offset += 1
                bytes.append(contentsOf: String(try escape()).utf8)
            case ..<0x20: throw error("a control character in a string must be escaped")
            default:
                bytes.append(next)
                offset += 1
            }
        }
        throw error("a string does not end")
    }

    private func text(_ bytes: ArraySlice<UInt8>, at start: Int) throws(JSONError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw JSONError(offset: start, reason: "a string is not valid UTF-8")
        }
        return text
    }

    private mutating func escape() throws(JSONError) -> Character {
        guard let next else { throw error("a string does not end") }
        offset += 1
        switch next {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return Character(try unicodeEscape())
        default:
            offset -= 1
            throw error("there is no such escape")
        }
    }

    /// Four digits, or two times four for what lies beyond 16 bits; half a pair is nothing.
    private mutating func unicodeEscape() throws(JSONError) -> Unicode.Scalar {
        let first = try hexDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xdc00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
            throw error("half of a surrogate pair")
        }
        let second = try hexDigits()
        guard (0xdc00...0xdfff).contains(second),
            let scalar = Unicode.Scalar(0x1_0000 + (first - 0xd800) << 10 + (second - 0xdc00))
        else { throw error("half of a surrogate pair") }
        return scalar
    }

    private mutating func hexDigits() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let next, let digit = Character(Unicode.Scalar(next)).hexDigitValue else {
                throw error("four hexadecimal digits were expected")
            }
            value = value << 4 | UInt32(digit)
            offset += 1
        }
        return value
    }
}
