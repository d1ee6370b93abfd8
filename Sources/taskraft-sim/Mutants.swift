import ArgumentParser
import Simulator

struct Mutants: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Put in known bugs, one by one, and count the seeds it takes to find each.")

    @Option(help: "Give up on a bug after so many seeds.")
    var limit: UInt64 = 500

    @Option(help: "Only this one.")
    var only: String?

    func run() throws {
        var missed = 0
        for mutation in Mutation.allCases where only == nil || only == mutation.rawValue {
            let padding = String(repeating: " ", count: max(1, 20 - mutation.rawValue.count))
            if let (seed, violation) = find(mutation) {
                print("\(mutation.rawValue)\(padding)seed \(seed): \(violation)")
            } else {
                missed += 1
                print("\(mutation.rawValue)\(padding)not found in \(limit) seeds")
            }
        }
        print("\(missed) bugs not found")
        if missed > 0 { throw ExitCode(1) }
    }

    private func find(_ mutation: Mutation) -> (UInt64, Violation)? {
        for seed in 1...limit {
            let options = Simulation.Options(mutation: mutation)
            if let violation = Simulation.run(seed: seed, options: options).violation {
                return (seed, violation)
            }
        }
        return nil
    }
}
