package import NIOCore
import Wire

/// What peers send each other: length, checksum, payload. Little endian, as everywhere.
package enum Frames {
    /// Payload bytes; larger frames break the connection.
    package static let payloadMax = 256 * 1024
    package static let headerSize = 8

    package static func append(_ payload: [UInt8], to buffer: inout ByteBuffer) {
        precondition(payload.count <= payloadMax, "Messages are cut to fit into frames.")
        buffer.writeInteger(UInt32(payload.count), endianness: .little)
        buffer.writeInteger(CRC32C.checksum(payload), endianness: .little)
        buffer.writeBytes(payload)
    }

    package enum Problem: Error, CustomStringConvertible {
        case tooLong(Int)
        case damaged

        package var description: String {
            switch self {
            case .tooLong(let length): "a frame of \(length) bytes, at most \(payloadMax) are allowed"
            case .damaged: "a frame that does not match its checksum"
            }
        }
    }

    /// Takes the next whole frame out of the buffer; nil if more bytes are needed.
    package static func next(in buffer: inout ByteBuffer) throws(Problem) -> [UInt8]? {
        let start = buffer.readerIndex
        guard
            let length = buffer.getInteger(at: start, endianness: .little, as: UInt32.self),
            let checksum = buffer.getInteger(at: start + 4, endianness: .little, as: UInt32.self)
        else { return nil }
        guard length <= UInt32(payloadMax) else { throw .tooLong(Int(length)) }
        guard let payload = buffer.getBytes(at: start + headerSize, length: Int(length)) else {
            return nil
        }
        guard CRC32C.checksum(payload) == checksum else { throw .damaged }
        buffer.moveReaderIndex(forwardBy: headerSize + Int(length))
        return payload
    }
}
