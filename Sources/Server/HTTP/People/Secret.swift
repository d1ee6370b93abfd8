import Crypto
import FoundationEssentials

/// What tokens and sessions are known by: 32 random bytes as text. The cluster knows the hash.
struct Secret: Sendable {
    let text: String

    static func random(_ prefix: String = "tk_") -> Secret {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        return Secret(text: prefix + base64URL(bytes))
    }

    /// SHA-256: the bytes are random, so there is nothing to guess, and no salt is needed.
    var hash: [UInt8] { Array(SHA256.hash(data: Data(text.utf8))) }

    /// A text that only who knows the secret can name: the browser's page gets it told, another
    /// site's page does not.
    var csrf: String { Self.base64URL(Array(SHA256.hash(data: Data("csrf \(text)".utf8)))) }

    private static func base64URL(_ bytes: [UInt8]) -> String {
        String(
            Data(bytes).base64EncodedString().compactMap { character -> Character? in
                switch character {
                case "+": "-"
                case "/": "_"
                case "=": nil
                default: character
                }
            })
    }

    /// Compares in a time that does not tell where they differ.
    static func isEqual(_ left: String, _ right: String) -> Bool {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
