/// The target of a request, taken apart: a path, and parameters that must be asked for by name.
package struct Target: Sendable {
    package let path: Substring
    private let query: Substring?

    /// Takes `/path?query`, and the absolute form that proxies send.
    package init(_ text: String) {
        var rest = text[...]
        if !rest.hasPrefix("/"), let scheme = rest.firstRange(of: "://") {
            let authority = rest[scheme.upperBound...]
            rest = authority.firstIndex(of: "/").map { authority[$0...] } ?? "/"
        }
        if let mark = rest.utf8.firstIndex(of: UInt8(ascii: "?")) {
            path = rest[..<mark]
            query = rest[rest.utf8.index(after: mark)...]
        } else {
            path = rest
            query = nil
        }
    }

    /// The parameters, each of which must be one of `names` and occur once: a misspelt filter
    /// must not look like an answer to the right one. `list` may occur again, which is as if its
    /// values stood in one, with commas between them.
    package func parameters(
        _ names: [String] = [], list: String? = nil
    ) throws(Problem) -> [String: String] {
        guard let query, !query.isEmpty else { return [:] }
        var found: [String: String] = [:]
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decode(parts[0]),
                let value = Self.decode(parts.count > 1 ? parts[1] : "")
            else { throw .badRequest("the query is not valid percent-encoded UTF-8") }
            guard names.contains(name) else {
                let known = names.isEmpty ? "none" : names.joined(separator: ", ")
                throw .badRequest(
                    "the parameter '\(name.prefix(64))' is not known here; known: \(known)")
            }
            guard let earlier = found.updateValue(value, forKey: name) else { continue }
            guard name == list else {
                throw .badRequest("the parameter '\(name)' occurs twice")
            }
            found[name] = "\(earlier),\(value)"
        }
        return found
    }

    /// One parameter, whatever others there are.
    func value(_ name: String) throws(Problem) -> String? {
        guard let query else { return nil }
        let found = query.split(separator: "&").compactMap { pair -> Substring? in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return Self.decode(parts[0]) == name ? parts.count > 1 ? parts[1] : "" : nil
        }
        guard let value = found.first else { return nil }
        guard found.count == 1, let text = Self.decode(value) else {
            throw .badRequest("the parameter '\(name)' cannot be read")
        }
        return text
    }

    /// A plus is a space in a query, and a plus in a path.
    static func decode(_ text: Substring, plusIsSpace: Bool = true) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                let digits = String(Substring(rest.prefix(2)))
                guard digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit),
                    let value = UInt8(digits, radix: 16)
                else { return nil }
                bytes.append(value)
                rest.removeFirst(2)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
