import ArgumentParser
import Simulator

/// What `Scripts/mutants.py` calls, once for each bug.
struct Mutant: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run seed after seed until a rule breaks: how soon is a bug found?",
        discussion: """
            Without a name it runs the program as it was built. `make mutants` looks for all \
            known bugs.

            EXIT CODES
              0 a rule broke, 1 no rule broke, 64 wrong usage
            """)

    @Argument(help: "A bug between the replica and its world; --list names them.")
    var name: String?

    @Option(help: "Give up after so many seeds.")
    var limit: UInt64 = 500

    @Flag(help: "List the bugs, each with the seeds that it states to be found in.")
    var list = false

    func validate() throws {
        if let name, Mutation(rawValue: name) == nil {
            throw ValidationError("There is no bug \"\(name)\".")
        }
        if limit < 1 { throw ValidationError("At least 1 seed.") }
    }

    func run() throws {
        if list {
            for mutation in Mutation.allCases { print(mutation.rawValue, mutation.seedsMax) }
            return
        }
        CrashNote.install(arguments: "")
        let options = Simulation.Options(mutation: name.flatMap(Mutation.init))
        for seed in 1...limit {
            CrashNote.began(seed: seed, job: 0)
            if let violation = Simulation.run(seed: seed, options: options).violation {
                print("seed \(seed): \(violation)")
                return
            }
        }
        print("not found in \(limit) seeds")
        throw ExitCode(1)
    }
}
