import Wire

/// What may happen to a member of the cluster.
public enum Input: Sendable {
    /// Time went by; see `Consensus.nextDeadline`.
    case tick
    /// A message came from another member.
    case message(Message, from: NodeID)
    /// Payloads of new entries; only while `Consensus.acceptsProposals`.
    case propose([[UInt8]])
    /// A linearizable read; the answer is a `ReadReady` with the same context.
    case read(context: UInt64)
    /// Hand leadership to another member.
    case transfer(to: NodeID)
    /// Change who belongs to the cluster; the answer is a `MembershipAnswer` with the same context.
    case changeMembership(MembershipChange, context: UInt64)
    /// Everything up to this ticket is durable.
    case persisted(Ticket)
    /// The entries that `LogRead` asked for.
    case logRead(Ticket, [Entry])
    /// The connection to a member broke or came back: what was on its way may be lost.
    case reconnected(NodeID)
    /// A batch of inputs is complete: send what piled up, and hand out what is committed. A driver
    /// whose state machine cannot keep up does not take that for now (`applies`); it stays in the
    /// log, and memory stays bounded.
    case flush(applies: Bool = true)
}

/// A message to send as soon as the write `after` is durable.
public struct Outgoing: Sendable {
    /// Whom it is for.
    public var to: NodeID
    /// What to send.
    public var message: Message
    /// The write it waits for; `.none` for nothing.
    public var after: Ticket
}

/// A page of the log that is not in memory.
public struct LogRead: Sendable {
    public var ticket: Ticket
    public var first: LogIndex
    public var last: LogIndex
    public var byteLimit: Int
}

/// The answer to a read: once `index` is applied, the read may be served. nil: it cannot be
/// answered now, ask again.
public struct ReadReady: Hashable, Sendable {
    /// What the read was asked with.
    public var context: UInt64
    /// What must be applied before the read is served.
    public var index: LogIndex?

    package init(context: UInt64, index: LogIndex?) {
        self.context = context
        self.index = index
    }
}

/// Steps worth a line in the log.
public enum Trace: Hashable, Sendable {
    /// Started a term, and asks for votes.
    case campaigned(Term)
    /// Won the election of this term.
    case becameLeader(Term)
    /// Found the leader of this term, or lost it.
    case followed(NodeID?, Term)
    /// Leads no longer.
    case steppedDown(Term, why: String)
    /// Gave up, or refused, to hand leadership to this member.
    case transferAborted(NodeID)
    /// Other members belong to the cluster from now on, as far as this member's log says; or the
    /// earlier ones again.
    case reconfigured(Configuration)
    /// Writes wait and none becomes durable; a leader hands over to its successor.
    case diskStalled(for: Instant.Span, successor: NodeID?)
    /// Writes become durable again.
    case diskRecovered(after: Instant.Span)
    /// Has everything again that it had once acknowledged.
    case healed
}

/// What the driver must do, in a buffer that it owns and reuses. Rules: `persist` is made durable
/// in the order it comes; a message leaves only when the write it waits for is durable;
/// `committed` is applied in order; after `halt` nothing else may be done.
public struct Effects: Sendable {
    /// To be made durable as a whole, in the order of the batches; then `Input.persisted`.
    public var persist = LogBatch()
    /// To be sent when the write each waits for is durable.
    public var messages: [Outgoing] = []
    /// To be applied, in this order. Not necessarily durable here yet.
    public var committed: [Entry] = []
    /// Answers to reads.
    public var reads: [ReadReady] = []
    /// Answers to changes of membership.
    public var changes: [MembershipAnswer] = []
    /// Entries to be read from the durable log; then `Input.logRead`.
    public var logReads: [LogRead] = []
    /// For people.
    public var traces: [Trace] = []
    /// Something impossible was seen; the text says what. The node must stop.
    public var halt: String?

    public init() {}

    /// Empties the buffer, and keeps its memory.
    public mutating func removeAll() {
        if persist.ticket != .none { persist = LogBatch() }
        messages.clear()
        committed.clear()
        reads.clear()
        changes.clear()
        logReads.clear()
        traces.clear()
        halt = nil
    }
}
