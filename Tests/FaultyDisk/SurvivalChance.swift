import Wire

/// Draws what survives a power cut.
struct SurvivalChance {
    /// What a disk writes whole or not at all.
    static let sectorSize = 512

    private let survival: DiskImage.Survival
    private var generator: SeededGenerator

    init(_ survival: DiskImage.Survival) {
        self.survival = survival
        switch survival {
        case .nothing, .everything: generator = SeededGenerator(seed: 0)
        case .beginning(let seed), .sectors(let seed): generator = SeededGenerator(seed: seed)
        }
    }

    mutating func survivors(of changes: [DiskImage.Change]) -> [DiskImage.Change] {
        switch survival {
        case .nothing: return []
        case .everything: return changes
        case .beginning: return beginning(of: changes)
        case .sectors: return changes.flatMap { sectors(of: $0) }
        }
    }

    mutating func survivors(of changes: [DiskImage.NameChange]) -> [DiskImage.NameChange] {
        switch survival {
        case .nothing: return []
        case .everything: return changes
        case .beginning, .sectors:
            return Array(changes.prefix(.random(in: 0...changes.count, using: &generator)))
        }
    }

    private mutating func beginning(of changes: [DiskImage.Change]) -> [DiskImage.Change] {
        var left = Array(changes.prefix(.random(in: 0...changes.count, using: &generator)))
        if case .write(let bytes, let offset) = left.last {
            let count = Int.random(in: 0...bytes.count, using: &generator)
            left[left.count - 1] = .write(Array(bytes.prefix(count)), at: offset)
        }
        return left
    }

    private mutating func sectors(of change: DiskImage.Change) -> [DiskImage.Change] {
        guard case .write(let bytes, let offset) = change else {
            return Bool.random(using: &generator) ? [change] : []
        }
        var left: [DiskImage.Change] = []
        var start = offset
        while start < offset + bytes.count {
            let sectorEnd = (start / Self.sectorSize + 1) * Self.sectorSize
            let end = min(sectorEnd, offset + bytes.count)
            if Bool.random(using: &generator) {
                left.append(.write(Array(bytes[start - offset..<end - offset]), at: start))
            }
            start = end
        }
        return left
    }
}
