import Work

/// Reads a line without its end, from left to right.
struct LineReader {
    private let bytes: [UInt8]
    private var position: Int
    private let end: Int

    init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    var isAtEnd: Bool { position == end }
    var hasZeroByte: Bool { bytes[position..<end].contains(0) }

    /// Goes on behind the word if the line goes on with it.
    mutating func take(_ word: [UInt8]) -> Bool {
        guard end - position >= word.count, bytes[position] == word[0] else { return false }
        for place in 1..<word.count where bytes[position + place] != word[place] {
            return false
        }
        position += word.count
        return true
    }

    /// The verb that the line begins with.
    mutating func takeVerb() -> Verb? {
        for verb in Verb.allCases where take(Verb.words[verb.rawValue]) { return verb }
        return nil
    }

    /// Blanks, then digits and no sign, up to the limit. nil otherwise.
    mutating func readNumber(upTo limit: UInt64) -> UInt64? {
        skipBlanks()
        guard let value = readDigits(), value <= limit else { return nil }
        return value
    }

    mutating func readWord() -> UInt32? {
        readNumber(upTo: UInt64(UInt32.max)).map { UInt32($0) }
    }

    /// A job's number, and nothing behind it.
    mutating func readLastJob() -> JobID? {
        guard let job = readJob(), isAtEnd else { return nil }
        return job
    }

    mutating func readJob() -> JobID? { readNumber(upTo: .max).map { JobID($0) } }

    /// As C's `strtoul` reads it: any white space, a sign, whatever behind; the low 32 bits count.
    mutating func readLenientCount() -> UInt32? {
        while position < end, isSpace(bytes[position]) { position += 1 }
        let isNegative = position < end && bytes[position] == UInt8(ascii: "-")
        if isNegative || position < end && bytes[position] == UInt8(ascii: "+") { position += 1 }
        guard let value = readDigits() else { return nil }
        return UInt32(truncatingIfNeeded: isNegative ? 0 &- value : value)
    }

    /// All that is left, if it is a tube's name.
    mutating func readLastName() -> QueueName? {
        defer { position = end }
        return name(position..<end)
    }

    /// Blanks, then at least one byte that names may have; false if there is none. It may be no
    /// name for all that.
    mutating func readNameBytes(_ name: inout QueueName?) -> Bool {
        skipBlanks()
        let start = position
        while position < end, QueueName.allows(bytes[position]) { position += 1 }
        name = self.name(start..<position)
        return position > start
    }

    private func name(_ range: Range<Int>) -> QueueName? {
        guard range.count <= Limits.queueNameBytes else { return nil }
        return QueueName(String(decoding: bytes[range], as: UTF8.self))
    }

    private mutating func skipBlanks() {
        while position < end, bytes[position] == UInt8(ascii: " ") { position += 1 }
    }

    /// nil if there is none, or too large a number.
    private mutating func readDigits() -> UInt64? {
        let start = position
        var value: UInt64 = 0
        while position < end, case let digit = bytes[position] &- UInt8(ascii: "0"), digit < 10 {
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, isOver) = product.addingReportingOverflow(UInt64(digit))
            if isTooLarge || isOver { return nil }
            value = sum
            position += 1
        }
        return position > start ? value : nil
    }

    private func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || (9...13).contains(byte)
    }
}
