import Wire

/// Which requests of one origin were applied. Numbers below the floor are decided; from there on
/// each applied number is listed. A request is applied at most once, however often it was sent.
struct OriginWindow: Hashable, Sendable {
    private(set) var floor: UInt64 = 0
    private(set) var seen: [UInt64] = []
    /// Over `seen`, kept up to date: a window may hold thousands, and each request adds one.
    private(set) var seenHash = StateHash()

    init() {}

    init(_ record: OriginRecord) {
        floor = record.floor
        seen = record.seen
        for number in seen { seenHash.add(Self.hash(of: number)) }
    }

    private static func hash(of number: UInt64) -> UInt64 { Hash64.mix(number) }

    /// The window's part of the state hash.
    func hash(of origin: Origin) -> UInt64 {
        StateHash.of(seed: 4) {
            $0.writeVarint(origin.node)
            $0.writeFixed(origin.incarnation)
            $0.writeVarint(floor)
            $0.writeFixed(seenHash.value)
        }
    }

    /// True if the request must be applied now, and counts it as applied; false for a repetition,
    /// one that its origin has given up, or one more than the window holds.
    mutating func admit(_ number: UInt64, floor newFloor: UInt64) -> Bool {
        raiseFloor(to: min(newFloor, number))
        guard number >= floor, seen.count < Limits.originWindow else { return false }
        let place = seen.partitioningIndex { $0 >= number }
        if place < seen.count, seen[place] == number { return false }
        seen.insert(number, at: place)
        seenHash.add(Self.hash(of: number))
        return true
    }

    private mutating func raiseFloor(to newFloor: UInt64) {
        guard newFloor > floor else { return }
        floor = newFloor
        let gone = seen.partitioningIndex { $0 >= newFloor }
        for number in seen[..<gone] { seenHash.remove(Self.hash(of: number)) }
        seen.removeFirst(gone)
    }
}

extension Array where Element == UInt64 {
    /// The first place where the predicate holds, in an array in which it is false and then true.
    fileprivate func partitioningIndex(_ belongsBehind: (UInt64) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if belongsBehind(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
