import Simulator
import Testing

@Suite struct SimulationTests {
    @Test func `One seed gives one run`() {
        let runs = (0..<2).map { _ in Simulation.run(seed: 7) }
        #expect(runs[0].traceHash == runs[1].traceHash)
        #expect(runs[0].events == runs[1].events && runs[0].events > 10_000)
        #expect(runs[0].traceHash != Simulation.run(seed: 8).traceHash)
    }

    @Test func `A trace changes nothing`() {
        let traced = Simulation.run(seed: 9, options: .init(traceLines: 50))
        #expect(traced.traceHash == Simulation.run(seed: 9).traceHash)
        #expect(traced.trace.count == 50)
    }

    @Test(.timeLimit(.minutes(3)))
    func `Five hundred hostile worlds break no rule, and every cluster heals`() async {
        let start = ContinuousClock.now
        let outcomes = await Self.outcomes(of: 1...500)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        print("\(outcomes.count) seeds, \((500 / seconds * 10).rounded() / 10) seeds/s")
        for outcome in outcomes {
            if let violation = outcome.violation {
                Issue.record(
                    "taskraft-sim run --seed \(outcome.seed) --trace replays it: \(violation)")
            }
            #expect(outcome.simulatedSeconds >= 60 && outcome.operations >= 1000)
            #expect(outcome.faults >= 5)
        }
        // Worlds in which nothing happens would prove nothing.
        #expect(outcomes.reduce(0) { $0 + $1.unknown } > 5000)
        #expect(outcomes.reduce(0) { $0 + $1.rejected } > 2000)
        #expect(outcomes.reduce(0) { $0 + $1.terms } > 5000)
        #expect(outcomes.reduce(0) { $0 + $1.changes } > 1500)
        #expect(outcomes.reduce(0) { $0 + $1.punctual } > 500)
        #expect(outcomes.reduce(0) { $0 + $1.undecided } == 0)
    }

    @Test(arguments: FaultFamilies.named)
    func `Each family of faults alone breaks no rule`(
        _ name: String, _ family: FaultFamilies
    ) {
        for seed in UInt64(1000)..<1004 {
            let outcome = Simulation.run(seed: seed, options: .init(families: family))
            let note = "taskraft-sim run --seed \(seed) --faults \(name) --trace replays it"
            #expect(outcome.violation == nil, "\(note)")
        }
    }

    @Test(arguments: [1, 3, 5, 7])
    func `Clusters of every size stay safe`(_ nodes: Int) {
        for seed in UInt64(2000)..<2004 {
            let outcome = Simulation.run(seed: seed, options: .init(nodes: nodes))
            let note = "taskraft-sim run --seed \(seed) --nodes \(nodes) --trace replays it"
            #expect(outcome.nodes == nodes && outcome.violation == nil, "\(note)")
        }
    }

    /// Bugs that show in nearly every run; `make mutants` looks for the rare ones too, and in the core.
    @Test(arguments: [
        Mutation.voteInMemory, .acknowledgedEarly, .lyingSync, .witnessesIgnored, .anyLogElected,
        .refusalCounted, .readUnproven, .readStale, .keyDropped, .renumbered, .acknowledgedMore,
        .replyLost, .silentLoss,
    ])
    func `A bug that is put in is found within thirty runs`(_ mutation: Mutation) {
        let options = Simulation.Options(mutation: mutation)
        #expect((1...30).contains { Simulation.run(seed: $0, options: options).violation != nil })
    }

    private static func outcomes(of seeds: ClosedRange<UInt64>) async -> [Simulation.Outcome] {
        await withTaskGroup(of: Simulation.Outcome.self) { group in
            for seed in seeds { group.addTask { Simulation.run(seed: seed) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }
}
