/// Text of others, made fit to be shown on a terminal.
package enum Printable {
    /// One line without control characters: nothing in a title may move the cursor.
    package static func line(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            shown.append(isControl(scalar) ? " " : scalar)
        }
        return String(shown)
    }

    /// Several lines: line breaks and tabs stay.
    package static func lines(_ text: String) -> String {
        text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .map { line(String($0)) }
            .joined(separator: "\n")
    }

    /// Columns on a terminal: East Asian characters and emoji take two.
    package static func width(_ text: String) -> Int {
        text.reduce(0) { $0 + width($1) }
    }

    static func width(_ character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first else { return 0 }
        if scalar.properties.generalCategory == .nonspacingMark { return 0 }
        if scalar.properties.isEmojiPresentation { return 2 }
        return wide.contains { $0.contains(scalar.value) } ? 2 : 1
    }

    /// Cut to so many columns, with an ellipsis if something is missing.
    package static func fit(_ text: String, _ columns: Int) -> String {
        guard width(text) > columns else { return text }
        var used = 0
        var kept = ""
        for character in text {
            used += width(character)
            guard used < columns else { break }
            kept.append(character)
        }
        return kept + "…"
    }

    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff,
        0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6, 0x20000...0x3fffd,
    ]

    /// C0, DEL, C1, and the marks that turn the direction of writing around.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7f..<0xa0, 0x202a...0x202e, 0x2066...0x2069: true
        default: false
        }
    }
}
