import Simulator
import Testing

@Suite struct ShrinkerTests {
    @Test(arguments: [Mutation.anyLogElected, .readStale])
    func `A violation is told with less, and still breaks the same rule`(
        _ mutation: Mutation
    ) throws {
        let options = Simulation.Options(mutation: mutation)
        let outcomes = (1...30).lazy.map { Simulation.run(seed: $0, options: options) }
        let outcome = try #require(outcomes.first { $0.violation != nil })
        var runs = 0
        let shrinker = Shrinker.shrink(options, outcome) {
            runs += 1
            return runs > 150
        }
        let smallest = try #require(shrinker)
        #expect(smallest.outcome.faults < outcome.faults)
        #expect(smallest.options.operations < options.operations)
        #expect(smallest.options.seconds < options.seconds)
        let again = Simulation.run(seed: outcome.seed, options: smallest.options)
        #expect(again.violation?.rule == outcome.violation?.rule)
        #expect(again.traceHash == smallest.outcome.traceHash)
    }

    @Test func `What breaks no rule is left alone`() {
        let outcome = Simulation.run(seed: 1, options: .init(seconds: 5, operations: 20))
        #expect(Shrinker.shrink(.init(), outcome) { false } == nil)
    }

    @Test func `A search that has no time takes nothing away`() throws {
        let options = Simulation.Options(mutation: .voteInMemory)
        let outcome = Simulation.run(seed: 1, options: options)
        let shrinker = try #require(Shrinker.shrink(options, outcome) { true })
        #expect(shrinker.options == options)
        #expect(shrinker.outcome.violation == outcome.violation)
    }

    @Test func `A fault that is left out leaves the others as they are`() {
        let all = Self.faults(only: nil)
        let some = Self.faults(only: Array(1...20).filter { $0 != 3 && $0 != 8 })
        #expect(all.count == 20 && some.count == 18)
        #expect(some == all.filter { !$0.contains("fault 3:") && !$0.contains("fault 8:") })
    }

    /// The first twenty faults of a seed, with their times.
    private static func faults(only: [Int]?) -> [String] {
        let options = Simulation.Options(onlyFaults: only, traceLines: 100_000)
        let trace = Simulation.run(seed: 4, options: options).trace
        return trace.filter { line in
            guard let place = line.firstRange(of: " fault ") else { return false }
            let number = line[place.upperBound...].prefix { $0.isNumber }
            return (Int(number) ?? .max) <= 20
        }
    }
}
