import CZlib

/// The content coding `gzip` (RFC 9110, section 8.4.1.3).
enum Gzip {
    /// As small as it goes, or quickly.
    static func packed(_ bytes: [UInt8], isQuick: Bool) -> [UInt8] {
        var stream = z_stream()
        // The library wants to find it where it was.
        return withUnsafeMutablePointer(to: &stream) { stream in
            let level = isQuick ? Z_BEST_SPEED : Z_BEST_COMPRESSION
            guard taskraft_gzip_begin(stream, level) == Z_OK else {
                preconditionFailure("There is no memory left.")
            }
            defer { deflateEnd(stream) }
            return packed(bytes, stream)
        }
    }

    private static func packed(
        _ bytes: [UInt8], _ stream: UnsafeMutablePointer<z_stream>
    ) -> [UInt8] {
        let bound = Int(deflateBound(stream, UInt(bytes.count)))
        var bytes = bytes
        return [UInt8](unsafeUninitializedCapacity: bound) { room, count in
            bytes.withUnsafeMutableBufferPointer { input in
                stream.pointee.next_in = input.baseAddress
                stream.pointee.avail_in = UInt32(input.count)
                stream.pointee.next_out = room.baseAddress
                stream.pointee.avail_out = UInt32(room.count)
                let end = deflate(stream, Z_FINISH)
                precondition(end == Z_STREAM_END, "The bound of the library is enough room.")
            }
            count = room.count - Int(stream.pointee.avail_out)
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
