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

    private let bytes: [UInt8]
    private var place = 0
    /// The last one.
    private(set) var term: [UInt8] = []

    package init(_ text: String) { bytes = Array(text.utf8) }

    package mutating func next() -> String? {
        advance() ? String(decoding: term, as: UTF8.self) : nil
    }

    /// Goes on to the next term; false if there is none.
    mutating func advance() -> Bool {
        term.removeAll(keepingCapacity: true)
        while place < bytes.count {
            let byte = bytes[place]
            if byte >= 0x80 {
                if takeWide() { break }
                continue
            }
            place += 1
            if let small = Self.small(byte) {
                if term.count < Self.bytesMax { term.append(small) }
            } else if !term.isEmpty {
                break
            }
        }
        return !term.isEmpty
    }

    /// A letter or digit of ASCII as it is compared; most texts have little else.
    private static func small(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte + 0x20
        default: nil
        }
    }

    /// Takes a scalar beyond ASCII; true if the term ends here.
    private mutating func takeWide() -> Bool {
        let (scalar, end) = wideScalar()
        let isAlone = Self.standsAlone(scalar)
        if !Self.belongs(scalar) || isAlone && !term.isEmpty {
            // A mark belongs to the letter before it, and says nothing by itself.
            if !term.isEmpty, !Self.isMark(scalar) { return true }
            place = end
            return false
        }
        place = end
        for scalar in Folding.fold(scalar).unicodeScalars {
            let folded = UTF8.encode(scalar) ?? .init()
            if term.count + folded.count <= Self.bytesMax { term.append(contentsOf: folded) }
        }
        return isAlone && !term.isEmpty
    }

    /// The scalar at this place, which is whole: the bytes are a string's.
    private func wideScalar() -> (Unicode.Scalar, end: Int) {
        let lead = bytes[place]
        let count = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
        var value = UInt32(lead) & (0x7f &>> UInt32(count))
        for byte in bytes[place + 1..<place + count] { value = value << 6 | UInt32(byte & 0x3f) }
        return (Unicode.Scalar(value) ?? "\u{fffd}", place + count)
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

    private static func belongs(_ scalar: Unicode.Scalar) -> Bool {
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

/// Letters beyond ASCII as they are compared: small, and without what is written above or below them.
enum Folding {
    static func fold(_ scalar: Unicode.Scalar) -> String {
        switch scalar.value {
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
