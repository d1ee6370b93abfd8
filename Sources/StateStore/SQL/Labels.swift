import Work

/// Labels as they are stored: a JSON array of strings, without spaces, so that a task has one
/// spelling on every node and both engines' JSON functions can read it.
enum Labels {
    static func text(_ labels: [String]) -> String {
        "[" + labels.map { TaskDifference.quoted($0) }.joined(separator: ",") + "]"
    }

    /// Reads back what `text` writes; nil for any other JSON.
    static func parse(_ text: String) -> [String]? {
        if text == "[]" { return [] }
        var scanner = Scanner(rest: text.unicodeScalars[...])
        guard scanner.take("[") else { return nil }
        var labels: [String] = []
        repeat {
            guard let label = scanner.string() else { return nil }
            labels.append(label)
        } while scanner.take(",")
        guard scanner.take("]"), scanner.rest.isEmpty,
            Self.text(labels).utf8.elementsEqual(text.utf8)
        else { return nil }
        return labels
    }

    private struct Scanner {
        var rest: Substring.UnicodeScalarView

        mutating func take(_ scalar: Unicode.Scalar) -> Bool {
            guard rest.first == scalar else { return false }
            rest.removeFirst()
            return true
        }

        mutating func string() -> String? {
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
    }
}
