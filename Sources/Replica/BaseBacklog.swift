import DequeModule
import Raft
import Work

/// What was applied and is not in the base yet: it is held in memory, so it has a bound. A leader
/// whose base falls behind takes no more proposals; a node whose base falls further behind applies
/// no more, and lets the log wait on disk.
struct BaseBacklog {
    private var written: LogIndex
    private var applied: LogIndex
    /// Where each turn's entries ended, with what they hold in bytes.
    private var pieces: Deque<(last: LogIndex, bytes: Int)> = []
    private var bytes = 0
    private let entriesMax: Int
    private let bytesMax: Int

    init(base: LogIndex, entriesMax: Int, bytesMax: Int) {
        written = base
        applied = base
        self.entriesMax = entriesMax
        self.bytesMax = bytesMax
    }

    /// Nothing more is applied.
    var isFull: Bool { reaches(entriesMax, bytesMax) }

    /// Nothing more is proposed, so that what was is still applied.
    var isHalfFull: Bool { reaches(entriesMax / 2, bytesMax / 2) }

    private func reaches(_ entries: Int, _ size: Int) -> Bool {
        applied.rawValue - written.rawValue >= UInt64(entries) || bytes >= size
    }

    /// A small entry may change many jobs, whose bodies wait for the base with them; those of new
    /// jobs are in their entries.
    mutating func applied(_ entries: [Entry], _ effects: some Sequence<AppliedEntry>) {
        guard let last = entries.last else { return }
        var size = entries.reduce(0) { $0 + $1.size }
        for change in effects.lazy.flatMap(\.changes) {
            guard case .jobs(let change) = change else { continue }
            if case .job(let job, let isNew) = change {
                size += isNew ? 320 : 320 + job.body.count
            } else {
                size += 64
            }
        }
        applied = last.index
        bytes += size
        pieces.append((last.index, size))
    }

    mutating func written(through index: LogIndex) {
        precondition(index <= applied, "The base holds only what was applied.")
        written = max(written, index)
        while let first = pieces.first, first.last <= index {
            bytes -= first.bytes
            pieces.removeFirst()
        }
    }
}
