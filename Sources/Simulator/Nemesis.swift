import Wire

/// What was done to the world, and what will end it.
struct Nemesis {
    enum Relief {
        case join([(Int, Int)])
        case calm
        case speed(Int)
        case restore(Int)
        /// Not a relief: what follows a first blow.
        case damage(Int, withLeader: Bool)
    }

    enum Fault {
        case partition, isolateLeader, exile, minorityLeader, oneWay, breakConnection, storm
        case slowDisk, stalledDisk, failedSync, fullDisk, damage, wrongDirectory
        case lossAndLag
        case pause, clockRate, wallClock
        case crash, crashMany, stopInOrder, transfer
        case stalledBase, damagedBase
        case addLearner, promote, demote, remove, removeLeader, replace
    }

    /// How many faults the seed has drawn so far, and how many of them were not left out.
    private(set) var drawn = 0
    private(set) var struck = 0
    private let seed: UInt64
    private let only: [Int]?
    private var reliefs: [Relief?] = []

    init(seed: UInt64, only: [Int]?) {
        self.seed = seed
        self.only = only
    }

    /// Each fault has a chance of its own: to leave one out changes nothing about the others.
    mutating func next() -> Chance {
        drawn += 1
        return Chance(seed: Hash64.mix(seed &+ Hash64.mix(UInt64(drawn))))
    }

    /// Whether the fault that is due shall happen.
    mutating func isWanted() -> Bool {
        let isWanted = only?.contains(drawn) ?? true
        if isWanted { struck += 1 }
        return isWanted
    }

    mutating func promise(_ relief: Relief) -> Int {
        reliefs.append(relief)
        return reliefs.count - 1
    }

    mutating func take(_ number: Int) -> Relief? {
        defer { reliefs[number] = nil }
        return reliefs[number]
    }

    mutating func takeAll() -> [Relief] {
        defer { reliefs = reliefs.map { _ in nil } }
        return reliefs.compactMap(\.self)
    }

    static func faults(_ families: FaultFamilies) -> [Fault] {
        var faults: [Fault] = []
        if families.contains(.network) {
            faults += [.partition, .isolateLeader, .exile, .minorityLeader, .oneWay]
            faults += [.breakConnection, .storm]
        }
        if families.contains(.disk) {
            faults += [.slowDisk, .stalledDisk, .failedSync, .fullDisk, .damage, .damage]
            faults += [.wrongDirectory]
            if families.contains(.network) { faults += [.lossAndLag, .lossAndLag] }
        }
        if families.contains(.clock) { faults += [.pause, .pause, .clockRate, .wallClock] }
        if families.contains(.crash) {
            faults += [.crash, .crash, .crashMany, .stopInOrder, .transfer]
        }
        if families.contains(.base) { faults += [.stalledBase, .damagedBase] }
        if families.contains(.membership) {
            faults += [.addLearner, .addLearner, .promote, .promote, .replace, .replace]
            faults += [.demote, .remove, .removeLeader]
        }
        return faults
    }
}
