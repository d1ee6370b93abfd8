import FaultyDisk
import Raft
import RaftLog

/// What a log holds, as far as anybody was told.
struct LogContent: Equatable {
    var entries: [Entry] = []
    var hardState = HardState()
    var peers: [PeerMemory] = []
    var boots: UInt64 = 0
    /// The last entry that the mark knows of.
    var marked = LogIndex.zero

    private var last: LogIndex { entries.last?.index ?? .zero }

    mutating func apply(_ step: LogScript.Step) {
        switch step {
        case .open: boots += 1
        case .write(let batch):
            if let state = batch.hardState { hardState = state }
            if let from = batch.truncateFrom { entries.removeAll { $0.index >= from } }
            marked = min(marked, last)
            entries += batch.entries
            if batch.hardState != nil { marked = last }
        case .remember(let peer):
            peers.removeAll { $0.node == peer.node }
            peers.append(peer)
        case .syncMark, .close: marked = last
        case .maintain: break
        }
    }

    /// Equal, but for how often the log was opened.
    func holdsSame(as other: LogContent) -> Bool {
        holdsSame(as: other, but: [peers])
    }

    /// As above, but with any of these memories of peers.
    func holdsSame(as other: LogContent, but memories: [[PeerMemory]]) -> Bool {
        entries == other.entries && hardState == other.hardState && memories.contains(other.peers)
    }
}

/// What a log is asked to do, and what it holds after each step.
struct LogScript {
    enum Step {
        case open, write(LogBatch), remember(PeerMemory), syncMark, maintain, close
    }

    let steps: [Step]
    /// Before the first step and after each.
    let contents: [LogContent]

    init(_ steps: [Step], after earlier: LogContent = LogContent()) {
        self.steps = steps
        var contents = [earlier]
        for step in steps {
            var content = contents[contents.count - 1]
            content.apply(step)
            contents.append(content)
        }
        self.contents = contents
    }

    /// Performs the steps; the disk's milestone is the number of those done. An opening that
    /// reports a loss is the last: what follows would not fit. The store that is open at the end
    /// goes with this call, as that of a killed process: power off, nothing moves.
    func run(on disk: FaultyDisk) throws(LogStoreError) {
        var store: SQLiteLogStore?
        // Closing a store moves pages; a process that stops does not.
        defer { disk.cutPower() }
        for (number, step) in steps.enumerated() {
            switch step {
            case .open:
                let log = try disk.openLog()
                if log.recovered.loss != nil { return }
                store = log.store
            case .write(let batch): try store?.write(batch)
            case .remember(let peer): try store?.remember(peer)
            case .syncMark: try store?.syncMark()
            case .maintain: try store?.maintain()
            case .close:
                store?.close()
                store = nil
            }
            disk.milestone = number + 1
        }
    }

    /// What may be found after the process or the machine stopped: what was acknowledged, and of
    /// the step after that all or nothing.
    func allowed(at milestone: Int) -> [LogContent] {
        Array(contents[milestone...min(milestone + 1, steps.count)])
    }
}

extension LogScript {
    private static func state(_ term: UInt64, vote: UInt64? = nil) -> HardState {
        HardState(term: Term(term), vote: vote.map { NodeID($0) })
    }

    static func peer(_ node: UInt64, boots: UInt64) -> PeerMemory {
        PeerMemory(
            node: NodeID(node), incarnation: 40 + node, bootCount: boots, term: Term(2),
            last: position(boots, term: 2))
    }

    /// All that a log does, on one page or several, three times opened.
    static let life = LogScript([
        .open,
        .write(batch(hardState: state(1, vote: 1))),
        .write(batch(entries: entries(1...3))),
        .write(batch(entries: [entry(4, bytes: 6_000)])),
        .syncMark,
        .write(batch(entries: entries(5...8))),
        .remember(peer(2, boots: 1)),
        .write(
            batch(
                entries: entries(6...7, term: 2), truncateFrom: 6, hardState: state(2, vote: 3))),
        .syncMark,
        // Below the mark.
        .write(batch(entries: entries(3...4, term: 3), truncateFrom: 3, hardState: state(3))),
        .remember(peer(2, boots: 2)),
        .syncMark,
        .close,
        .open,
        .write(batch(entries: entries(5...6, term: 3, bytes: 500))),
        .write(batch(hardState: state(4, vote: 2))),
        .syncMark,
        .write(batch(truncateFrom: 6)),
        .write(batch(entries: [entry(6, term: 4, bytes: 9_000)])),
        .close,
        .open,
        .write(batch(entries: [entry(7, term: 4)])),
        .syncMark,
        .write(batch(hardState: state(5, vote: 1))),
    ])
}
