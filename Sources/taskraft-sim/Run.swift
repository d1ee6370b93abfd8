import ArgumentParser
import Simulator
import Synchronization

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run one seed, or many.",
        discussion: """
            EXAMPLES
              taskraft-sim run --seed 17 --trace     one run, and what happened in it
              taskraft-sim run --seeds 1000 --jobs 2

            EXIT CODES
              0 nothing broke, 1 a rule broke, 64 wrong usage
            """)

    @Option(help: "Run this seed alone, or the first of many.")
    var seed: UInt64?

    @Option(help: "How many seeds to run.")
    var seeds: UInt64 = 1

    @Option(help: "Run so many at once.")
    var jobs = 1

    @Option(help: "Voters: 1, 3, 5 or 7. Drawn from the seed if not given.")
    var nodes: Int?

    @Option(help: "Families of faults, with commas: all, network, disk, clock, crash, base.")
    var faults = "all"

    @Flag(help: "Print the trace.")
    var trace = false

    @Option(help: "How many of the last lines of a trace to print.")
    var lines = 200

    func validate() throws {
        if let nodes, ![1, 3, 5, 7].contains(nodes) {
            throw ValidationError("--nodes is 1, 3, 5 or 7.")
        }
        if jobs < 1 || seeds < 1 || lines < 1 { throw ValidationError("At least 1 of each.") }
        _ = try families()
    }

    func run() async throws {
        let options = Simulation.Options(nodes: nodes, families: try families())
        let first = seed ?? 1
        let tally = Tally(Array(first..<first + seeds))
        CrashNote.install(arguments: replayArguments)
        let start = ContinuousClock.now
        await withTaskGroup { group in
            for job in 0..<min(jobs, CrashNote.jobsMax) {
                group.addTask { work(tally, options, job) }
            }
        }
        let elapsed = ContinuousClock.now - start
        report(tally, elapsed)
        if tally.violations > 0 { throw ExitCode(1) }
    }

    private func work(_ tally: Tally, _ options: Simulation.Options, _ job: Int) {
        while let seed = tally.next() {
            CrashNote.began(seed: seed, job: job)
            let outcome = Simulation.run(seed: seed, options: options)
            tally.add(outcome)
            if outcome.violation != nil || trace {
                var again = options
                again.traceLines = lines
                show(Simulation.run(seed: seed, options: again))
            } else if seeds == 1 {
                show(outcome)
            }
        }
        CrashNote.ended(job: job)
    }

    private func show(_ outcome: Simulation.Outcome) {
        var text = outcome.trace.joined(separator: "\n")
        if !text.isEmpty { text += "\n" }
        text += """
            seed \(outcome.seed): \(outcome.nodes) nodes, \(outcome.simulatedSeconds) s, \
            \(outcome.events) events, \(outcome.operations) operations \
            (\(outcome.applied) applied, \(outcome.reads) read, \(outcome.unknown) unknown, \
            \(outcome.rejected) rejected), \
            \(outcome.faults) faults, \(outcome.terms) terms
            trace \(String(outcome.traceHash, radix: 16))
            """
        if let violation = outcome.violation {
            text += "\nVIOLATION: \(violation)\n"
                + "replay: taskraft-sim run --seed \(outcome.seed)\(replayArguments) --trace"
        }
        print(text)
    }

    private func report(_ tally: Tally, _ elapsed: Duration) {
        let seconds = max(0.001, elapsed / .seconds(1))
        let rate = (Double(seeds) / seconds * 10).rounded() / 10
        print(tally.summary)
        print("\(seeds) seeds, \(tally.violations) violations, \(rate) seeds/s")
    }

    private var replayArguments: String {
        (nodes.map { " --nodes \($0)" } ?? "") + (faults == "all" ? "" : " --faults \(faults)")
    }

    private func families() throws -> FaultFamilies {
        var families: FaultFamilies = []
        for name in faults.split(separator: ",") {
            guard let known = FaultFamilies.named.first(where: { $0.name == name }) else {
                throw ValidationError("--faults knows no \"\(name)\".")
            }
            families.formUnion(known.family)
        }
        return families
    }
}

/// The seeds still to run, and what came of the others.
private final class Tally: Sendable {
    private struct Counts {
        var seeds: ArraySlice<UInt64>
        var violations = 0
        var events = 0
        var operations = 0
        var applied = 0
        var unknown = 0
        var rejected = 0
        var faults = 0
        var undecided = 0
    }

    private let counts: Mutex<Counts>

    init(_ seeds: [UInt64]) { counts = Mutex(Counts(seeds: seeds[...])) }

    var violations: Int { counts.withLock { $0.violations } }

    func next() -> UInt64? { counts.withLock { $0.seeds.popFirst() } }

    func add(_ outcome: Simulation.Outcome) {
        counts.withLock {
            if outcome.violation != nil { $0.violations += 1 }
            $0.events += outcome.events
            $0.operations += outcome.operations
            $0.applied += outcome.applied
            $0.unknown += outcome.unknown
            $0.rejected += outcome.rejected
            $0.faults += outcome.faults
            $0.undecided += outcome.undecided
        }
    }

    var summary: String {
        counts.withLock {
            "\($0.events) events, \($0.operations) operations (\($0.applied) applied, "
                + "\($0.unknown) unknown, \($0.rejected) rejected), \($0.faults) faults, "
                + "\($0.undecided) histories undecided"
        }
    }
}
