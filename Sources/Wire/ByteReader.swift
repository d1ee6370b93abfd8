/// Why bytes could not be decoded. Nothing about the bytes themselves is trusted, so every
/// decoder throws one of these instead of trapping.
public enum WireError: Error, Equatable, Sendable {
    /// The bytes end before the value does.
    case truncated
    /// A varint of more than 64 bits, or one not in its shortest form.
    case malformedVarint
    /// A byte that names no case of its type.
    case unknownTag(UInt8)
    /// Text that is not UTF-8.
    case invalidUTF8
    /// A length or count above its limit.
    case tooLong
    /// A value that its type forbids.
    case invalidValue
    /// Bytes left over behind a complete value.
    case trailingBytes
}

/// Reads what `ByteWriter` wrote. Cheap to copy: it is a slice that shrinks from the front.
public struct ByteReader: Sendable {
    private var rest: ArraySlice<UInt8>

    public init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    public init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    /// Bytes not read yet.
    public var remaining: Int { rest.count }

    /// Throws unless everything was read: no format allows a tail that nobody understood.
    public func finish() throws(WireError) {
        if !rest.isEmpty { throw .trailingBytes }
    }

    public mutating func readByte() throws(WireError) -> UInt8 {
        guard let byte = rest.popFirst() else { throw .truncated }
        return byte
    }

    public mutating func readBool() throws(WireError) -> Bool {
        switch try readByte() {
        case 0: return false
        case 1: return true
        case let other: throw .unknownTag(other)
        }
    }

    // Little endian; not generic, as in `ByteWriter`.

    public mutating func readFixed() throws(WireError) -> UInt16 {
        UInt16(truncatingIfNeeded: try readLittleEndian(2))
    }

    public mutating func readFixed() throws(WireError) -> UInt32 {
        UInt32(truncatingIfNeeded: try readLittleEndian(4))
    }

    public mutating func readFixed() throws(WireError) -> UInt64 {
        try readLittleEndian(8)
    }

    private mutating func readLittleEndian(_ width: Int) throws(WireError) -> UInt64 {
        guard rest.count >= width else { throw .truncated }
        let start = rest.startIndex
        var value: UInt64 = 0
        for offset in 0..<width {
            value |= UInt64(rest[start + offset]) << UInt64(8 * offset)
        }
        rest = rest.dropFirst(width)
        return value
    }

    public mutating func readVarint() throws(WireError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = try readByte()
            if shift == 63, byte > 1 { throw .malformedVarint }
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 {
                // One value, one encoding: equal values must have equal bytes, they are hashed.
                if byte == 0, shift > 0 { throw .malformedVarint }
                return value
            }
            shift += 7
            if shift > 63 { throw .malformedVarint }
        }
    }

    public mutating func readSigned() throws(WireError) -> Int64 {
        let raw = try readVarint()
        return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
    }

    /// A count or length that must not exceed `limit`, so that no hostile length allocates.
    public mutating func readCount(limit: Int) throws(WireError) -> Int {
        let value = try readVarint()
        guard value <= UInt64(limit) else { throw .tooLong }
        return Int(value)
    }

    public mutating func readRaw(_ count: Int) throws(WireError) -> ArraySlice<UInt8> {
        guard count >= 0, rest.count >= count else { throw .truncated }
        let bytes = rest.prefix(count)
        rest = rest.dropFirst(count)
        return bytes
    }

    public mutating func readBytes(limit: Int) throws(WireError) -> ArraySlice<UInt8> {
        try readRaw(try readCount(limit: limit))
    }

    public mutating func readString(limit: Int) throws(WireError) -> String {
        let bytes = try readBytes(limit: limit)
        do throws(UTF8.ValidationError) {
            return String(copying: try UTF8Span(validating: bytes.span))
        } catch {
            throw .invalidUTF8
        }
    }

    @inlinable
    public mutating func readOptional<Value>(
        _ read: (inout ByteReader) throws(WireError) -> Value
    ) throws(WireError) -> Value? {
        try readBool() ? try read(&self) : nil
    }
}
