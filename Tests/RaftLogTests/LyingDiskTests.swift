import FaultyDisk
import Raft
import RaftLog
import Testing

/// The disk reports success for what it did not do, or gives back what was there before.
@Suite("A log on a disk that lies")
struct LyingDiskTests {
    private typealias Counts = [Verdict: Int]

    private static let database = ["raft.sqlite", "raft.sqlite-wal", "raft.sqlite-journal"]

    /// The disk as it was left after each step, and whole.
    private func images(of script: LogScript) throws -> [DiskImage] {
        let disk = FaultyDisk()
        disk.record()
        try script.run(on: disk)
        var images: [DiskImage] = []
        for moment in disk.moments where moment.operation.milestone == images.count {
            images.append(moment.image.afterPowerCut(.everything))
        }
        return images + [disk.image.afterPowerCut(.everything)]
    }

    @Test("does not take an old copy of some files for the present")
    func oldCopies() throws {
        let script = LogScript.life
        let images = try images(of: script)
        let closed = try Found(images[images.count - 1]).image.afterPowerCut(.everything)
        let truth = script.contents[script.steps.count]
        var counts = Counts()
        for present in [images[images.count - 1], closed] {
            for old in images.dropLast() + [DiskImage()] {
                let choices = [Self.database] + Self.database.map { [$0] } + [["mark"]]
                for names in choices {
                    var mixed = present
                    for name in names { mixed[name] = old[name] }
                    let verdict = Verdict(mixed, allowed: [truth], past: script.contents)
                    counts[verdict, default: 0] += 1
                    #expect([.unaffected, .lossReported, .refused].contains(verdict), "\(names)")
                }
            }
        }
        print("log, old copies and missing files: \(counts.summary)")
        #expect(counts[.lossReported, default: 0] > 20)
    }

    @Test("reports a loss if syncs of the database did nothing, as far as the mark tells")
    func lyingSyncs() throws {
        let script = LogScript.life
        let disk = FaultyDisk(plan: { operation in
            operation.kind == .sync && operation.file != "mark" ? .lie : nil
        })
        disk.record()
        try script.run(on: disk)
        var counts = Counts()
        for moment in disk.moments {
            let seed = UInt64(moment.operation.number)
            for survival in [.nothing, .sectors(seed: seed)] as [DiskImage.Survival] {
                let verdict = Verdict(
                    moment.image.afterPowerCut(survival),
                    allowed: script.allowed(at: moment.operation.milestone),
                    past: script.contents)
                counts[verdict, default: 0] += 1
                #expect(verdict != .wrong, "\(moment.operation), \(survival)")
            }
        }
        print("log, syncs that did nothing: \(counts.summary)")
        #expect(counts[.lossReported, default: 0] + counts[.refused, default: 0] > 20)
    }

    @Test("notices a write that went astray", arguments: [4096, -4096, 24 + 4096, -24 - 4096, 512])
    func misdirected(by distance: Int) throws {
        let script = LogScript.life
        var counts = Counts()
        var number = 0
        var isOver = false
        while !isOver {
            let wanted = number
            let disk = FaultyDisk(plan: { operation in
                operation.kind == .write && operation.number == wanted
                    ? .misdirect(distance) : nil
            })
            // SQLite may notice at once, which stops the log.
            do throws(LogStoreError) { try script.run(on: disk) } catch {
                #expect(error.description.contains("/faulty-disk-"))
            }
            isOver = number >= disk.operations
            let verdict = Verdict(
                disk.image.afterPowerCut(.everything),
                allowed: script.allowed(at: disk.milestone), past: script.contents)
            counts[verdict, default: 0] += 1
            // What peers said has no second witness: a lost write takes the last of it.
            #expect(verdict != .wrong, "operation \(number)")
            #expect(verdict != .behindTheMark, "operation \(number)")
            number += 1
        }
        print("log, writes astray by \(distance): \(counts.summary)")
    }
}
