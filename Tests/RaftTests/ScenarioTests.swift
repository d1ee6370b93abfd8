import Testing

/// The stories of Tests/Scenarios: the figures of the Raft paper, transfers, partitions, pauses.
@Suite struct ScenarioTests {
    /// Timeouts and orders differ from seed to seed, the story does not.
    private static let seeds: ClosedRange<UInt64> = 1...12

    @Test(arguments: try Scenario.all()) func `A story goes as it is written`(_ story: Scenario) {
        for seed in Self.seeds {
            do {
                try ScenarioRun.play(story, seed: seed)
            } catch let failure as ScenarioFailure {
                let place = SourceLocation(
                    fileID: "Scenarios/\(story.name)", filePath: story.path, line: failure.line,
                    column: 1)
                Issue.record(
                    "\(story.name).scenario:\(failure.line), seed \(seed): \(failure)",
                    sourceLocation: place)
                return
            } catch {
                Issue.record("\(story.name), seed \(seed): \(error)")
            }
        }
    }

    @Test func `The stories are found`() throws {
        let names = try Scenario.all().map(\.name)
        #expect(names.contains("figure-7") && names.count > 15)
    }

    @Test(
        arguments: [
            ("nodes 3\nn1 campaigns\nexpect leader n2", 3, "n1 leads"),
            ("nodes 3\n\nn1 dances", 3, "n1 dances"), ("nodes 3\nexpect n9 leads", 2, "no member"),
            ("nodes 3\nn2 proposes x", 2, "refuses"), ("n1 campaigns", 1, "how many nodes"),
            ("nodes 3\ncut n1 n2\n", 2, "n1 n2"), ("nodes 3 # and no more", 1, "nothing"),
            ("nodes 1\nn1 campaigns\nlog n1: 1", 3, "runs already"),
        ])
    func `A story that goes wrong says where`(_ text: String, _ line: Int, _ part: String) {
        let error = #expect(throws: ScenarioFailure.self) {
            try ScenarioRun.play(Scenario(name: "wrong", text: text), seed: 1)
        }
        #expect(error?.line == line)
        #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
    }
}
