import DequeModule
import Wire

/// What a member is in its term (Raft paper, section 5.1).
public enum Role: Hashable, Sendable {
    /// Hears a leader, or waits for one.
    case follower
    /// Asks whether an election could be won, in its old term.
    case preCandidate
    /// Asks for votes in a term that it started.
    case candidate
    /// Appends, and sends to everybody.
    case leader
}

/// One member of a Raft cluster: inputs in, effects out. It has no clock, no threads and no
/// chance of its own; the same inputs give the same effects.
///
/// The rules live in extensions: elections, replication, reads, transfer, membership, disk,
/// invariants.
public struct Consensus: ~Copyable {
    /// This member.
    public let id: NodeID
    let timing: Timing
    var generator: SeededGenerator

    // Persistent state (Raft paper, figure 2).
    /// The latest term that was seen. It may not be durable yet: see `durableTerm`.
    public internal(set) var term: Term
    var vote: NodeID?
    var log: LogWindow
    /// Who belonged to the cluster, and who does now.
    var configurations: ConfigurationHistory

    // Volatile state.
    /// What this member is now.
    public internal(set) var role = Role.follower
    /// The leader of `term`, once it is known.
    public internal(set) var leader: NodeID?
    /// The last entry that is known to be committed.
    public internal(set) var commit: LogIndex
    /// Committed entries up to here were handed out.
    var handedOut: LogIndex
    /// Set while acknowledged entries are missing here: neither votes nor campaigns.
    public internal(set) var isRepairing: Bool
    /// Once everything up to here is durable, nothing that was lost is missing any more.
    var healedAt: LogIndex?

    // Durable writes.
    var lastTicket = Ticket.none
    var durableTicket = Ticket.none
    /// The write that made the current term and vote durable.
    var hardStateTicket = Ticket.none
    /// The highest term that is durable.
    public internal(set) var durableTerm: Term
    /// Of each write that is not durable yet: what of it is still a part of this log, and where the
    /// log on disk ends after it.
    var writes: Deque<(ticket: Ticket, last: LogPosition, end: LogPosition)> = []
    /// Where the log ends that this node would come back with if it stopped now: what it may tell
    /// others of itself. While a truncation is on its way to the disk, it is not yet in there.
    public internal(set) var durablePosition: LogPosition
    var disk = DiskWatch()

    // Timers.
    /// Since when the election timer runs, for whoever watches.
    var electionStart: Instant
    var electionDeadline: Instant
    var heartbeatDeadline: Instant
    var quorumDeadline: Instant
    var lastLeaderContact: Instant?

    // Elections.
    var votes: [(node: NodeID, granted: Bool)] = []
    /// Until then somebody may need this member to campaign, though it is no voter.
    var neededUntil: Instant

    // Leadership.
    var peers: [(id: NodeID, progress: Progress)] = []
    var uncommittedBytes = 0
    /// The first entry of the leader's own term.
    var termStart = LogIndex.zero
    var transfer: (target: NodeID, deadline: Instant)?
    var reads = ReadQueue()

    // Pages of the log on their way.
    var lastLogRead = Ticket.none
    var committedRead: Ticket?

    /// A member as its disk left it. `applied`: where the state machine stands, which is committed;
    /// `configuration` is the one as of there, or that of the cluster's beginning. The log may hold
    /// later ones.
    public init(
        id: NodeID, configuration: Configuration, recovered: LogRecovery.Recovered,
        applied: LogIndex, timing: Timing, seed: UInt64, now: Instant
    ) {
        precondition(applied >= recovered.start.index, "The state machine covers what the log lacks.")
        precondition(applied <= recovered.last.index, "Only what is in the log was applied.")
        self.id = id
        self.timing = timing
        generator = SeededGenerator(seed: seed)
        term = recovered.hardState.term
        durableTerm = term
        vote = recovered.hardState.vote
        log = LogWindow(
            start: recovered.start, last: recovered.last, runs: recovered.runs,
            tail: recovered.tail)
        durablePosition = recovered.last
        configurations = ConfigurationHistory(
            configuration, at: applied,
            later: recovered.configurations.filter { $0.index > applied })
        commit = applied
        handedOut = applied
        isRepairing = recovered.loss != nil
        (electionDeadline, heartbeatDeadline, quorumDeadline) = (now, now, now)
        (electionStart, neededUntil) = (now, now)
        // A sole voter has nobody to wait for.
        if self.configuration.members != [id] { resetElectionDeadline(now) }
    }

    /// Who belongs to the cluster by the latest entry about it in the log, committed or not.
    public var configuration: Configuration { configurations.latest }
    /// The last entry of the log, durable or not.
    public var lastPosition: LogPosition { log.last }
    /// Everything up to here is durable on this node.
    public var durable: LogIndex { log.durable }
    /// Until it has committed an entry of its term, a leader does not know what is committed.
    public var hasCommittedInTerm: Bool { role == .leader && commit >= termStart }
    /// Whether a leadership transfer is under way; no proposals are taken meanwhile.
    public var isTransferring: Bool { transfer != nil }
    /// The disk was seen to hang, and has made nothing durable since.
    public var isDiskStalled: Bool { disk.patienceEnd != nil }

    /// Whether proposals would be appended now; otherwise they were provably never in any log.
    public var acceptsProposals: Bool {
        role == .leader && transfer == nil && uncommittedBytes < Bounds.uncommittedBytes
    }

    /// How far each follower's log equals ours; empty unless this is the leader.
    public var matches: [(node: NodeID, match: LogIndex)] {
        role == .leader ? peers.map { ($0.id, $0.progress.match) } : []
    }

    /// How far each follower has acknowledged the log, with the term it did so in; empty unless
    /// this is the leader. Within that term a follower's log never gets shorter than that; in a
    /// later one it may, and may even get entries of an earlier term in place of what it had.
    public var acknowledged: [(node: NodeID, position: LogPosition)] {
        matches.map { ($0.node, LogPosition(term: term, index: $0.match)) }
    }

    /// When `tick` is due next.
    public var nextDeadline: Instant {
        switch role {
        case .leader:
            var next = min(heartbeatDeadline, quorumDeadline)
            if let transfer { next = min(next, transfer.deadline) }
            if let diskDeadline { next = min(next, diskDeadline) }
            return next
        case .follower, .preCandidate, .candidate: return electionDeadline
        }
    }

    /// The one door.
    public mutating func step(_ input: Input, at now: Instant, into effects: inout Effects) {
        switch input {
        case .tick: tick(now, &effects)
        case .message(let message, let sender): receive(message, from: sender, now, &effects)
        case .propose(let payloads): propose(payloads, now, &effects)
        case .read(let context): read(context, &effects)
        case .transfer(let target): startTransfer(to: target, now, &effects)
        case .changeMembership(let change, let context):
            changeMembership(change, context, now, &effects)
        case .persisted(let ticket): persisted(ticket, now, &effects)
        case .logRead(let ticket, let entries): logRead(ticket, entries, &effects)
        case .reconnected(let peer): reconnected(peer)
        case .flush(let applies): flush(applies, now, &effects)
        }
        watchDisk(now, &effects)
    }

    private mutating func tick(_ now: Instant, _ effects: inout Effects) {
        switch role {
        case .leader: tickLeader(now, &effects)
        case .follower, .preCandidate, .candidate:
            if now >= electionDeadline { campaign(now, &effects) }
        }
    }

    /// The central term check (Raft paper, section 5.1), for requests and replies alike. Pre-votes
    /// stand outside: they talk of a term that nobody has started.
    private mutating func receive(
        _ message: Message, from sender: NodeID, _ now: Instant, _ effects: inout Effects
    ) {
        guard sender != id else { return }
        switch message.body {
        case .preVote(let last):
            answerPreVote(message.term, last, from: sender, now, &effects)
            return
        case .preVoteResponse(granted: true):
            countPreVote(message.term, from: sender, granted: true, now, &effects)
            return
        case .requestVote(_, transfer: false) where message.term > term && hasLiveLeader(now):
            // A removed or cut-off server must not depose a leader that works (section 6).
            send(.init(term: term, body: .requestVoteResponse(granted: false)), to: sender, &effects)
            return
        default: break
        }
        if message.term > term {
            becomeFollower(message.term, leader: nil, now, &effects, why: "saw a higher term")
        } else if message.term < term {
            answerStale(message, from: sender, &effects)
            return
        }
        dispatch(message.body, from: sender, now, &effects)
    }

    private mutating func dispatch(
        _ body: Message.Body, from sender: NodeID, _ now: Instant, _ effects: inout Effects
    ) {
        switch body {
        case .preVote, .preVoteResponse(granted: true): break
        case .preVoteResponse(granted: false):
            countPreVote(term.next, from: sender, granted: false, now, &effects)
        case .requestVote(let last, let transfer):
            answerVote(last, transfer, from: sender, now, &effects)
        case .requestVoteResponse(let granted):
            countVote(from: sender, granted: granted, now, &effects)
        case .appendEntries(let append): receive(append, from: sender, now, &effects)
        case .appendEntriesResponse(let response): receive(response, from: sender, now, &effects)
        case .timeoutNow: receiveTimeoutNow(from: sender, now, &effects)
        case .readIndex(let context): receiveReadIndex(context, from: sender, &effects)
        case .readIndexResponse(let context, let index):
            effects.reads.append(ReadReady(context: context, index: index))
        }
    }

    /// A deposed leader or an old candidate learns the current term, and no read waits in vain;
    /// everything else from the past is dropped.
    private func answerStale(_ message: Message, from sender: NodeID, _ effects: inout Effects) {
        switch message.body {
        case .requestVote:
            send(.init(term: term, body: .requestVoteResponse(granted: false)), to: sender, &effects)
        case .appendEntries(let append):
            let response = AppendEntriesResponse(
                outcome: .rejected(previous: append.previous.index, hint: .zero),
                round: append.round)
            send(.init(term: term, body: .appendEntriesResponse(response)), to: sender, &effects)
        case .readIndex(let context):
            send(
                .init(term: term, body: .readIndexResponse(context: context, index: nil)),
                to: sender, &effects)
        case .readIndexResponse(let context, _):
            effects.reads.append(ReadReady(context: context, index: nil))
        default: break
        }
    }

    // MARK: Durable writes

    /// Opens a write: everything that depends on it waits for the ticket returned.
    @discardableResult
    mutating func willPersist(_ effects: inout Effects) -> Ticket {
        if effects.persist.ticket == .none {
            lastTicket = Ticket(lastTicket.rawValue + 1)
            effects.persist.ticket = lastTicket
        }
        return effects.persist.ticket
    }

    mutating func persistHardState(_ effects: inout Effects) {
        hardStateTicket = willPersist(&effects)
        effects.persist.hardState = HardState(term: term, vote: vote)
        noteWrite(hardStateTicket)
    }

    mutating func noteWrite(_ ticket: Ticket) {
        if writes.last?.ticket == ticket { writes.removeLast() }
        writes.append((ticket, log.last, log.last))
    }

    /// The log was truncated: of a write under way, only what comes before that is still a part of
    /// this log, even if equal entries come back behind it.
    mutating func shortenWrites() {
        for place in writes.indices where writes[place].last.index > log.last.index {
            writes[place].last = log.last
        }
    }

    private mutating func persisted(
        _ ticket: Ticket, _ now: Instant, _ effects: inout Effects
    ) {
        precondition(ticket <= lastTicket, "Only what was asked for becomes durable.")
        if ticket > durableTicket { diskProgressed(now, &effects) }
        durableTicket = max(durableTicket, ticket)
        if durableTicket >= hardStateTicket { durableTerm = term }
        var end: LogPosition?
        while let first = writes.first, first.ticket <= ticket {
            end = first.last
            durablePosition = first.end
            writes.removeFirst()
        }
        if let end { log.becameDurable(end) }
        if role == .candidate { tallyVotes(now, &effects) }
        if role == .leader { advanceCommit(&effects) }
        checkHealed(&effects)
        log.trim(through: commit)
    }

    /// Acknowledged entries were missing here; they are back once everything is durable that a
    /// leader had committed, an entry of its own term included, when it last spoke.
    mutating func checkHealed(_ effects: inout Effects) {
        guard isRepairing, let healedAt, log.durable >= healedAt else { return }
        isRepairing = false
        willPersist(&effects)
        effects.persist.healed = true
        noteWrite(lastTicket)
        effects.traces.append(.healed)
    }

    /// Sends what depends on nothing but the current term and vote.
    func send(_ message: Message, to peer: NodeID, _ effects: inout Effects) {
        effects.messages.append(Outgoing(to: peer, message: message, after: hardStateTicket))
    }
}
