import FaultyDisk
import Foundation
import Raft
import RaftLog
import Testing

/// One byte of a file is not what was written: the log says what it lost, or does not open, or has
/// lost nothing.
@Suite("A log whose disk rots")
struct BitRotTests {
    /// The state of the files that is damaged.
    enum Condition: String, CaseIterable, Sendable {
        /// The write-ahead log was moved home and deleted.
        case closed
        /// The process was killed; the mark is as far as the log.
        case running
        /// As `running`, and the last that was acknowledged is a vote.
        case voted
        /// The process was killed before the mark followed.
        case markBehind

        var script: LogScript {
            var steps = LogScript.life.steps
            switch self {
            case .closed: steps += [.close]
            case .voted: break
            case .running: steps += [.write(batch(entries: [entry(8, term: 5)])), .syncMark]
            case .markBehind:
                steps += [.write(batch(entries: [entry(8, term: 5), entry(9, term: 5)]))]
            }
            return LogScript(steps)
        }
    }

    @Test("never takes less for all", arguments: Condition.allCases)
    func flips(condition: Condition) throws {
        let script = condition.script
        let disk = FaultyDisk()
        try script.run(on: disk)
        let image = disk.image.afterPowerCut(.everything)
        let truth = script.contents[script.contents.count - 1]
        #expect(try Found(image).content.holdsSame(as: truth))
        var counts: [Verdict: Int] = [:]
        for name in image.fileNames {
            for offset in Self.offsets(in: image[name]?.count ?? 0) {
                var damaged = image
                damaged.flip(name, at: offset, bits: Self.bits[offset % Self.bits.count])
                let verdict = Verdict(damaged, allowed: [truth], past: script.contents)
                counts[verdict, default: 0] += 1
                #expect(verdict != .wrong && verdict != .forgetfulOfPeers, "\(name) at \(offset)")
                if condition != .markBehind {
                    #expect(verdict != .behindTheMark, "\(name) at \(offset)")
                }
            }
        }
        print("log, bit rot, \(condition): \(counts.summary)")
    }

    private static let bits: [UInt8] = [0xff, 0x01, 0x80, 0x10]

    /// The headers of pages, and bytes here and there; all of them in a long run.
    private static func offsets(in size: Int) -> [Int] {
        if ProcessInfo.processInfo.environment["TASKRAFT_TEST_LONG"] != nil {
            return Array(0..<size)
        }
        return (0..<size).filter { $0 % 41 == 0 || $0 % 4096 < 12 }
    }
}
