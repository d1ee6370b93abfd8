/// Records in numbered slots that never move: chunks of 4,096, so that no growth copies more than
/// one of them, and a million records cost what they weigh. Which slot a record gets is no part of
/// the state: nothing may be decided by it.
struct Slab<Element: Sendable>: Sendable {
    private static var chunkBits: UInt32 { 12 }
    private static var chunk: Int { 1 << 12 }

    private var chunks: [[Element]] = []
    private var free: [UInt32] = []
    private(set) var count = 0

    subscript(slot: UInt32) -> Element {
        _read { yield chunks[Int(slot >> Self.chunkBits)][Int(slot) & (Self.chunk - 1)] }
        _modify { yield &chunks[Int(slot >> Self.chunkBits)][Int(slot) & (Self.chunk - 1)] }
    }

    mutating func insert(_ element: Element) -> UInt32 {
        count += 1
        if let slot = free.popLast() {
            self[slot] = element
            return slot
        }
        if chunks.last.map({ $0.count == Self.chunk }) ?? true {
            chunks.append([])
            if chunks.count > 1 { chunks[chunks.count - 1].reserveCapacity(Self.chunk) }
        }
        let place = chunks.count - 1
        chunks[place].append(element)
        return UInt32(place * Self.chunk + chunks[place].count - 1)
    }

    /// Leaves something light in the slot, until the next insertion.
    mutating func remove(_ slot: UInt32, leaving vacant: Element) {
        self[slot] = vacant
        free.append(slot)
        count -= 1
    }
}
