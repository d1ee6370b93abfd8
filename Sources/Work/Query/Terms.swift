/// The terms of a text: what full text search finds a task by. Runs of letters and digits, in
/// lower case and without accents, at most 32 bytes of each; of scripts that put no spaces between
/// words, every character by itself.
///
/// Each node cuts the texts up by itself for its own tables, so this is no part of the replicated
/// state: a newer table of Unicode may make other terms of letters that it brought.
package struct Terms: Sequence, IteratorProtocol {
    package static let bytesMax = 32
    /// Different terms of one task that are kept; a text that has more is not found by the rest.
    package static let countMax = 4_096

    private var rest: Substring.UnicodeScalarView.SubSequence

    package init(_ text: String) { rest = Substring(text).unicodeScalars[...] }

    package mutating func next() -> String? {
        var term = ""
        while let scalar = rest.first {
            let isAlone = Self.standsAlone(scalar)
            if !Self.belongs(scalar) || isAlone && !term.isEmpty {
                // A mark belongs to the letter before it, and says nothing by itself.
                if Self.isMark(scalar) {
                    rest.removeFirst()
                    continue
                }
                if !term.isEmpty { return term }
                rest.removeFirst()
                continue
            }
            rest.removeFirst()
            Self.append(scalar, to: &term)
            if isAlone { return term }
        }
        return term.isEmpty ? nil : term
    }

    /// The different terms of a task, in no order that matters.
    package static func all(in fields: TaskFields) -> Set<String> {
        var terms: Set<String> = []
        for text in [fields.title, fields.description] {
            for term in Terms(text) {
                if terms.count >= countMax { return terms }
                terms.insert(term)
            }
        }
        return terms
    }

    private static func append(_ scalar: Unicode.Scalar, to term: inout String) {
        let folded = Folding.fold(scalar)
        for scalar in folded.unicodeScalars where term.utf8.count + scalar.utf8.count <= bytesMax {
            term.unicodeScalars.append(scalar)
        }
    }

    private static func belongs(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9": return true
            default: return false
            }
        }
        if isMark(scalar) { return false }
        return scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value >= 0x300 && scalar.properties.generalCategory == .nonspacingMark
    }

    private static func standsAlone(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value >= 0x2e80
            && (scalar.properties.isIdeographic || (0x3040...0x30ff).contains(scalar.value))
    }
}

/// Letters as they are compared: small, and without what is written above or below them.
enum Folding {
    static func fold(_ scalar: Unicode.Scalar) -> String {
        switch scalar.value {
        case 0x41...0x5a: return small(scalar.value + 0x20)
        case 0x61...0x7a, 0x30...0x39: return String(Character(scalar))
        // Full width forms of ASCII.
        case 0xff21...0xff3a: return small(scalar.value - 0xff21 + 0x61)
        case 0xff10...0xff19, 0xff41...0xff5a: return small(scalar.value - 0xfee0)
        case 0xdf: return "ss"
        case 0xc0...0x17f:
            let base = latin[Int(scalar.value) - 0xc0]
            return base == "-" ? scalar.properties.lowercaseMapping : String(base)
        default: return scalar.properties.lowercaseMapping
        }
    }

    private static func small(_ value: UInt32) -> String {
        Unicode.Scalar(value).map { String(Character($0)) } ?? ""
    }

    /// The letters from U+00C0 to U+017F without their marks; `-` where there is more to it.
    private static let latin = Array(
        """
        aaaaaa-ceeeeiiiidnooooo-ouuuuy--aaaaaa-ceeeeiiiidnooooo-ouuuuy-y\
        aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii--jjkkklllllll\
        lllnnnnnnn--oooooo--rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs
        """)
}
