package import Raft
import Wire
package import Work

/// What may happen to a replica.
package enum ReplicaEvent: Sendable {
    case tick
    case received(PeerMessage, from: NodeID)
    /// A connection to a peer stands, and the peer supports this machine version.
    case connected(NodeID, machineVersion: UInt32)
    case disconnected(NodeID)
    case persisted(Ticket)
    case logRead(Ticket, [Entry])
    /// The base holds everything up to here.
    case baseWritten(LogIndex)
    /// A client's change; answered under `token`.
    indirect case propose(
        token: UInt64, Command, actor: String?, credential: TokenID? = nil, key: IdempotencyKey?)
    /// A client's read; answered under `token`.
    case read(token: UInt64, Query, Consistency)
    /// A client's session, of a number that none ever had.
    case openSession(SessionID, isAttached: Bool)
    /// A connection's session lets go of what it holds.
    case closeSession(SessionID)
    /// A session waits for jobs; answered under `token`. An earlier wait of it is over.
    indirect case wait(token: UInt64, Reservation)
    /// The wait that bears this number in its reservation is given up: no answer comes.
    case endWait(SessionID, wait: UInt64)
    /// Leadership is to go to another member, if this one leads; nil: to the one that has most.
    case transfer(to: NodeID?)
    /// Who belongs to the cluster is to change, if this one leads; answered under `token`.
    case changeMembership(token: UInt64, MembershipChange)
    /// The node is about to stop: hand leadership over, if there is anybody to take it.
    case handOver
    /// A batch of events is complete: send what piled up.
    case flush
}

/// The moment an event is looked at: the node's monotonic clock and its wall clock.
package struct Moment: Sendable {
    package var monotonic: Instant
    package var wall: Timestamp

    package init(monotonic: Instant, wall: Timestamp) {
        self.monotonic = monotonic
        self.wall = wall
    }
}

/// What the node must perform, in a buffer that it owns and reuses.
package struct ReplicaEffects: Sendable {
    package var persist = LogBatch()
    /// Whatever they depend on is durable.
    package var sends: [(to: NodeID, message: PeerMessage)] = []
    package var replies: [(token: UInt64, outcome: ProposalOutcome)] = []
    package var memberships: [(token: UInt64, outcome: MembershipOutcome)] = []
    package var waits: [(token: UInt64, outcome: WaitOutcome)] = []
    /// What these connections hold may be others' soon: they are to be closed.
    package var lost: [SessionID] = []
    /// nil: no leader could be asked in time.
    package var reads: [(token: UInt64, answer: ReadAnswer?)] = []
    package var logReads: [LogRead] = []
    /// For the base: committed, and durable in this node's own log.
    package var durable: [AppliedEntry] = []
    package var changes: [StreamedChange] = []
    package var traces: [Trace] = []
    package var halt: String?
    /// Where the replica stands after a flush.
    package var standing: Standing?

    package init() {}

    package mutating func removeAll() {
        if persist.ticket != .none { persist = LogBatch() }
        sends.clear()
        replies.clear()
        memberships.clear()
        waits.clear()
        lost.clear()
        reads.clear()
        logReads.clear()
        durable.clear()
        changes.clear()
        traces.clear()
        halt = nil
        standing = nil
    }
}

/// What a replica shows of itself. Whoever asks the replica, asks for a copy of all of it.
package struct Standing: Sendable {
    package let role: Role
    package let term: Term
    package let commit: LogIndex
    /// Index and hash of the replicated state.
    package let applied: UInt64
    package let stateHash: UInt64
    /// When `tick` is due next.
    package let nextDeadline: Instant
    /// The part of consensus that may only grow.
    package let mark: Consensus.Mark
}

package struct ReplicaSettings: Sendable {
    /// Who belonged to the cluster when it began; the log says who came and went since.
    package var configuration: Configuration
    package var registration: NodeRegistration
    package var bootCount: UInt64
    package var timing: Timing
    package var seed: UInt64
    /// The newest machine version this program can apply.
    package var machineVersion: UInt32
    /// How long a request is tried before its client gets an answer.
    package var patience: Instant.Span
    /// Requests that may be undecided at once on this node.
    package var pendingMax: Int
    /// What may be applied and not in the base yet, in entries and bytes; at half of it nothing
    /// more is proposed.
    package var backlogEntries: Int
    package var backlogBytes: Int

    package init(
        configuration: Configuration, registration: NodeRegistration, bootCount: UInt64,
        timing: Timing = .standard, seed: UInt64, machineVersion: UInt32 = 1,
        patience: Instant.Span = .milliseconds(1_800), pendingMax: Int = 8_192,
        backlogEntries: Int = 131_072, backlogBytes: Int = 128 << 20
    ) {
        self.configuration = configuration
        self.registration = registration
        self.bootCount = bootCount
        self.timing = timing
        self.seed = seed
        self.machineVersion = machineVersion
        self.patience = patience
        self.pendingMax = pendingMax
        self.backlogEntries = backlogEntries
        self.backlogBytes = backlogBytes
    }
}
