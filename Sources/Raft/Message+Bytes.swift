import Wire

/// Bytes that are no message: damaged, cut short, or from a program that speaks another version.
/// The connection they came from cannot be trusted any further.
public struct MessageError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
}

extension Message {
    /// The message as bytes, for any transport that keeps them whole: framing and checksums are
    /// the transport's.
    public func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: 64)
        encode(into: &writer)
        return writer.bytes
    }

    /// Reads what `encoded()` wrote. Nothing about the bytes is trusted: whatever they are, they
    /// make a message within all bounds, or an error.
    public init(encoded bytes: [UInt8]) throws(MessageError) {
        var reader = ByteReader(bytes)
        do throws(WireError) {
            self = try Message(from: &reader)
            try reader.finish()
        } catch {
            throw MessageError(description: "not a message: \(error)")
        }
    }
}
