import NIOCore
import Node
import Testing

struct FramesTests {
    @Test func framesComeOutAsTheyWentIn() throws {
        var buffer = ByteBuffer()
        let payloads: [[UInt8]] = [[], [1, 2, 3], Array(repeating: 7, count: 5_000)]
        for payload in payloads { Frames.append(payload, to: &buffer) }
        let whole = buffer
        for payload in payloads { #expect(try Frames.next(in: &buffer) == payload) }
        #expect(try Frames.next(in: &buffer) == nil)

        var cut = whole.getSlice(at: 0, length: whole.readableBytes - 1) ?? ByteBuffer()
        _ = try Frames.next(in: &cut)
        _ = try Frames.next(in: &cut)
        #expect(try Frames.next(in: &cut) == nil)
    }

    @Test func aDamagedOrEndlessFrameIsRefused() throws {
        var buffer = ByteBuffer()
        Frames.append([1, 2, 3], to: &buffer)
        buffer.setInteger(UInt8(9), at: Frames.headerSize)
        #expect(throws: Frames.Problem.self) { try Frames.next(in: &buffer) }
        var long = ByteBuffer()
        long.writeInteger(UInt32.max, endianness: .little)
        long.writeInteger(UInt32(0))
        #expect(throws: Frames.Problem.self) { try Frames.next(in: &long) }
    }
}
