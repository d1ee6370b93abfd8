import Wire

/// What may happen to a member of the cluster.
public enum Input: Sendable {
    /// Time went by; see `Consensus.nextDeadline`.
    case tick
    case message(Message, from: NodeID)
    /// Payloads of new entries; only while `Consensus.acceptsProposals`.
    case propose([[UInt8]])
    /// A linearizable read; the answer is a `ReadReady` with the same context.
    case read(context: UInt64)
    /// Hand leadership to another member.
    case transfer(to: NodeID)
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
    public var to: NodeID
    public var message: Message
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
    public var context: UInt64
    public var index: LogIndex?

    package init(context: UInt64, index: LogIndex?) {
        self.context = context
        self.index = index
    }
}

/// Steps worth a line in the log.
public enum Trace: Hashable, Sendable {
    case campaigned(Term)
    case becameLeader(Term)
    case followed(NodeID?, Term)
    case steppedDown(Term, why: String)
    case transferAborted(NodeID)
    /// Writes wait and none becomes durable; a leader hands over to its successor.
    case diskStalled(for: Instant.Span, successor: NodeID?)
    case diskRecovered(after: Instant.Span)
    case healed
}

/// What the driver must do, in a buffer that it owns and reuses. Rules: `persist` is made durable
/// in the order it comes; a message leaves only when the write it waits for is durable;
/// `committed` is applied in order; after `halt` nothing else may be done.
public struct Effects: Sendable {
    public var persist = LogBatch()
    public var messages: [Outgoing] = []
    public var committed: [Entry] = []
    public var reads: [ReadReady] = []
    public var logReads: [LogRead] = []
    public var traces: [Trace] = []
    /// Something impossible was seen; the text says what. The node must stop.
    public var halt: String?

    public init() {}

    public mutating func removeAll() {
        if persist.ticket != .none { persist = LogBatch() }
        messages.clear()
        committed.clear()
        reads.clear()
        logReads.clear()
        traces.clear()
        halt = nil
    }
}
