import DequeModule

/// Reads that wait for the proof that this leader still leads.
struct ReadQueue {
    struct Waiting {
        let context: UInt64
        /// Who asked; nil for this node.
        let from: NodeID?
        let index: LogIndex
    }

    /// The round that heartbeats carry.
    private(set) var round: UInt64 = 0
    /// Asked before this leader had committed in its term.
    var early: [(context: UInt64, from: NodeID?)] = []
    /// Waiting for the next round, and for the one under way.
    private var next: [Waiting] = []
    private var current: [Waiting] = []

    var count: Int { early.count + next.count + current.count }
    var isUnderWay: Bool { !current.isEmpty }

    mutating func add(_ read: Waiting) { next.append(read) }

    /// True if a new round starts: everything that waited is covered by it.
    mutating func start() -> Bool {
        guard current.isEmpty, !next.isEmpty else { return false }
        swap(&current, &next)
        round += 1
        return true
    }

    /// Takes what a confirmed round proves.
    mutating func confirmed(_ reached: UInt64) -> [Waiting] {
        guard reached >= round else { return [] }
        defer { current = [] }
        return current
    }

    mutating func removeAll() -> [(context: UInt64, from: NodeID?)] {
        let all = early + (current + next).map { ($0.context, $0.from) }
        early = []
        current = []
        next = []
        return all
    }
}

/// ReadIndex (dissertation, section 6.4), batched: one round of heartbeats proves leadership for
/// every read that came before it.
extension Consensus {
    mutating func read(_ context: UInt64, _ effects: inout Effects) {
        if role == .leader {
            admitRead(context, from: nil, &effects)
        } else if let leader {
            send(Message(term: term, body: .readIndex(context: context)), to: leader, &effects)
        } else {
            effects.reads.append(ReadReady(context: context, index: nil))
        }
    }

    mutating func receiveReadIndex(
        _ context: UInt64, from sender: NodeID, _ effects: inout Effects
    ) {
        if role == .leader {
            admitRead(context, from: sender, &effects)
        } else {
            answer(context, nil, to: sender, &effects)
        }
    }

    /// Never before the first commit of the term: what earlier leaders committed is not known yet.
    private mutating func admitRead(
        _ context: UInt64, from sender: NodeID?, _ effects: inout Effects
    ) {
        if reads.count >= Bounds.readsWaiting {
            answer(context, nil, to: sender, &effects)
        } else if hasCommittedInTerm {
            reads.add(.init(context: context, from: sender, index: commit))
        } else {
            reads.early.append((context, sender))
        }
    }

    /// The term's first entry is committed: reads that came too early may line up.
    mutating func releaseWaitingReads(_ effects: inout Effects) {
        guard hasCommittedInTerm, !reads.early.isEmpty else { return }
        for read in reads.early {
            reads.add(.init(context: read.context, from: read.from, index: commit))
        }
        reads.early = []
    }

    mutating func startReadRound(_ effects: inout Effects) {
        guard reads.start() else { return }
        broadcastHeartbeat(&effects)
        confirmReads(&effects)
    }

    mutating func confirmReads(_ effects: inout Effects) {
        guard reads.isUnderWay else { return }
        let reached = configuration.reached { voter in
            if voter == id { return .max }
            return peers.first { $0.id == voter }?.progress.round ?? 0
        }
        for read in reads.confirmed(reached) {
            answer(read.context, read.index, to: read.from, &effects)
        }
    }

    mutating func failReads(_ effects: inout Effects) {
        for read in reads.removeAll() { answer(read.context, nil, to: read.from, &effects) }
    }

    private func answer(
        _ context: UInt64, _ index: LogIndex?, to asker: NodeID?, _ effects: inout Effects
    ) {
        guard let asker else {
            effects.reads.append(ReadReady(context: context, index: index))
            return
        }
        let body = Message.Body.readIndexResponse(context: context, index: index)
        send(Message(term: term, body: body), to: asker, &effects)
    }
}
