import ArgumentParser
import Simulator

struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run one seed, or many.",
        discussion: """
            A seed makes a cluster of production code in a simulated world: a minute of faults, \
            with a thousand operations of clients, then peace, in which everything must heal. \
            Every step is checked. When a rule breaks, a shorter story of it is looked for.

            EXAMPLES
              taskraft-sim run --seed 17 --trace       one run, and what happened in it
              taskraft-sim run --seeds 1000 --jobs 2   seeds 1 to 1000, two at a time
              taskraft-sim run --seeds 1000 --nodes 5 --faults disk,crash
              taskraft-sim run --seeds 100000 --jobs 2 --resume
                 Ctrl-C stops it; the same command goes on from there.

            EXIT CODES
              0 no rule broke, 1 a rule broke, 64 wrong usage, 130 interrupted before either.
              A precondition of the core that breaks ends the process by a signal; which seeds were \
            under way, and how to run them again, is printed before. The first three violations \
            of a run are shortened.
            """)

    @Option(help: "Run this seed alone, or the first of many.")
    var seed: UInt64 = 1

    @Option(help: "How many seeds to run.")
    var seeds: UInt64 = 1

    @Option(help: "Run so many at once.")
    var jobs = 1

    @OptionGroup(title: "The world") var world: WorldOptions

    @Flag(help: "Print the trace.")
    var trace = false

    @Option(help: "How many of the last lines of a trace to print.")
    var lines = 200

    @Option(help: "Look so many seconds for a shorter story of a violation.")
    var shrinkSeconds = 30

    @Flag(help: "Print the result as one JSON object.")
    var json = false

    @Flag(help: "Keep the progress in a file, and go on from it.")
    var resume = false

    @Option(help: "The file for --resume.")
    var progress = "taskraft-sim.progress"

    /// Between two saves of the progress, in seconds.
    private static let savePause = 1.0

    func validate() throws {
        if jobs < 1 || seeds < 1 || lines < 1 { throw ValidationError("At least 1 of each.") }
        if jobs > CrashNote.jobsMax {
            throw ValidationError("--jobs is at most \(CrashNote.jobsMax).")
        }
        if shrinkSeconds < 0 { throw ValidationError("--shrink-seconds is 0 or more.") }
        if seed.addingReportingOverflow(seeds).overflow {
            throw ValidationError("There are not so many seeds.")
        }
    }

    func run() throws {
        Interruption.install()
        var options = try world.simulation()
        let file = ProgressFile(path: progress)
        let begun = try begin(options, file)
        if trace { options.traceLines = lines }
        CrashNote.install(arguments: options.arguments)
        let report = Report(isJSON: json, isSingle: seeds == 1, prints: trace)
        let campaign = Campaign(
            begun, options, Story(lines: lines, shrinkSeconds: shrinkSeconds),
            show: report.show)
        try pursue(campaign, begun, file)
        var reached = campaign.progress
        if !reached.isComplete { reached.takeFingerprint(options) }
        try finish(reached, file, report)
    }

    private func begin(_ options: Simulation.Options, _ file: ProgressFile) throws -> Progress {
        var fresh = Progress(options, first: seed, count: seeds)
        guard resume else { return fresh }
        fresh.takeFingerprint(options)
        do {
            let found = try file.load(for: fresh) ?? fresh
            try file.save(found)
            return found
        } catch let error as ProgressFile.Unusable {
            throw ValidationError("\(error)")
        }
    }

    private func pursue(_ campaign: Campaign, _ begun: Progress, _ file: ProgressFile) throws {
        var meter = Meter(begun)
        var savedAt = begun.totals.seconds
        campaign.run(jobs: jobs) { progress in
            if seeds > 1 { meter.look(progress) }
            if resume, progress.totals.seconds > savedAt + Self.savePause {
                savedAt = progress.totals.seconds
                try? file.save(progress)
            }
        }
        meter.clear()
    }

    private func finish(_ progress: Progress, _ file: ProgressFile, _ report: Report) throws {
        let command = progress.isComplete ? nil : keep(progress, file)
        if resume, progress.isComplete { file.remove() }
        try report.finish(progress, resume: command)
        if !progress.totals.violations.isEmpty { throw ExitCode(1) }
        if !progress.isComplete { throw ExitCode(130) }
    }

    /// Keeps the progress of an interrupted run, even of one that was not asked to, unless the file
    /// is another run's; the command that goes on.
    private func keep(_ progress: Progress, _ file: ProgressFile) -> String? {
        do {
            if !resume, try file.load(for: progress) == nil { try file.save(progress) }
            if resume { try file.save(progress) }
        } catch {
            return nil
        }
        return progress.command + (jobs == 1 ? "" : " --jobs \(jobs)") + " --resume"
            + (self.progress == "taskraft-sim.progress" ? "" : " --progress \(self.progress)")
    }
}
