import DequeModule

/// What a leader knows of one follower.
struct Progress {
    enum State: Hashable {
        /// The follower's log is not known yet: one message at a time.
        case probe
        /// Both logs agree up to `next`: messages follow each other without waiting.
        case replicate
    }

    private(set) var state = State.probe
    /// The follower's log equals ours up to here, durably.
    private(set) var match = LogIndex.zero
    /// The next entry to send.
    private(set) var next: LogIndex
    /// The commit index of the last message sent.
    var commitSent = LogIndex.zero
    /// It answered since the last check of the quorum, and before that since the one before.
    private(set) var isActive = true
    private var wasActive = false
    /// The last read round it confirmed.
    var round: UInt64 = 0
    /// A page of the log is being read for it.
    var reading: Ticket?
    private(set) var catchUp: CatchUp
    private var probeSent = false
    private var inflight: Deque<(last: LogIndex, bytes: Int, entries: Int)> = []
    private var inflightBytes = 0
    private var inflightEntries = 0

    init(next: LogIndex, at now: Instant) {
        self.next = next
        catchUp = CatchUp(goal: next.previous, at: now)
    }

    /// It answered within the last election timeout, or nearly.
    var isLive: Bool { isActive || wasActive }

    /// It says something; the leader's log ends at `last`.
    mutating func heard(_ last: LogIndex, _ timeout: Instant.Span, at now: Instant) {
        isActive = true
        catchUp.reached(match, end: last, within: timeout, at: now)
    }

    /// The quorum was checked.
    mutating func checked() { (wasActive, isActive) = (isActive, false) }

    /// Entries that are on their way to it.
    var unacknowledged: Int { inflightEntries }

    /// Whether another message with entries may be sent now.
    var isOpen: Bool {
        switch state {
        case .probe: !probeSent
        case .replicate:
            inflightBytes < Bounds.windowBytes && inflightEntries < Bounds.windowEntries
        }
    }

    /// So much is under way that what would not fill a message had better wait for more, or for an
    /// answer: the follower makes it durable after what it has by now anyway.
    var isBusy: Bool { inflight.count >= Bounds.unfilledMessages }
    /// Everything that was sent is acknowledged.
    var isIdle: Bool { inflight.isEmpty }

    mutating func sent(_ entries: [Entry]) {
        guard let last = entries.last else {
            if state == .probe { probeSent = true }
            return
        }
        switch state {
        case .probe: probeSent = true
        case .replicate:
            next = last.index.next
            let bytes = entries.reduce(0) { $0 + $1.size }
            inflight.append((last.index, bytes, entries.count))
            inflightBytes += bytes
            inflightEntries += entries.count
        }
    }

    /// True if it moved the follower forward.
    mutating func accepted(_ index: LogIndex) -> Bool {
        let moved = index > match
        match = max(match, index)
        next = max(next, match.next)
        while let first = inflight.first, first.last <= match { release(first) }
        if state == .probe {
            state = .replicate
            probeSent = false
        }
        return moved
    }

    /// The follower lacks the entry before what was sent. `hint`: how far our logs may agree.
    mutating func rejected(previous: LogIndex, hint: LogIndex) {
        switch state {
        case .replicate:
            if previous <= match { return }
            becomeProbe(next: min(hint, previous.previous).next)
        case .probe:
            if previous != next.previous { return }
            becomeProbe(next: min(hint, previous.previous).next)
        }
    }

    /// Goes back to asking; also when a follower comes back after it was cut off.
    mutating func becomeProbe(next: LogIndex? = nil) {
        state = .probe
        self.next = max(next ?? match.next, match.next)
        probeSent = false
        inflight.removeAll(keepingCapacity: true)
        inflightBytes = 0
        inflightEntries = 0
    }

    /// It may have come back with less than it had acknowledged: what it has counts when it says so
    /// again.
    mutating func forget() {
        becomeProbe()
        match = .zero
        commitSent = .zero
    }

    private mutating func release(_ sent: (last: LogIndex, bytes: Int, entries: Int)) {
        inflight.removeFirst()
        inflightBytes -= sent.bytes
        inflightEntries -= sent.entries
    }
}
