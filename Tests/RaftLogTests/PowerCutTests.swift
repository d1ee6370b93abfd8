import FaultyDisk
import Raft
import RaftLog
import Testing

/// The machine stops at every operation on the disk, and more or less of what was not synced is
/// lost.
@Suite("A log after a power cut")
struct PowerCutTests {
    private static func survivals(_ seed: Int) -> [DiskImage.Survival] {
        let seeds = (1...3).map { UInt64(seed * 100 + $0) }
        return [.nothing, .everything]
            + seeds.map { .beginning(seed: $0) } + seeds.map { .sectors(seed: $0) }
    }

    /// The disks that may be found if the power goes at a moment.
    private static func disks(at moment: FaultyDisk.Moment) -> [(DiskImage, DiskImage.Survival)] {
        let survivals =
            moment.image.isDurable ? [.nothing] : Self.survivals(moment.operation.number)
        return survivals.map { (moment.image.afterPowerCut($0), $0) }
    }

    @Test("holds what was acknowledged, and of the rest all or nothing, wherever it stopped")
    func everywhere() throws {
        let script = LogScript.life
        let disk = FaultyDisk()
        disk.record()
        try script.run(on: disk)
        var scenarios = 0
        for moment in disk.moments {
            for (image, survival) in Self.disks(at: moment) {
                let allowed = script.allowed(at: moment.operation.milestone)
                try check(image, allowed, at: moment, survival)
                scenarios += 1
            }
        }
        print("log, power cuts: \(disk.moments.count) operations, \(scenarios) scenarios")
        #expect(scenarios > 500)
    }

    @Test("holds what was acknowledged if the process was killed, and then the power goes")
    func killed() throws {
        let script = LogScript.life
        let disk = FaultyDisk()
        disk.record()
        try script.run(on: disk)
        for moment in disk.moments {
            // Nothing was lost, and nothing more is durable.
            try check(moment.image, script.allowed(at: moment.operation.milestone), at: moment, nil)
        }
        print("log, kills: \(disk.moments.count) scenarios")
    }

    @Test("holds what was acknowledged if it stopped while pages are moved home")
    func maintenance() throws {
        let large = (1...20).map { entry($0, bytes: 60_000) }
        let script = LogScript([
            .open, .write(batch(entries: large, hardState: HardState(term: Term(1)))), .maintain,
            .write(batch(entries: [entry(21)])), .maintain, .write(batch(truncateFrom: 4)),
        ])
        let disk = FaultyDisk()
        disk.record { operation in
            operation.milestone >= 2 && (operation.kind != .write || operation.number % 30 == 0)
        }
        try script.run(on: disk)
        for moment in disk.moments {
            for (image, survival) in Self.disks(at: moment) {
                try check(
                    image, script.allowed(at: moment.operation.milestone), at: moment, survival)
            }
        }
        #expect(disk.moments.count { $0.operation.milestone == 2 } > 10)
    }

    @Test("keeps a loss until it is healed, wherever it stopped")
    func healing() throws {
        let life = FaultyDisk()
        try LogScript.life.run(on: life)
        var damaged = life.image
        damaged["raft.sqlite-wal"] = nil
        let disk = FaultyDisk(damaged)
        disk.record()
        let log = try disk.openLog()
        #expect(log.recovered.loss != nil)
        let next = log.recovered.last.index.next.rawValue
        disk.milestone = 1
        try log.store.write(batch(entries: [entry(next, term: 5)]))
        disk.milestone = 2
        try log.store.write(batch(healed: true))
        disk.milestone = 3
        try log.store.write(batch(entries: [entry(next + 1, term: 5)]))
        disk.cutPower()
        for moment in disk.moments {
            for (image, survival) in Self.disks(at: moment) {
                let found = try #require(Found.open(image))
                let milestone = moment.operation.milestone
                let place: Comment = "\(moment.operation), \(survival)"
                if milestone < 2 { #expect(found.loss != nil, place) }
                if milestone > 2 { #expect(found.loss == nil, place) }
                let last = found.content.entries.last?.index.rawValue ?? 0
                #expect(milestone < 2 || last >= next, place)
                // A vote that went with the write-ahead log came back from the mark.
                #expect(found.content.hardState == HardState(term: Term(5), vote: NodeID(1)), place)
            }
        }
    }

    @Test("holds what was acknowledged if the power goes again while it is opened")
    func whileOpening() throws {
        let script = LogScript.life
        let disk = FaultyDisk()
        disk.record()
        try script.run(on: disk)
        var scenarios = 0
        for moment in disk.moments where moment.operation.number % 9 == 0 {
            for image in [moment.image, moment.image.afterPowerCut(.sectors(seed: 9))] {
                let second = FaultyDisk(image)
                second.record()
                _ = try second.openLog()
                for again in second.moments where !again.image.isDurable || scenarios % 2 == 0 {
                    let seed = UInt64(again.operation.number)
                    for survival in [DiskImage.Survival.nothing, .sectors(seed: seed)] {
                        let left = again.image.afterPowerCut(survival)
                        let allowed = script.allowed(at: moment.operation.milestone)
                        try check(left, allowed, at: again, survival)
                        scenarios += 1
                    }
                }
            }
        }
        print("log, power cuts while opening: \(scenarios) scenarios")
        #expect(scenarios > 1_000)
    }

    /// Opens what is left, twice: what the first opening found, it must have made durable.
    private func check(
        _ image: DiskImage, _ allowed: [LogContent], at moment: FaultyDisk.Moment,
        _ survival: DiskImage.Survival?
    ) throws {
        let place: Comment = "\(moment.operation), \(survival as Any)"
        let first = try #require(Found.open(image), place)
        #expect(first.loss == nil, place)
        #expect(allowed.contains { $0.holdsSame(as: first.content) }, place)
        #expect(first.content.boots > allowed[0].boots, place)
        let second = try #require(Found.open(first.image.afterPowerCut(.nothing)), place)
        #expect(second.loss == nil, place)
        #expect(second.content.holdsSame(as: first.content), place)
        #expect(second.content.boots == first.content.boots + 1, place)
    }
}
