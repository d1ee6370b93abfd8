import ArgumentParser

@main
struct TaskraftSim: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "taskraft-sim",
        abstract: "Runs whole clusters under faults in virtual time, and checks every step.",
        subcommands: [Run.self, Mutant.self])
}
