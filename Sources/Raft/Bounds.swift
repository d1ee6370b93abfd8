/// The bounds of consensus, in one place.
public enum Bounds {
    /// The payload of one entry.
    public static let entryBytes = 160 * 1024
    /// The same where nobody else has to be given it.
    public static let entryBytesAlone = 3 << 20
    /// Entries of one AppendEntries stop before this many bytes, unless one alone is larger.
    public static let messageBytes = 128 * 1024
    public static let entriesPerMessage = 4096
    /// What may be on its way to one follower.
    public static let windowEntries = 1024 * 16
    public static let windowBytes = 8 << 20
    /// Messages on their way to it, beyond which one with room for more entries waits: for them, or
    /// for an answer.
    public static let unfilledMessages = 2
    /// Appended but not committed; more proposals are refused. The no-op always passes.
    public static let uncommittedBytes = 64 << 20
    /// Entries kept in memory for followers and apply; older ones are read from the log.
    public static let tailBytes = 16 << 20
    /// One page read back from the log.
    public static let logReadBytes = 1 << 20
    /// Members of a cluster, learners included.
    public static let members = 64
    /// Reads that may wait for a round.
    public static let readsWaiting = 65_536
}

/// The times of consensus. All follow from the election timeout T.
public struct Timing: Hashable, Sendable {
    /// T: a follower campaigns after a random time in [T, 2T) without a leader.
    public var electionTimeout: Instant.Span
    /// How often a leader shows itself; several times within T.
    public var heartbeatInterval: Instant.Span

    public init(electionTimeout: Instant.Span, heartbeatInterval: Instant.Span) {
        precondition(
            heartbeatInterval.nanoseconds * 3 <= electionTimeout.nanoseconds,
            "Three heartbeats fit into an election timeout.")
        self.electionTimeout = electionTimeout
        self.heartbeatInterval = heartbeatInterval
    }

    /// A disk that makes nothing durable for so long while writes wait counts as hanging. Long
    /// beside a sync on a busy disk (milliseconds, some tenths of a second at worst) and long
    /// enough that a leader was not just paused, in which case another one leads already; short
    /// enough that another one leads within 3 s: three election timeouts until it is seen, one for
    /// the handover, and if that fails two for an election.
    public var stallTimeout: Instant.Span {
        Instant.Span(nanoseconds: electionTimeout.nanoseconds * 3)
    }

    /// For nodes with a few milliseconds between them.
    public static let standard = Timing(
        electionTimeout: .milliseconds(300), heartbeatInterval: .milliseconds(60))
}
