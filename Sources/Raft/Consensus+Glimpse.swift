/// What a member shows of itself to people who watch it.
package struct Glimpse: Hashable, Sendable {
    package var role: Role
    package var term: Term
    package var vote: NodeID?
    package var leader: NodeID?
    /// The first entry that its log still holds, or would hold.
    package var first: LogIndex
    package var last: LogPosition
    package var commit: LogIndex
    package var durable: LogIndex
    /// The election timer: since when it runs, and when it ends. A leader has none.
    package var timer: (start: Instant, end: Instant)? {
        role == .leader ? nil : (timerStart, timerEnd)
    }
    /// When a leader was last heard of.
    package var leaderContact: Instant?
    private var timerStart: Instant
    private var timerEnd: Instant

    init(_ consensus: borrowing Consensus) {
        role = consensus.role
        term = consensus.term
        vote = consensus.vote
        leader = consensus.leader
        first = consensus.log.start.index.next
        last = consensus.log.last
        commit = consensus.commit
        durable = consensus.log.durable
        leaderContact = consensus.lastLeaderContact
        timerStart = consensus.electionStart
        timerEnd = consensus.electionDeadline
    }

    /// What a leader knows of one follower.
    package struct Follower: Hashable, Sendable {
        package var node: NodeID
        package var match: LogIndex
        package var next: LogIndex
        /// Its log is not known yet: one message at a time.
        package var isProbed: Bool
        /// Entries on their way to it, and not acknowledged.
        package var inflight: Int
    }

    /// One entry, without what it says. Kind and size are not known of entries that memory has
    /// let go.
    package struct Slot: Hashable, Sendable {
        package var position: LogPosition
        package var kind: EntryKind?
        package var size: Int
    }
}

extension Consensus {
    package var glimpse: Glimpse { Glimpse(self) }

    /// The votes that a candidate, or a member that asks whether it could win, has counted.
    package var ballot: [(node: NodeID, granted: Bool)] { votes }

    /// Empty unless this is the leader.
    package var followers: [Glimpse.Follower] {
        guard role == .leader else { return [] }
        return peers.map { peer, progress in
            Glimpse.Follower(
                node: peer, match: progress.match, next: progress.next,
                isProbed: progress.state == .probe, inflight: progress.unacknowledged)
        }
    }

    /// The last entries, oldest first.
    package func slots(last count: Int) -> [Glimpse.Slot] {
        let end = log.last.index.rawValue
        let held = end - log.start.index.rawValue
        return (end - min(held, UInt64(count))..<end).compactMap { log.slot(at: LogIndex($0 + 1)) }
    }
}
