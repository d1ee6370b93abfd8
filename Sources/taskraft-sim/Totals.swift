import Simulator

/// What came of all seeds that were run, in this process and in those it resumed.
struct Totals: Codable, Sendable {
    var seeds: UInt64 = 0
    /// Wall time, in seconds.
    var seconds = 0.0
    var events = 0
    var operations = 0
    var applied = 0
    var reads = 0
    var unknown = 0
    var rejected = 0
    var faults = 0
    /// Histories of tasks that were too tangled for the checker.
    var undecided = 0
    var violations: [Failure] = []

    mutating func add(_ outcome: Simulation.Outcome, _ failure: Failure?) {
        seeds += 1
        events += outcome.events
        operations += outcome.operations
        applied += outcome.applied
        reads += outcome.reads
        unknown += outcome.unknown
        rejected += outcome.rejected
        faults += outcome.faults
        undecided += outcome.undecided
        if let failure { violations.append(failure) }
    }

    var seedsPerSecond: Double { (Double(seeds) / max(0.001, seconds) * 10).rounded() / 10 }

    var counts: String {
        "\(events) events, \(operations) operations (\(applied) applied, \(reads) read, "
            + "\(unknown) unknown, \(rejected) rejected), \(faults) faults, "
            + "\(undecided) histories undecided"
    }

    /// The last line of every run.
    var summary: String {
        "\(seeds) seeds, \(violations.count) violations, \(seedsPerSecond) seeds/s"
    }
}

/// A seed that broke a rule, and how to see it again.
struct Failure: Codable, Sendable {
    var seed: UInt64
    var violation: String
    var replay: String
    /// With less time, fewer operations and fewer faults; nil if nobody looked for it.
    var shrunken: String?
    var shrunkenViolation: String?
    /// The last lines of the trace, of the shrunken run if there is one.
    var trace: [String]
}
