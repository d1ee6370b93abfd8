/// Stretches of time as people write them: `5s`, `1.5h`, `250ms`; without a unit in seconds.
package enum Span {
    /// Milliseconds; nil if the text is no span, or longer than a command may say.
    package static func milliseconds(_ text: String) -> UInt64? {
        let bytes = Array(text.utf8)
        let unitStart = bytes.firstIndex { !isDigit($0) && $0 != UInt8(ascii: ".") } ?? bytes.count
        guard let unit = unit(bytes[unitStart...]) else { return nil }
        let parts = bytes[..<unitStart].split(
            separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), (1...10).contains(parts[0].count),
            let whole = UInt64(String(decoding: parts[0], as: UTF8.self))
        else { return nil }
        // Ten digits of days, and six of a fraction of them, are far from an overflow.
        var total = whole * unit
        if parts.count == 2 {
            guard let fraction = fraction(parts[1], of: unit) else { return nil }
            total += fraction
        }
        return total <= Limits.jobSpan ? total : nil
    }

    /// nil if it is not a whole number of milliseconds.
    private static func fraction(_ digits: ArraySlice<UInt8>, of unit: UInt64) -> UInt64? {
        guard (1...6).contains(digits.count),
            let value = UInt64(String(decoding: digits, as: UTF8.self))
        else { return nil }
        let scale = (0..<digits.count).reduce(UInt64(1)) { scale, _ in scale * 10 }
        let (quotient, rest) = (value * unit).quotientAndRemainder(dividingBy: scale)
        return rest == 0 ? quotient : nil
    }

    private static func unit(_ text: ArraySlice<UInt8>) -> UInt64? {
        switch String(decoding: text, as: UTF8.self) {
        case "ms": 1
        case "", "s": 1_000
        case "m": 60_000
        case "h": 3_600_000
        case "d": 86_400_000
        default: nil
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
