import Simulator
import Testing

@Suite struct SimulationTests {
    @Test func `One seed gives one run`() {
        let first = Simulation.run(seed: 7)
        let second = Simulation.run(seed: 7)
        #expect(first.traceHash == second.traceHash)
        #expect(first.events == second.events && first.events > 10_000)
    }
}
