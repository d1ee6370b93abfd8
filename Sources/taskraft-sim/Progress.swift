import Foundation
import Simulator

/// How far a campaign has come, as it is kept in a file.
struct Progress: Codable, Sendable {
    /// The options that make the runs what they are.
    let arguments: String
    /// What the first seed gives: another build of the simulator would go on with other runs. nil
    /// if nobody asked yet.
    private(set) var fingerprint: UInt64?
    let first: UInt64
    /// The seed behind the last one.
    let end: UInt64
    /// Everything before is done, and of the rest these.
    private(set) var next: UInt64
    private(set) var ahead: Set<UInt64> = []
    var totals = Totals()

    init(_ options: Simulation.Options, first: UInt64, count: UInt64) {
        arguments = options.arguments
        self.first = first
        end = first + count
        next = first
    }

    mutating func takeFingerprint(_ options: Simulation.Options) {
        fingerprint = fingerprint ?? Simulation.run(seed: first, options: options).traceHash
    }

    var count: UInt64 { end - first }
    var isComplete: Bool { next == end }

    func isDone(_ seed: UInt64) -> Bool { seed < next || ahead.contains(seed) }

    mutating func finish(_ outcome: Simulation.Outcome, _ failure: Failure?) {
        totals.add(outcome, failure)
        ahead.insert(outcome.seed)
        while ahead.remove(next) != nil { next += 1 }
    }

    /// Whether it is the same campaign, at whatever stage.
    func isSame(as other: Progress) -> Bool {
        arguments == other.arguments && fingerprint == other.fingerprint && first == other.first
            && end == other.end
    }

    var command: String {
        "taskraft-sim run" + (first == 1 ? "" : " --seed \(first)") + " --seeds \(count)"
            + arguments
    }
}

/// Replaced as a whole: whoever interrupts the program at any moment finds one state or another.
struct ProgressFile {
    struct Unusable: Error, CustomStringConvertible {
        let description: String
    }

    let path: String
    private var url: URL { URL(fileURLWithPath: path) }

    /// What the file holds of the same campaign; nil if there is no file.
    func load(for fresh: Progress) throws -> Progress? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let found: Progress
        do {
            found = try JSONDecoder().decode(Progress.self, from: Data(contentsOf: url))
        } catch {
            throw Unusable(description: "\(path) cannot be read as the progress of a run")
        }
        if found.isSame(as: fresh) { return found }
        let isOther = found.command != fresh.command
        throw Unusable(
            description: isOther
                ? "\(path) belongs to `\(found.command)`; name another file with --progress"
                : "\(path) was made by another build of the simulator; remove it to start anew")
    }

    func save(_ progress: Progress) throws {
        do {
            try JSONEncoder().encode(progress).write(to: url, options: .atomic)
        } catch {
            throw Unusable(description: "\(path) cannot be written: \(error.localizedDescription)")
        }
    }

    func remove() { try? FileManager.default.removeItem(at: url) }
}
