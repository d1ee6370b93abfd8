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

        /// The last entry that the mark knows of.
        var marked: UInt64 { self == .running ? 8 : 7 }
    }

    enum Verdict: Hashable { case unaffected, refused, lossReported, behindTheMark, wrong }

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
            let size = image[name]?.count ?? 0
            for offset in Swift.stride(from: 0, to: size, by: Self.step) {
                var damaged = image
                damaged.flip(name, at: offset, bits: Self.bits[offset % Self.bits.count])
                let (verdict, text) = judge(damaged, truth, marked: condition.marked)
                counts[verdict, default: 0] += 1
                #expect(verdict != .wrong, "\(name) at \(offset): \(text)")
                if condition != .markBehind {
                    #expect(verdict != .behindTheMark, "\(name) at \(offset): \(text)")
                }
            }
        }
        print("log, bit rot, \(condition): \(counts)")
    }

    private static let bits: [UInt8] = [0xff, 0x01, 0x80, 0x10]
    private static var step: Int {
        ProcessInfo.processInfo.environment["TASKRAFT_TEST_LONG"] == nil ? 23 : 1
    }

    private func judge(
        _ image: DiskImage, _ truth: LogContent, marked: UInt64
    ) -> (Verdict, String) {
        let found: Found
        do throws(LogStoreError) {
            found = try Found(image)
        } catch {
            return (error.description.contains("/faulty-disk-") ? .refused : .wrong, "\(error)")
        }
        let text = "\(found.content.entries.count) entries, \(found.content.hardState)"
        guard truth.entries.starts(with: found.content.entries) else { return (.wrong, text) }
        if found.loss != nil { return (.lossReported, text) }
        if found.content.holdsSame(as: truth) { return (.unaffected, text) }
        let last = found.content.entries.last?.index ?? .zero
        let isAsBefore = found.content.hardState == truth.hardState && found.content.peers == truth.peers
        return (last.rawValue >= marked && isAsBefore ? .behindTheMark : .wrong, text)
    }
}
