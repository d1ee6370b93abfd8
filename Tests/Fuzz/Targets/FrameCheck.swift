import NIOCore
import Node

/// Frames: the same ones come out however the stream is cut into pieces, and a damaged one is
/// noticed.
enum FrameCheck {
    private struct Outcome: Equatable {
        var payloads: [[UInt8]] = []
        var problem: String?
        var consumed = 0
    }

    static func check(_ bytes: [UInt8]) throws(Broken) -> Bool {
        let whole = outcome(bytes, piece: max(bytes.count, 1))
        for piece in [1, 11] {
            try expect(
                outcome(bytes, piece: piece) == whole, "pieces of \(piece) are read otherwise")
        }
        var again = ByteBuffer()
        for payload in whole.payloads { Frames.append(payload, to: &again) }
        try expect(
            again.readableBytesView.elementsEqual(bytes.prefix(whole.consumed)),
            "the frames that were read are written otherwise")
        try checkRoundTrip(of: bytes)
        return !whole.payloads.isEmpty
    }

    private static func outcome(_ bytes: [UInt8], piece: Int) -> Outcome {
        var (outcome, buffer, rest) = (Outcome(), ByteBuffer(), bytes[...])
        do throws(Frames.Problem) {
            while !rest.isEmpty {
                buffer.writeBytes(rest.prefix(piece))
                rest = rest.dropFirst(piece)
                while let payload = try Frames.next(in: &buffer) {
                    outcome.payloads.append(payload)
                    outcome.consumed += Frames.headerSize + payload.count
                }
            }
        } catch {
            outcome.problem = error.description
        }
        return outcome
    }

    /// The bytes as a payload: a fuzzer does not guess checksums.
    private static func checkRoundTrip(of payload: [UInt8]) throws(Broken) {
        guard payload.count <= Frames.payloadMax else { return }
        var buffer = ByteBuffer()
        Frames.append(payload, to: &buffer)
        let frame = Array(buffer.readableBytesView)
        let read = outcome(frame, piece: frame.count)
        try expect(read.payloads == [payload], "a frame does not come out as it went in")
        // Checksum and payload: a wrong length may just be one that waits for more.
        var damaged = frame
        let place = 4 + payload.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xffff } % (frame.count - 4)
        damaged[place] ^= 1 << UInt8(place % 8)
        try expect(
            outcome(damaged, piece: frame.count).problem != nil, "damage at \(place) is not noticed"
        )
    }
}
