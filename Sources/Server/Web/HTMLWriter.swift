/// Writes HTML. Whatever is put in as text is escaped; elements are ours.
struct HTMLWriter {
    private(set) var text = ""

    mutating func element(
        _ name: StaticString, _ attributes: [(StaticString, String)] = [],
        _ inside: (inout HTMLWriter) -> Void
    ) {
        text += "<\(name)"
        for (name, value) in attributes {
            text += " \(name)=\""
            put(value)
            text += "\""
        }
        text += ">"
        inside(&self)
        text += "</\(name)>"
    }

    mutating func element(
        _ name: StaticString, _ attributes: [(StaticString, String)], _ words: String
    ) {
        element(name, attributes) { $0.put(words) }
    }

    mutating func element(_ name: StaticString, _ words: String) {
        element(name) { $0.put(words) }
    }

    mutating func link(_ target: String, _ words: String) {
        element("a", [("href", target)], words)
    }

    /// Words, with `code` between backquotes.
    mutating func prose(_ words: String) {
        let parts = words.split(separator: "`", omittingEmptySubsequences: false)
        for (place, part) in parts.enumerated() {
            if place.isMultiple(of: 2) { put(String(part)) } else { element("code", String(part)) }
        }
    }

    mutating func line(_ markup: StaticString) { text += "\(markup)\n" }

    /// Markup of ours.
    mutating func add(_ markup: Substring) { text += markup }

    mutating func put(_ words: String) {
        for character in words.unicodeScalars {
            switch character {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            default: text.unicodeScalars.append(character)
            }
        }
    }
}
