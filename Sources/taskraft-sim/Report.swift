import Foundation
import Simulator
import Synchronization

/// What a run prints on standard output, as text or as one JSON object.
struct Report: Sendable {
    let isJSON: Bool
    /// A single run says more about itself.
    let isSingle: Bool
    let prints: Bool

    /// Called by several threads: one `print` each.
    func show(_ outcome: Simulation.Outcome, _ failure: Failure?) {
        if isJSON { return }
        var lines: [String] = failure?.trace ?? (prints ? outcome.trace : [])
        if isSingle || prints || failure != nil { lines.append(Self.describe(outcome)) }
        if let failure {
            lines.append("VIOLATION: \(failure.violation)")
            lines.append("replay: \(failure.replay)")
            if let shrunken = failure.shrunken { lines.append("shrunken: \(shrunken)") }
            if let violation = failure.shrunkenViolation { lines.append("there: \(violation)") }
        }
        if !lines.isEmpty { print(lines.joined(separator: "\n")) }
    }

    private static func describe(_ outcome: Simulation.Outcome) -> String {
        "seed \(outcome.seed): \(outcome.nodes) nodes, \(outcome.simulatedSeconds) s, "
            + "\(outcome.events) events, \(outcome.operations) operations "
            + "(\(outcome.applied) applied, \(outcome.reads) read, \(outcome.unknown) unknown, "
            + "\(outcome.rejected) rejected), \(outcome.faults) faults, \(outcome.terms) terms, "
            + "\(outcome.changes) configurations\n"
            + "trace \(String(outcome.traceHash, radix: 16))"
    }

    private struct Result: Encodable {
        var totals: Totals
        var seedsPerSecond: Double
        var isComplete: Bool
        /// How to go on, if it is not complete.
        var resume: String?
    }

    /// `resume`: the command that goes on, if the campaign was interrupted and its progress kept.
    func finish(_ progress: Progress, resume: String?) throws {
        let totals = progress.totals
        if isJSON {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            let result = Result(
                totals: totals, seedsPerSecond: totals.seedsPerSecond,
                isComplete: progress.isComplete, resume: resume)
            return print(String(decoding: try encoder.encode(result), as: UTF8.self))
        }
        print(totals.counts)
        if !progress.isComplete {
            print("interrupted after \(totals.seeds) of \(progress.count) seeds")
        }
        if let resume { print("to go on: \(resume)") }
        print(totals.summary)
    }
}
