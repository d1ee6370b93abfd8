import Work

/// Delays, leases and pauses end by themselves: never early, and in a calm world hardly late.
struct Punctuality {
    /// How late something may end, in milliseconds of the cluster's clock.
    private static let latest: UInt64 = 50
    /// A leader ends nothing in its first half second, and what piled up comes then.
    private static let settling: UInt64 = 1_000

    /// No fault is under way any more, nor what it left to be done.
    var isCalm = false {
        didSet { since = nil }
    }
    private var term: UInt64 = 0
    /// Since when the same member leads a calm world.
    private var since: UInt64?
    private(set) var ended = 0

    /// Every entry, before what it changed.
    mutating func observe(_ scalars: StateScalars) {
        if scalars.term != term { since = nil }
        term = scalars.term
        if isCalm, since == nil { since = scalars.clusterTime }
    }

    /// Something ended that was due at that time.
    mutating func check(_ what: String, due: UInt64, at now: UInt64) throws(Violation) {
        if now < due { throw Violation("\(what) ended \(due - now) ms early") }
        guard let since, due >= since + Self.settling else { return }
        ended += 1
        if now - due > Self.latest { throw Violation("\(what) ended \(now - due) ms late") }
    }
}
