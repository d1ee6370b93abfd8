import DequeModule
import Raft

/// Reads on their way: those that need a read index, those that asked for one, and those that
/// wait until it is applied. All reads of a batch share one read index.
struct ReadTable {
    struct Waiting {
        let token: UInt64
        let query: Query
        let deadline: Instant
    }

    private struct Asked {
        let context: UInt64
        let since: Instant
        var reads: [Waiting]
    }

    private var fresh: [Waiting] = []
    private var asked: Deque<Asked> = []
    private var indexed: [(index: LogIndex, reads: [Waiting])] = []
    private var lastContext: UInt64

    /// Contexts start above those of earlier boots: a late answer must not fit a new question.
    init(bootCount: UInt64) { lastContext = bootCount << 40 }

    var isEmpty: Bool { fresh.isEmpty && asked.isEmpty && indexed.isEmpty }

    mutating func add(_ read: Waiting) { fresh.append(read) }

    /// A context to ask the leader with, for all that came since the last one.
    mutating func ask(at now: Instant) -> UInt64? {
        guard !fresh.isEmpty else { return nil }
        lastContext += 1
        asked.append(Asked(context: lastContext, since: now, reads: fresh))
        fresh = []
        return lastContext
    }

    /// The leader answered; nil means: ask again.
    mutating func answered(_ context: UInt64, _ index: LogIndex?) {
        guard let place = asked.firstIndex(where: { $0.context == context }) else { return }
        let reads = asked.remove(at: place).reads
        if let index {
            indexed.append((index, reads))
        } else {
            fresh.append(contentsOf: reads)
        }
    }

    /// Asks again what was asked before `moment`, or everything when the leader changed.
    mutating func askAgain(before moment: Instant) {
        while let first = asked.first, first.since <= moment {
            fresh.append(contentsOf: first.reads)
            asked.removeFirst()
        }
    }

    /// Reads whose index is applied by now.
    mutating func ready(at applied: LogIndex) -> [Waiting] {
        if indexed.isEmpty { return [] }
        let result = indexed.filter { $0.index <= applied }.flatMap(\.reads)
        indexed.removeAll { $0.index <= applied }
        return result
    }

    mutating func expired(at now: Instant) -> [Waiting] {
        var result: [Waiting] = []
        func split(_ reads: inout [Waiting]) {
            guard reads.contains(where: { $0.deadline <= now }) else { return }
            result.append(contentsOf: reads.filter { $0.deadline <= now })
            reads.removeAll { $0.deadline <= now }
        }
        split(&fresh)
        for place in asked.indices { split(&asked[place].reads) }
        asked.removeAll { $0.reads.isEmpty }
        for place in indexed.indices { split(&indexed[place].reads) }
        indexed.removeAll { $0.reads.isEmpty }
        return result
    }
}
