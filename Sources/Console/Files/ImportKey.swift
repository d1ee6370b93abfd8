import Foundation

/// Names one run of an import. With the row number it gives each task an idempotency key, so
/// that a second run under the same name creates nothing twice.
package struct ImportID: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    /// nil unless it is 1 to 100 letters, digits, dots, dashes or underscores.
    package init?(_ text: String) {
        let isFit = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
                UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard isFit, (1...100).contains(text.utf8.count) else { return nil }
        self.text = text
    }

    private init(unchecked text: String) { self.text = text }

    package static func random() -> ImportID {
        ImportID(unchecked: UUID().uuidString.lowercased())
    }

    package func key(row: Int) -> String { "import.\(text).\(row)" }

    package var description: String { text }
}
