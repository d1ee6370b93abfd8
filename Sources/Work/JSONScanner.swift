/// Reads the little JSON that the state machine itself writes: no spaces, members in a fixed
/// order.
package struct JSONScanner {
    package private(set) var rest: Substring.UnicodeScalarView

    package init(_ text: String) { rest = text.unicodeScalars[...] }

    package mutating func take(_ text: String) -> Bool {
        guard rest.starts(with: text.unicodeScalars) else { return false }
        rest.removeFirst(text.unicodeScalars.count)
        return true
    }

    package mutating func string() -> String? {
        guard take("\"") else { return nil }
        var result = String.UnicodeScalarView()
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\"": return String(result)
            case "\\":
                guard let escaped = escaped() else { return nil }
                result.append(escaped)
            default: result.append(scalar)
            }
        }
        return nil
    }

    private mutating func escaped() -> Unicode.Scalar? {
        switch rest.popFirst() {
        case "\"": return "\""
        case "\\": return "\\"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "u":
            let digits = rest.prefix(4)
            rest = rest.dropFirst(4)
            guard digits.count == 4 else { return nil }
            return UInt32(String(digits), radix: 16).flatMap { Unicode.Scalar($0) }
        default: return nil
        }
    }

    package mutating func number() -> Int64? {
        let digits = rest.prefix { $0 == "-" || ("0"..."9").contains($0) }
        guard let number = Int64(String(digits)) else { return nil }
        rest = rest.dropFirst(digits.count)
        return number
    }

    package mutating func strings() -> [String]? {
        guard take("[") else { return nil }
        var strings: [String] = []
        if take("]") { return strings }
        repeat {
            guard let string = string() else { return nil }
            strings.append(string)
        } while take(",")
        return take("]") ? strings : nil
    }

    package enum Value: Hashable {
        case null
        case string(String)
        case number(Int64)
        case strings([String])
    }

    package mutating func value() -> Value? {
        switch rest.first {
        case "n": return take("null") ? .null : nil
        case "\"": return string().map { .string($0) }
        case "[": return strings().map { .strings($0) }
        default: return number().map { .number($0) }
        }
    }
}
