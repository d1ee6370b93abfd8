import Simulator

/// Tells what led to a violation.
struct Story: Sendable {
    /// How many of the last lines of a trace to keep.
    var lines: Int
    /// How long to look for a shorter story, in seconds.
    var shrinkSeconds: Int

    /// No trace of a run is longer.
    private static let linesMax = 1_000_000

    func failure(
        _ outcome: Simulation.Outcome, _ options: Simulation.Options, shrinks: Bool
    ) -> Failure? {
        guard let violation = outcome.violation else { return nil }
        var failure = Failure(
            seed: outcome.seed, violation: "\(violation)",
            replay: Self.command(outcome.seed, options), trace: [])
        var smallest = (options: options, outcome: outcome)
        if shrinks, let shrinker = shrink(outcome, options) {
            smallest = (shrinker.options, shrinker.outcome)
            if smallest.options != options {
                failure.shrunken = Self.command(outcome.seed, smallest.options)
                failure.shrunkenViolation = smallest.outcome.violation.map { "\($0)" }
            }
        }
        failure.trace = trace(of: smallest.outcome, smallest.options)
        return failure
    }

    private func shrink(
        _ outcome: Simulation.Outcome, _ options: Simulation.Options
    ) -> Shrinker? {
        let end = ContinuousClock.now + .seconds(shrinkSeconds)
        return Shrinker.shrink(options, outcome) {
            ContinuousClock.now >= end || Interruption.isAsked
        }
    }

    /// The last lines of the run. Where a rule about one operation or attempt was looked after at
    /// the end only, those up to the last one that speaks of it.
    private func trace(
        of outcome: Simulation.Outcome, _ options: Simulation.Options
    ) -> [String] {
        var options = options
        options.traceLines = Self.linesMax
        let all = Simulation.run(seed: outcome.seed, options: options).trace
        let names = Self.names(in: "\(outcome.violation.map { "\($0)" } ?? "")")
        let last = all.dropLast().lastIndex { line in
            line.split(separator: " ").contains { names.contains(Self.bare($0)) }
        }
        guard let last else { return all.suffix(lines) }
        return all[...last].suffix(lines) + all.suffix(1)
    }

    /// Operations and attempts, as a trace names them: o12, a34.
    private static func names(in text: String) -> [Substring] {
        text.split(separator: " ").map(bare).filter { word in
            (word.first == "o" || word.first == "a") && word.count > 1
                && word.dropFirst().allSatisfy(\.isNumber)
        }
    }

    private static func bare(_ word: Substring) -> Substring {
        word.last == ":" ? word.dropLast() : word
    }

    private static func command(_ seed: UInt64, _ options: Simulation.Options) -> String {
        "taskraft-sim run --seed \(seed)\(options.arguments) --trace"
    }
}
