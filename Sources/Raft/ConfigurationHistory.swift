/// The configurations that a log holds. The latest is in force as soon as it is appended, committed
/// or not; when it is truncated, the one before it is in force again (Raft paper, section 6).
struct ConfigurationHistory {
    private(set) var latest: Configuration
    /// Where the latest stands in the log.
    private(set) var index: LogIndex
    /// Those before it, as far back as a truncation may reach.
    private var earlier: [(index: LogIndex, configuration: Configuration)] = []

    /// `configuration` is committed at `index`, or before it.
    init(
        _ configuration: Configuration, at index: LogIndex,
        later: [(index: LogIndex, configuration: Configuration)]
    ) {
        latest = configuration
        self.index = index
        for next in later { append(next.configuration, at: next.index, commit: index) }
    }

    mutating func append(_ configuration: Configuration, at index: LogIndex, commit: LogIndex) {
        precondition(index > self.index, "Configurations rise along the log.")
        // Once a later one is committed, nothing leads back behind that.
        if self.index <= commit { earlier = [] }
        earlier.append((self.index, latest))
        (latest, self.index) = (configuration, index)
    }

    /// Whether it votes by a configuration that is in force, or that may be again as long as no more
    /// than `commit` is committed.
    func mayVote(_ node: NodeID, commit: LogIndex) -> Bool {
        if latest.isVoter(node) { return true }
        var successor = index
        for (index, configuration) in earlier.reversed() where successor > commit {
            if configuration.isVoter(node) { return true }
            successor = index
        }
        return false
    }

    /// Entries from `first` on are gone. True if another configuration is in force now.
    mutating func truncate(from first: LogIndex) -> Bool {
        var isChanged = false
        while index >= first {
            guard let previous = earlier.popLast() else {
                preconditionFailure("A committed configuration is never truncated.")
            }
            (index, latest) = previous
            isChanged = true
        }
        return isChanged
    }
}
