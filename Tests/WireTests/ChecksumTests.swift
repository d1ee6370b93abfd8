import Testing
import Wire

/// Values that are part of the data formats.
@Suite struct ChecksumTests {
    /// RFC 3720, appendix B.4, and the check value of the catalogue of CRCs.
    @Test func `CRC32C has the values that its standard lists`() {
        #expect(CRC32C.checksum(Array("123456789".utf8)) == 0xe306_9283)
        #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8a91_36aa)
        #expect(CRC32C.checksum([UInt8](repeating: 0xff, count: 32)) == 0x62a8_ab43)
        #expect(CRC32C.checksum((0..<32).map { $0 }) == 0x46dd_794e)
        #expect(CRC32C.checksum((0..<32).reversed()) == 0x113f_db5c)
        #expect(CRC32C.checksum([]) == 0)
    }

    @Test func `CRC32C goes on where it left off, at any place`() {
        let bytes = (0..<100).map { UInt8(truncatingIfNeeded: $0 &* 37) }
        let whole = CRC32C.checksum(bytes)
        for cut in 0...bytes.count {
            let first = CRC32C.checksum(bytes[..<cut])
            #expect(CRC32C.checksum(bytes[cut...], seed: first) == whole)
        }
    }

    @Test func `CRC32C sees every flipped bit`() {
        let bytes = (0..<64).map { UInt8($0) }
        let whole = CRC32C.checksum(bytes)
        for bit in 0..<bytes.count * 8 {
            var damaged = bytes
            damaged[bit / 8] ^= 1 << (bit % 8)
            #expect(CRC32C.checksum(damaged) != whole)
        }
    }

    @Test func `Hash64 never changes`() {
        #expect(Hash64.hash([]) == 0x69d7_6322_8fae_cc54)
        #expect(Hash64.hash("a") == 0x5b19_20d5_a799_9dcd)
        #expect(Hash64.hash("abcdefgh") == 0x6a88_dc93_16b0_0003)
        #expect(Hash64.hash("123456789") == 0x0a04_aa35_d809_554a)
        #expect(Hash64.hash("123456789", seed: 1) == 0xb7b6_f763_bb98_23ba)
        #expect(Hash64.hash((0..<100).map { $0 }) == 0xb284_92a8_0144_5262)
        #expect(Hash64.mix(1) == 0x5692_161d_100b_05e5)
    }

    @Test func `Hash64 tells apart what differs in length, place or seed`() {
        var seen: Set<UInt64> = []
        for count in 0..<64 {
            seen.insert(Hash64.hash([UInt8](repeating: 0, count: count)))
            var one = [UInt8](repeating: 0, count: 64)
            one[count] = 1
            seen.insert(Hash64.hash(one))
            seen.insert(Hash64.hash("text", seed: UInt64(count)))
        }
        #expect(seen.count == 3 * 64)
        #expect(Hash64.hash(([1, 2, 3, 4] as [UInt8])[1...]) == Hash64.hash([2, 3, 4]))
    }

    /// SplitMix64, as its author publishes it: the first values of seed 1234567.
    @Test func `The seeded generator gives the sequence of SplitMix64`() {
        var generator = SeededGenerator(seed: 1_234_567)
        let values = (0..<5).map { _ in generator.next() }
        #expect(
            values == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
                4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
            ])
    }
}
