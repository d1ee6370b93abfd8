import Wire

/// Inputs made from others, the same ones for the same seed: bits flipped, bytes changed, parts
/// taken out, doubled, or taken from another input.
struct Mutator {
    private var generator: SeededGenerator
    private let inputs: [[UInt8]]

    /// Longer inputs are not worth their time here.
    private static let bytesMax = 4096
    private static let special: [UInt8] = [0, 1, 0x7f, 0x80, 0xff]

    init(seed: UInt64, inputs: [[UInt8]]) {
        generator = SeededGenerator(seed: seed)
        self.inputs = inputs.filter { $0.count <= Self.bytesMax }
    }

    mutating func next() -> [UInt8] {
        var bytes = input()
        for _ in 0..<Int.random(in: 1...4, using: &generator) { mutate(&bytes) }
        return Array(bytes.prefix(Self.bytesMax))
    }

    private mutating func input() -> [UInt8] {
        inputs.isEmpty ? [] : inputs[Int.random(in: 0..<inputs.count, using: &generator)]
    }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else {
            bytes = [byte()]
            return
        }
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        let end = Int.random(in: place...min(bytes.count, place + 16), using: &generator)
        switch Int.random(in: 0..<7, using: &generator) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1: bytes[place] = byte()
        case 2: bytes.insert(byte(), at: place)
        case 3: bytes.removeSubrange(place..<end)
        case 4: bytes.insert(contentsOf: bytes[place..<end], at: place)
        case 5: bytes.replaceSubrange(place..<end, with: input().prefix(16))
        default: bytes.removeSubrange(place...)
        }
    }

    private mutating func byte() -> UInt8 {
        Bool.random(using: &generator)
            ? UInt8.random(in: 0...255, using: &generator)
            : Self.special[Int.random(in: 0..<Self.special.count, using: &generator)]
    }
}
