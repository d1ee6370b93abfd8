import CZlib

/// The content coding `gzip` (RFC 9110, section 8.4.1.3).
enum Gzip {
    /// Packs as small as it goes: for what is packed once and sent often.
    static func packed(_ bytes: [UInt8]) -> [UInt8] {
        var stream = z_stream()
        guard taskraft_gzip_begin(&stream, Z_BEST_COMPRESSION) == Z_OK else {
            preconditionFailure("There is no memory left.")
        }
        defer { deflateEnd(&stream) }
        let bound = Int(deflateBound(&stream, UInt(bytes.count)))
        var bytes = bytes
        return [UInt8](unsafeUninitializedCapacity: bound) { room, count in
            bytes.withUnsafeMutableBufferPointer { input in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = room.baseAddress
                stream.avail_out = UInt32(room.count)
                let end = deflate(&stream, Z_FINISH)
                precondition(end == Z_STREAM_END, "The bound of the library is enough room.")
            }
            count = room.count - Int(stream.avail_out)
        }
    }

    /// Whether `Accept-Encoding` (RFC 9110, section 12.5.3) allows it by name.
    static func isAccepted(_ text: String) -> Bool {
        text.split(separator: ",").contains { part in
            let words = part.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
            guard words.first?.lowercased() == "gzip" else { return false }
            return !words.dropFirst().contains { $0.wholeMatch(of: #/[qQ]=0(\.0{0,3})?/#) != nil }
        }
    }
}
