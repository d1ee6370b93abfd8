import FaultyDisk
import Raft
import RaftLog
import Testing

/// The machine stops at every operation on the disk, and more or less of what was not synced is
/// lost.
@Suite("A log after a power cut")
struct PowerCutTests {
    private static func survivals(_ seed: Int) -> [DiskImage.Survival] {
        let seed = UInt64(seed) &* 100
        return [.nothing, .everything]
            + (1...3).map { .beginning(seed: seed + $0) } + (1...3).map { .sectors(seed: seed + $0) }
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
                try check(image, script.allowed(at: moment.operation.milestone), at: moment, survival)
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

    @Test("holds what was acknowledged if the power goes again while it is opened")
    func whileOpening() throws {
        let script = LogScript.life
        let disk = FaultyDisk()
        disk.record()
        try script.run(on: disk)
        var scenarios = 0
        for moment in disk.moments where moment.operation.number % 5 == 0 {
            for image in [moment.image, moment.image.afterPowerCut(.sectors(seed: 9))] {
                let second = FaultyDisk(image)
                second.record()
                _ = try second.openLog()
                for again in second.moments where !again.image.isDurable || scenarios % 2 == 0 {
                    let seed = UInt64(again.operation.number)
                    for survival in [DiskImage.Survival.nothing, .sectors(seed: seed)] {
                        let left = again.image.afterPowerCut(survival)
                        try check(
                            left, script.allowed(at: moment.operation.milestone), at: again, survival)
                        scenarios += 1
                    }
                }
            }
        }
        print("log, power cuts while opening: \(scenarios) scenarios")
        #expect(scenarios > 500)
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

/// What an opening found, and the disk that it left.
struct Found {
    let content: LogContent
    let loss: String?
    let image: DiskImage

    init(_ image: DiskImage) throws(LogStoreError) {
        let disk = FaultyDisk(image)
        let log = try disk.openLog()
        let found = try log.store.read(
            from: LogIndex(1), through: LogIndex(1 << 40), byteLimit: .max)
        content = LogContent(
            entries: found, hardState: log.recovered.hardState, peers: log.peers,
            boots: log.identity.bootCount)
        loss = log.recovered.loss
        self.image = disk.image
        // Not even closing changes anything more.
        disk.cutPower()
        precondition(log.identity.incarnation == 77 && log.recovered.tail == found)
    }

    static func open(_ image: DiskImage) -> Found? {
        do throws(LogStoreError) {
            return try Found(image)
        } catch {
            Issue.record("\(error)")
            return nil
        }
    }
}
