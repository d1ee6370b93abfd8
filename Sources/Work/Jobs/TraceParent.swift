import Wire

/// Which trace a job belongs to, as whoever put it said: `traceparent` of W3C Trace Context,
/// section 3.2. 26 bytes in the log instead of the 55 of the text.
package struct TraceParent: Hashable, Sendable {
    /// The trace's ID, in two halves; never zero as a whole.
    package let traceHigh: UInt64
    package let traceLow: UInt64
    /// The ID of the span that the job was put in; never zero.
    package let parent: UInt64
    /// Never 255, which the specification forbids.
    package let version: UInt8
    package let flags: UInt8

    /// What it counts towards the bound of the state.
    static let size = 32

    /// nil where the specification calls such values invalid.
    private init?(
        version: UInt8, traceHigh: UInt64, traceLow: UInt64, parent: UInt64, flags: UInt8
    ) {
        if version == .max || traceHigh | traceLow == 0 || parent == 0 { return nil }
        self.traceHigh = traceHigh
        self.traceLow = traceLow
        self.parent = parent
        self.version = version
        self.flags = flags
    }
}

// MARK: As text

extension TraceParent {
    /// What to say where a text is none.
    package static let rule =
        "must be a traceparent of W3C Trace Context, such as "
        + "\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\""

    /// Four numbers in lower case hexadecimal digits. Each text that is taken is the only one of
    /// its value; what later versions may append is not known, and so not taken.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 55, [2, 35, 52].allSatisfy({ bytes[$0] == UInt8(ascii: "-") }),
            let version = Self.number(bytes[0..<2]), let high = Self.number(bytes[3..<19]),
            let low = Self.number(bytes[19..<35]), let parent = Self.number(bytes[36..<52]),
            let flags = Self.number(bytes[53..<55])
        else { return nil }
        self.init(
            version: UInt8(version), traceHigh: high, traceLow: low, parent: parent,
            flags: UInt8(flags))
    }

    package var text: String {
        let trace = Self.digits(traceHigh, 16) + Self.digits(traceLow, 16)
        return Self.digits(UInt64(version), 2) + "-" + trace + "-" + Self.digits(parent, 16) + "-"
            + Self.digits(UInt64(flags), 2)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                value = value << 4 | UInt64(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"):
                value = value << 4 | UInt64(digit - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return value
    }

    private static func digits(_ value: UInt64, _ count: Int) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: count - digits.utf8.count) + digits
    }
}

// MARK: As bytes

extension TraceParent {
    func encode(into writer: inout ByteWriter) {
        writer.writeByte(version)
        writer.writeFixed(traceHigh)
        writer.writeFixed(traceLow)
        writer.writeFixed(parent)
        writer.writeByte(flags)
    }

    init(from reader: inout ByteReader) throws(WireError) {
        let version = try reader.readByte()
        let high: UInt64 = try reader.readFixed()
        let low: UInt64 = try reader.readFixed()
        let parent: UInt64 = try reader.readFixed()
        let found = TraceParent(
            version: version, traceHigh: high, traceLow: low, parent: parent,
            flags: try reader.readByte())
        guard let found else { throw .invalidValue }
        self = found
    }
}
