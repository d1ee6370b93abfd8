/// Appends fixed-width integers (little endian), LEB128 varints and length-prefixed bytes to a
/// growing array. Every format of Taskraft, on the wire and on disk, is written by it.
public struct ByteWriter: Sendable {
    /// What was written so far.
    public private(set) var bytes: [UInt8]

    /// A writer with room for `capacity` bytes before it has to grow.
    public init(capacity: Int = 0) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// Forgets what was written, but keeps the memory for the next message.
    public mutating func reset() {
        bytes.removeAll(keepingCapacity: true)
    }

    public mutating func writeByte(_ value: UInt8) {
        bytes.append(value)
    }

    public mutating func writeBool(_ value: Bool) {
        bytes.append(value ? 1 : 0)
    }

    // Little endian, as many bytes as the type has. Not generic: these are called from other
    // modules for every entry, where a generic would not be specialised.

    public mutating func writeFixed(_ value: UInt16) {
        bytes.append(UInt8(truncatingIfNeeded: value))
        bytes.append(UInt8(truncatingIfNeeded: value >> 8))
    }

    public mutating func writeFixed(_ value: UInt32) {
        for shift in stride(from: UInt32(0), to: 32, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    public mutating func writeFixed(_ value: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    /// LEB128: seven bits a byte, lowest first; 1 to 10 bytes.
    public mutating func writeVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Zigzag, so that small negative numbers stay short.
    public mutating func writeSigned(_ value: Int64) {
        writeVarint(UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    }

    /// The bytes as they are, without a length.
    public mutating func writeRaw(_ value: [UInt8]) {
        bytes.append(contentsOf: value)
    }

    /// The length as a varint, then the bytes.
    public mutating func writeBytes(_ value: [UInt8]) {
        writeVarint(UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    /// UTF-8 with its length in bytes before it.
    public mutating func writeString(_ value: String) {
        writeVarint(UInt64(value.utf8.count))
        bytes.append(contentsOf: value.utf8)
    }

    /// A presence byte, then the value if there is one. Inlinable, because it is generic.
    @inlinable
    public mutating func writeOptional<Value>(
        _ value: Value?, _ write: (inout ByteWriter, Value) -> Void
    ) {
        writeBool(value != nil)
        if let value { write(&self, value) }
    }

    /// Overwrites four bytes written earlier, for a length or checksum known only at the end.
    public mutating func patchFixed(_ value: UInt32, at offset: Int) {
        for byte in 0..<4 {
            bytes[offset + byte] = UInt8(truncatingIfNeeded: value >> (8 * UInt32(byte)))
        }
    }
}
