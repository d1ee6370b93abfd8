import Testing
import Wire

/// Bytes written and read back, and bytes that nobody wrote.
@Suite struct ReaderWriterTests {
    private func written(_ write: (inout ByteWriter) -> Void) -> [UInt8] {
        var writer = ByteWriter()
        write(&writer)
        return writer.bytes
    }

    private static let numbers: [UInt64] =
        [0, 1, 127, 128, 16_383, 16_384, .max, .max - 1, 1 << 63]
        + (0..<64).flatMap { [(1 << $0) as UInt64, (1 << $0) - 1] }

    @Test(arguments: numbers) func `A varint comes back, in as few bytes as it can`(
        _ value: UInt64
    ) throws {
        let bytes = written { $0.writeVarint(value) }
        #expect(bytes.count == max(1, (64 - value.leadingZeroBitCount + 6) / 7))
        var reader = ByteReader(bytes)
        #expect(try reader.readVarint() == value)
        try reader.finish()
    }

    @Test func `Known varints have the bytes that LEB128 gives them`() {
        #expect(written { $0.writeVarint(300) } == [0xac, 0x02])
        #expect(written { $0.writeVarint(624_485) } == [0xe5, 0x8e, 0x26])
        #expect(written { $0.writeVarint(.max) } == [UInt8](repeating: 0xff, count: 9) + [1])
    }

    @Test(arguments: [
        [0x80, 0x00], [0xff, 0x00], [0x80, 0x80, 0x00],
        [UInt8](repeating: 0x80, count: 9) + [0x02], [UInt8](repeating: 0xff, count: 10) + [0x01],
        [UInt8](repeating: 0x80, count: 9) + [0x00], [UInt8](repeating: 0x80, count: 10) + [0x01],
    ]) func `A varint that is too long, or longer than it must be, is refused`(_ bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        #expect(throws: WireError.malformedVarint) { try reader.readVarint() }
    }

    @Test func `A varint that is cut short is refused`() {
        for value in Self.numbers {
            let bytes = written { $0.writeVarint(value) }
            for count in 0..<bytes.count {
                var reader = ByteReader(bytes[..<count])
                #expect(throws: WireError.truncated) { try reader.readVarint() }
            }
        }
    }

    @Test(arguments: [0, -1, 1, -2, 63, -64, 64, .max, .min, .min + 1] as [Int64])
    func `A signed number comes back, small ones in one byte`(_ value: Int64) throws {
        let bytes = written { $0.writeSigned(value) }
        #expect(bytes.count == 1 || abs(Double(value)) >= 64)
        var reader = ByteReader(bytes)
        #expect(try reader.readSigned() == value)
    }

    @Test func `Fixed numbers are little endian`() throws {
        let bytes = written {
            $0.writeByte(0x12)
            $0.writeFixed(0x1234 as UInt16)
            $0.writeFixed(0x1234_5678 as UInt32)
            $0.writeFixed(0x1234_5678_9abc_def0 as UInt64)
        }
        #expect(
            bytes == [
                0x12, 0x34, 0x12, 0x78, 0x56, 0x34, 0x12, 0xf0, 0xde, 0xbc, 0x9a, 0x78, 0x56, 0x34,
                0x12,
            ])
        var reader = ByteReader(bytes)
        #expect(try reader.readByte() == 0x12)
        #expect(try reader.readFixed() as UInt16 == 0x1234)
        #expect(try reader.readFixed() as UInt32 == 0x1234_5678)
        #expect(throws: WireError.truncated) {
            var short = ByteReader(bytes[8...])
            _ = try short.readFixed() as UInt64
        }
        #expect(try reader.readFixed() as UInt64 == 0x1234_5678_9abc_def0)
    }

    @Test(arguments: ["", "a", "Grüße", "日本語", "👩‍👩‍👧", "e\u{301}", "\u{0}"])
    func `Text comes back scalar by scalar`(_ text: String) throws {
        let bytes = written { $0.writeString(text) }
        var reader = ByteReader(bytes)
        let read = try reader.readString(limit: 100)
        #expect(Array(read.unicodeScalars) == Array(text.unicodeScalars))
        try reader.finish()
    }

    @Test(
        arguments: [
            [0xff], [0xc0, 0x80], [0xe2, 0x82], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80],
            [0x80],
        ] as [[UInt8]]) func `Text that is not UTF-8 is refused`(_ text: [UInt8])
    {
        var reader = ByteReader(written { $0.writeBytes(text) })
        #expect(throws: WireError.invalidUTF8) { try reader.readString(limit: 100) }
    }

    @Test func `A length over its limit is refused before memory is taken`() {
        for length in [101, UInt64(Int.max), .max] {
            let bytes = written { $0.writeVarint(length) }
            for read in [
                { reader in _ = try reader.readBytes(limit: 100) },
                { reader in _ = try reader.readString(limit: 100) },
                { reader in _ = try reader.readCount(limit: 100) },
            ] as [(inout ByteReader) throws -> Void] {
                var reader = ByteReader(bytes)
                #expect(throws: WireError.tooLong) { try read(&reader) }
            }
        }
        var reader = ByteReader(written { $0.writeVarint(100) })
        #expect(throws: WireError.truncated) { try reader.readBytes(limit: 100) }
        var negative = ByteReader([1, 2, 3])
        #expect(throws: WireError.truncated) { try negative.readRaw(-1) }
    }

    @Test func `Truth and presence have one encoding each`() throws {
        for byte in UInt8(2)...255 {
            var reader = ByteReader([byte])
            #expect(throws: WireError.unknownTag(byte)) { try reader.readBool() }
        }
        let bytes = written { writer in
            writer.writeOptional(7 as UInt64?) { $0.writeVarint($1) }
            writer.writeOptional(nil as UInt64?) { $0.writeVarint($1) }
        }
        #expect(bytes == [1, 7, 0])
        var reader = ByteReader(bytes)
        #expect(
            try reader.readOptional { reader throws(WireError) in try reader.readVarint() } == 7)
        #expect(
            try reader.readOptional { reader throws(WireError) in try reader.readVarint() } == nil)
        #expect(throws: WireError.truncated) { try reader.readBool() }
    }

    @Test func `What is left over is refused`() throws {
        var reader = ByteReader([1, 2])
        _ = try reader.readByte()
        #expect(reader.remaining == 1)
        #expect(throws: WireError.trailingBytes) { try reader.finish() }
    }

    @Test func `A reader of a slice starts where the slice does`() throws {
        var reader = ByteReader(([9, 9, 1, 2, 3, 4, 5] as [UInt8])[2...])
        #expect(try reader.readFixed() as UInt16 == 0x0201)
        #expect(try reader.readRaw(2) == [3, 4])
        #expect(try reader.readByte() == 5)
    }

    @Test func `A writer can be used again, and a length filled in later`() {
        var writer = ByteWriter(capacity: 8)
        writer.writeFixed(0 as UInt32)
        writer.writeByte(9)
        writer.patchFixed(0x0403_0201, at: 0)
        #expect(writer.bytes == [1, 2, 3, 4, 9])
        writer.reset()
        writer.writeBool(true)
        #expect(writer.bytes == [1])
    }

    @Test func `No bytes make a reader trap`() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<50_000 {
            let bytes = (0..<Int.random(in: 0..<24, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            var reader = ByteReader(bytes)
            var before = reader.remaining + 1
            // Each read takes something, or ends the loop.
            while reader.remaining < before, readAny(&reader, &generator) {
                before = reader.remaining + (reader.remaining == 0 ? 0 : 1)
            }
            #expect(reader.remaining <= bytes.count)
        }
    }

    private func readAny(_ reader: inout ByteReader, _ generator: inout SeededGenerator) -> Bool {
        do throws(WireError) {
            switch Int.random(in: 0..<8, using: &generator) {
            case 0: _ = try reader.readVarint()
            case 1: _ = try reader.readSigned()
            case 2: _ = try reader.readFixed() as UInt64
            case 3: _ = try reader.readFixed() as UInt32
            case 4: _ = try reader.readString(limit: .max)
            case 5: _ = try reader.readBytes(limit: .max)
            case 6: _ = try reader.readBool()
            default: _ = try reader.readRaw(Int.random(in: -3..<9, using: &generator))
            }
            return true
        } catch {
            return false
        }
    }
}
