/// Replies are bytes, put together where they are sent.
extension [UInt8] {
    mutating func append(_ text: String) { append(contentsOf: text.utf8) }

    mutating func append(number: UInt64) {
        if number >= 10 { append(number: number / 10) }
        append(UInt8(ascii: "0") + UInt8(number % 10))
    }

    mutating func appendLineEnd() {
        append(UInt8(ascii: "\r"))
        append(UInt8(ascii: "\n"))
    }

    /// A word, a number and the end of the line.
    mutating func appendLine(_ word: String, _ number: UInt64) {
        append(word)
        append(number: number)
        appendLineEnd()
    }

    /// A job with its body.
    mutating func appendJob(_ word: String, _ id: UInt64, _ body: [UInt8]) {
        reserveCapacity(count + body.count + 48)
        append(word)
        append(number: id)
        append(UInt8(ascii: " "))
        append(number: UInt64(body.count))
        appendLineEnd()
        append(contentsOf: body)
        appendLineEnd()
    }

    /// A text of several lines. The length does not count the end of the last line.
    mutating func appendData(_ text: [UInt8]) {
        appendLine("OK ", UInt64(text.count))
        append(contentsOf: text)
        appendLineEnd()
    }
}
