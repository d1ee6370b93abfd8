/// CRC-32C (Castagnoli, RFC 3720 appendix B.4), as used by iSCSI and ext4. It guards frames,
/// log entries, hard state and marks against accidental damage.
public enum CRC32C {
    /// Eight tables: eight bytes a step instead of one ("slicing by 8").
    private static let tables: [[UInt32]] = {
        var first = [UInt32](repeating: 0, count: 256)
        for byte in 0..<256 {
            var value = UInt32(byte)
            for _ in 0..<8 {
                value = value & 1 == 1 ? (value >> 1) ^ 0x82f6_3b78 : value >> 1
            }
            first[byte] = value
        }
        var all = [first]
        for table in 1..<8 {
            all.append(all[table - 1].map { ($0 >> 8) ^ first[Int($0 & 0xff)] })
        }
        return all
    }()

    private static let flat: [UInt32] = tables.flatMap { $0 }

    /// The checksum of `bytes`, continuing from `seed` (the checksum of what came before).
    public static func checksum(_ bytes: ArraySlice<UInt8>, seed: UInt32 = 0) -> UInt32 {
        let table = flat
        let input = bytes.span
        var crc = ~seed
        var offset = 0
        while offset + 8 <= input.count {
            let low =
                crc
                ^ (UInt32(input[offset]) | UInt32(input[offset + 1]) << 8
                    | UInt32(input[offset + 2]) << 16 | UInt32(input[offset + 3]) << 24)
            crc = table[1792 + Int(low & 0xff)] ^ table[1536 + Int(low >> 8 & 0xff)]
            crc ^= table[1280 + Int(low >> 16 & 0xff)] ^ table[1024 + Int(low >> 24)]
            crc ^= table[768 + Int(input[offset + 4])] ^ table[512 + Int(input[offset + 5])]
            crc ^= table[256 + Int(input[offset + 6])] ^ table[Int(input[offset + 7])]
            offset += 8
        }
        while offset < input.count {
            crc = (crc >> 8) ^ table[Int((crc ^ UInt32(input[offset])) & 0xff)]
            offset += 1
        }
        return ~crc
    }

    public static func checksum(_ bytes: [UInt8], seed: UInt32 = 0) -> UInt32 {
        checksum(bytes[...], seed: seed)
    }
}

/// A fast 64-bit hash for fingerprints, the state hash and the log's chain. Not for secrets:
/// whoever chooses the input can make two inputs collide.
///
/// Words of eight bytes are multiplied into the state and folded, the tail is padded with its
/// length, and the result passes the finaliser of SplitMix64. The value is part of the data
/// formats, so it never changes.
public enum Hash64 {
    public static func hash(_ bytes: ArraySlice<UInt8>, seed: UInt64 = 0) -> UInt64 {
        hash(bytes.span, seed)
    }

    public static func hash(_ bytes: [UInt8], seed: UInt64 = 0) -> UInt64 {
        hash(bytes.span, seed)
    }

    public static func hash(_ text: String, seed: UInt64 = 0) -> UInt64 {
        hash(text.utf8.span, seed)
    }

    private static func hash(_ input: Span<UInt8>, _ seed: UInt64) -> UInt64 {
        var state = mix(seed ^ 0x9e37_79b9_7f4a_7c15) ^ UInt64(input.count)
        var offset = 0
        while offset + 8 <= input.count {
            state = fold(state ^ word(input.extracting(offset..<offset + 8)))
            offset += 8
        }
        var tail: UInt64 = 0
        var shift: UInt64 = 0
        while offset < input.count {
            tail |= UInt64(input[offset]) << shift
            shift += 8
            offset += 1
        }
        return mix(fold(state ^ tail))
    }

    /// Spelled out, so that it becomes one load.
    private static func word(_ bytes: Span<UInt8>) -> UInt64 {
        let low =
            UInt64(bytes[0]) | UInt64(bytes[1]) << 8 | UInt64(bytes[2]) << 16
            | UInt64(bytes[3]) << 24
        let high =
            UInt64(bytes[4]) | UInt64(bytes[5]) << 8 | UInt64(bytes[6]) << 16
            | UInt64(bytes[7]) << 24
        return low | high << 32
    }

    private static func fold(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0xd6e8_feb8_6659_fd93)
        return product.high ^ product.low
    }

    /// SplitMix64's finaliser: every input bit reaches every output bit.
    public static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
