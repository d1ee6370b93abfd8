import Node
import Raft
import Replica
import Wire
import Work

/// Formats of our own. What is taken is the one encoding of what it says, so it comes back byte
/// for byte; and a value ends exactly where it ends.
enum CodecCheck {
    static func handshake(_ bytes: [UInt8]) throws(Broken) -> Bool {
        let hello = try check(bytes) { bytes throws(WireError) in
            var reader = ByteReader(bytes)
            let hello = try Hello(from: &reader)
            try reader.finish()
            return encoded { hello.encode(into: &$0) }
        }
        let answer = try check(bytes) { bytes throws(WireError) in
            try HandshakeAnswer(bytes).encoded()
        }
        return hello || answer
    }

    static func peerMessage(_ bytes: [UInt8]) throws(Broken) -> Bool {
        try check(bytes) { bytes throws(WireError) in
            var reader = ByteReader(bytes)
            let message = try PeerMessage(from: &reader)
            return encoded { message.encode(into: &$0) }
        }
    }

    static func message(_ bytes: [UInt8]) throws(Broken) -> Bool {
        try check(bytes) { bytes throws(WireError) in
            var reader = ByteReader(bytes)
            let message = try Message(from: &reader)
            try reader.finish()
            return encoded { message.encode(into: &$0) }
        }
    }

    static func configuration(_ bytes: [UInt8]) throws(Broken) -> Bool {
        try check(bytes) { bytes throws(WireError) in
            var reader = ByteReader(bytes)
            let configuration = try Configuration(from: &reader)
            try reader.finish()
            return encoded { configuration.encode(into: &$0) }
        }
    }

    static func request(_ bytes: [UInt8]) throws(Broken) -> Bool {
        try check(bytes) { bytes throws(WireError) in
            var reader = ByteReader(bytes)
            return try Request(from: &reader).encoded()
        }
    }

    private static func encoded(_ encode: (inout ByteWriter) -> Void) -> [UInt8] {
        var writer = ByteWriter()
        encode(&writer)
        return writer.bytes
    }

    /// `again` decodes all of the bytes, and encodes what they say.
    private static func check(
        _ bytes: [UInt8], _ again: ([UInt8]) throws(WireError) -> [UInt8]
    ) throws(Broken) -> Bool {
        let encoded: [UInt8]
        do { encoded = try again(bytes) } catch { return false }
        try expect(encoded == bytes, "encodes as \(encoded), which is not what was read")
        for other in [bytes + [0], bytes.dropLast()] {
            do {
                _ = try again(other)
            } catch {
                continue
            }
            throw Broken("\(other.count) of \(bytes.count) bytes are a value, too")
        }
        return true
    }
}
