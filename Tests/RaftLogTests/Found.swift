import FaultyDisk
import Raft
import RaftLog
import Testing

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

/// Whether a log that was opened on a damaged disk may be used as it says.
enum Verdict: String {
    /// All that was acknowledged is there.
    case unaffected
    /// Entries that the mark did not know of yet are gone; nobody can tell.
    case behindTheMark
    /// Only what was remembered of peers is not the last.
    case forgetfulOfPeers
    case lossReported
    /// It does not open, and says which file is to blame.
    case refused
    case wrong

    /// - Parameters:
    ///   - allowed: What may be there if nothing was lost.
    ///   - past: What was there at any time; nothing else can be.
    init(_ image: DiskImage, allowed: [LogContent], past: [LogContent]) {
        let found: Found
        do throws(LogStoreError) {
            found = try Found(image)
        } catch {
            self = error.description.contains("/faulty-disk-") ? .refused : .wrong
            return
        }
        let entries = found.content.entries
        let memories = past.map(\.peers)
        guard past.contains(where: { $0.entries.starts(with: entries) }) else {
            self = .wrong
            return
        }
        if found.loss != nil {
            self = .lossReported
        } else if allowed.contains(where: { $0.holdsSame(as: found.content) }) {
            self = .unaffected
        } else if allowed.contains(where: { $0.holdsSame(as: found.content, but: memories) }) {
            self = .forgetfulOfPeers
        } else {
            let isBehind = allowed.contains {
                $0.entries.starts(with: entries) && entries.count >= $0.marked.rawValue
                    && $0.hardState == found.content.hardState && $0.peers == found.content.peers
            }
            self = isBehind ? .behindTheMark : .wrong
        }
    }
}

extension [Verdict: Int] {
    /// For the test's log, in one order.
    var summary: String {
        sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.value) \($0.key)" }
            .joined(separator: ", ")
    }
}
