/// Whether a member keeps up with the log. In each round it gets what the log held when the round
/// began; once a round takes less than an election timeout, it could become a voter without keeping
/// the cluster from committing for longer than an election would (dissertation, section 4.2.1).
struct CatchUp {
    private var start: Instant
    /// The round ends when the member has everything up to here.
    private var goal: LogIndex
    private var lastWasShort = false

    init(goal: LogIndex, at now: Instant) {
        self.goal = goal
        start = now
    }

    /// It has everything up to `match`, of a log that ends at `end`.
    mutating func reached(
        _ match: LogIndex, end: LogIndex, within timeout: Instant.Span, at now: Instant
    ) {
        guard match >= goal else { return }
        lastWasShort = now.since(start) < timeout
        (start, goal) = (now, end)
    }

    /// A round that does not end says as much as one that was long.
    func isDone(within timeout: Instant.Span, at now: Instant) -> Bool {
        lastWasShort && now.since(start) < timeout
    }
}
