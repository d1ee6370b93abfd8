/// One field that cannot be accepted, and why.
package struct FieldProblem: Hashable, Sendable {
    /// JSON pointer (RFC 6901) to the field.
    package var pointer: String
    package var detail: String

    package init(pointer: String, detail: String) {
        self.pointer = pointer
        self.detail = detail
    }
}

extension TaskFields {
    /// Everything wrong with the fields; empty if they can be stored. Whatever passes here, both
    /// databases accept.
    package var problems: [FieldProblem] {
        var found: [FieldProblem] = []
        func check(_ pointer: String, _ problem: String?) {
            if let problem { found.append(FieldProblem(pointer: pointer, detail: problem)) }
        }
        check("/title", Text.problem(title, 1...Limits.titleCharacters))
        check("/description", Text.problem(bytes: description, limit: Limits.descriptionBytes))
        if priority > Limits.priority {
            check("/priority", "must be between 0 (none) and \(Limits.priority)")
        }
        if let assignee {
            check("/assignee", Text.problem(assignee, 1...Limits.nameCharacters))
        }
        if labels.count > Limits.labels { check("/labels", "at most \(Limits.labels) labels") }
        for (place, label) in labels.enumerated() {
            check("/labels/\(place)", Text.problem(label, 1...Limits.labelCharacters))
        }
        return found
    }
}

/// Rules for text that both databases must take and a page must show.
package enum Text {
    /// One line of so many Unicode scalars.
    package static func problem(_ text: String, _ length: ClosedRange<Int>) -> String? {
        let count = text.unicodeScalars.count
        if count < length.lowerBound { return "must not be empty" }
        if count > length.upperBound {
            return "has \(count) characters, at most \(length.upperBound) are allowed"
        }
        return hasControl(text) ? "must not contain control characters" : nil
    }

    /// Several lines of so many bytes; line breaks and tabs are fine.
    package static func problem(bytes text: String, limit: Int) -> String? {
        if text.utf8.count > limit {
            return "has \(text.utf8.count) bytes, at most \(limit) are allowed"
        }
        return hasControl(text, besidesLineBreaks: true)
            ? "must not contain control characters other than line breaks and tabs" : nil
    }

    /// Control characters are single bytes in UTF-8, so the bytes tell.
    static func hasControl(_ text: String, besidesLineBreaks: Bool = false) -> Bool {
        let bytes = text.utf8.span
        var found: UInt8 = 0
        // Without a way out the loop takes many bytes at a time, and texts seldom have any.
        for place in bytes.indices {
            let byte = bytes[place]
            found |= (byte < 0x20 ? 1 : 0) | (byte == 0x7f ? 1 : 0)
        }
        if found == 0 || !besidesLineBreaks { return found != 0 }
        return bytes.indices.contains { place in
            let byte = bytes[place]
            return (byte < 0x20 && byte != 0x0a && byte != 0x0d && byte != 0x09) || byte == 0x7f
        }
    }

    /// Whether a JSON string may hold the text as it is.
    static func isPlain(_ text: String) -> Bool {
        let bytes = text.utf8.span
        var found: UInt8 = 0
        for place in bytes.indices {
            let byte = bytes[place]
            found |= (byte < 0x20 ? 1 : 0) | (byte == 0x22 ? 1 : 0) | (byte == 0x5c ? 1 : 0)
        }
        return found == 0
    }

    /// Whether both have the same bytes. `==` takes canonically equivalent texts for equal, by
    /// tables that may differ between two versions of the program.
    static func isIdentical(_ left: String, _ right: String) -> Bool {
        let (left, right) = (left.utf8.span, right.utf8.span)
        if left.count != right.count { return false }
        var difference: UInt8 = 0
        for place in left.indices { difference |= left[place] ^ right[place] }
        return difference == 0
    }

    static func isIdentical(_ left: String?, _ right: String?) -> Bool {
        guard let left, let right else { return left == nil && right == nil }
        return isIdentical(left, right)
    }
}
