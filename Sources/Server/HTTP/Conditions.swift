import Crypto
import FoundationEssentials
package import HTTPTypes

/// Which version of a task a request may change.
package enum Expectation: Hashable, Sendable {
    case any
    /// 0, which no task has, for a tag that is well formed but none of ours.
    case version(UInt64)

    package var version: UInt64? {
        switch self {
        case .any: nil
        case .version(let version): version
        }
    }

    /// Reads `If-Match`: one strong entity tag, or `*`.
    package init(_ headers: HTTPFields) throws(Problem) {
        guard let text = try headers.single(.ifMatch) else { throw .preconditionRequired }
        if text == "*" {
            self = .any
        } else if let tag = EntityTag.opaque(text) {
            self = .version(EntityTag.version(tag) ?? 0)
        } else {
            throw .badRequest("If-Match must be one strong entity tag such as \"3\", or *")
        }
    }
}

/// What a PUT of a task is for.
package enum PutCondition: Hashable, Sendable {
    /// To make it, under a number that no task ever had.
    case isNew
    /// To replace it.
    case replaces(Expectation)

    /// Reads `If-None-Match: *` or `If-Match`, one of which there must be.
    package init(_ headers: HTTPFields) throws(Problem) {
        let ifNoneMatch = try headers.single(.ifNoneMatch)
        switch (ifNoneMatch, headers[.ifMatch]) {
        case (nil, nil): throw .putConditionRequired
        case (nil, .some): self = .replaces(try Expectation(headers))
        case ("*"?, nil): self = .isNew
        case (.some, nil):
            throw .badRequest("If-None-Match must be *: the task is made if there never was one")
        case (.some, .some):
            throw .badRequest("send If-None-Match: * to make a task, or If-Match to replace it")
        }
    }
}

/// Entity tags (RFC 9110, section 8.8.3). A task's is its version.
package enum EntityTag {
    package static func text(_ version: UInt64) -> String { "\"\(version)\"" }

    /// What is between the quotes of a strong tag.
    static func opaque(_ text: String) -> Substring? {
        let bytes = text.utf8
        guard bytes.count >= 2, bytes.first == UInt8(ascii: "\""),
            bytes.last == UInt8(ascii: "\"")
        else { return nil }
        let inner = text.utf8.dropFirst().dropLast()
        guard inner.allSatisfy({ $0 > 0x20 && $0 != UInt8(ascii: "\"") && $0 != 0x7f })
        else { return nil }
        return Substring(inner)
    }

    static func version(_ opaque: Substring) -> UInt64? {
        guard let version = UInt64(opaque), String(version) == opaque else { return nil }
        return version
    }

    /// Whether `If-None-Match` names the tag, by weak comparison: what a client has is still good.
    package static func matches(_ headers: HTTPFields, _ tag: String) -> Bool {
        guard let text = headers[.ifNoneMatch] else { return false }
        return text.split(separator: ",").contains { part in
            var candidate = part.drop { $0 == " " || $0 == "\t" }
            while candidate.last == " " || candidate.last == "\t" { candidate.removeLast() }
            if candidate == "*" { return true }
            if candidate.hasPrefix("W/") { candidate = candidate.dropFirst(2) }
            return candidate == tag
        }
    }
}

/// `Idempotency-Key`: a structured-field string, or a bare token for people with curl.
package enum KeyHeader {
    package static let lengthMax = 255

    package static func key(_ headers: HTTPFields) throws(Problem) -> String? {
        let values = headers[values: .idempotencyKey]
        guard let text = values.first else { return nil }
        guard values.count == 1 else { throw .badKey("Idempotency-Key occurs twice") }
        let isQuoted = text.utf8.first == UInt8(ascii: "\"")
        guard let key = isQuoted ? unquoted(text) : bare(text) else {
            throw .badKey("Idempotency-Key must be visible ASCII characters, best in quotes")
        }
        guard (1...lengthMax).contains(key.utf8.count) else {
            throw .badKey("Idempotency-Key must have 1 to \(lengthMax) characters")
        }
        return key
    }

    /// Room for what tells the parts of one request apart.
    private static let partBytes = 32

    /// What the keys of a request's parts begin with. A long key gives way to its hash: cut short,
    /// it might be another's.
    static func stem(of key: String) -> String {
        if key.utf8.count <= lengthMax - partBytes { return key }
        let hash: [UInt8] = Array(SHA256.hash(data: Data(key.utf8)))
        return hash.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static func bare(_ text: String) -> String? {
        let refused: [UInt8] = Array(#"",;\"#.utf8)
        return text.utf8.allSatisfy { isVisible($0) && !refused.contains($0) } ? text : nil
    }

    /// RFC 8941, section 4.2.5; a space is visible to nobody, and so not taken.
    private static func unquoted(_ text: String) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8.dropFirst()
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""):
                return rest.isEmpty ? String(decoding: bytes, as: UTF8.self) : nil
            case UInt8(ascii: "\\"):
                guard let escaped = rest.popFirst(),
                    escaped == UInt8(ascii: "\"") || escaped == UInt8(ascii: "\\")
                else { return nil }
                bytes.append(escaped)
            default:
                guard isVisible(byte) else { return nil }
                bytes.append(byte)
            }
        }
        return nil
    }

    private static func isVisible(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7f }
}

extension HTTPFields {
    /// A header that must not occur twice.
    fileprivate func single(_ name: HTTPField.Name) throws(Problem) -> String? {
        let values = self[values: name]
        guard values.count <= 1 else { throw .badRequest("\(name.rawName) occurs twice") }
        return values.first
    }
}
