import Testing
import Wire
import Work

/// What a task was, put together from what it is and its history.
@Suite struct PastTaskTests {
    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `Every task is found as it was after every entry`(seed: UInt64) {
        var commands = RandomCommands(seed: seed)
        var cluster = Applied()
        _ = cluster.send(.raiseMachineVersion(3))
        var past: [(index: UInt64, tasks: [TaskID: TaskRecord])] = []
        for _ in 0..<300 {
            cluster.wallTime.milliseconds += 5
            _ = cluster.send(honest(commands.next(), cluster))
            past.append((cluster.state.scalars.index, cluster.state.tasks))
        }
        for (index, tasks) in past {
            for (id, row) in cluster.store.tasks {
                let steps = cluster.store.history.filter { $0.task == id }
                #expect(PastTask(row).task(asOf: index, steps: steps) == tasks[id])
            }
        }
        let kinds = Set(cluster.store.history.map(\.step))
        #expect(kinds == Set(HistoryRecord.Step.allCases), "all kinds of steps were undone")
    }

    /// Whoever restores a task has read what it was.
    private func honest(_ command: Command, _ cluster: Applied) -> Command {
        guard case .restoreTask(let record) = command else { return command }
        let gone = cluster.store.tasks.values.filter { $0.deletedAt != nil }
            .min { $0.id < $1.id }
        guard var task = gone else { return command }
        task.fields = record.fields
        task.rank = record.rank
        return .restoreTask(task)
    }

    @Test func `A step that nobody of us wrote leads nowhere`() throws {
        var cluster = Applied()
        let task = try cluster.created()
        var steps = cluster.history
        steps.append(steps[0])
        steps[1].index += 1
        steps[1].step = .update
        for changes in ["", "{", "{\"title\":1}", "{\"x\":{\"before\":1,\"after\":2}}", "{}x"] {
            steps[1].changes = changes
            #expect(PastTask(task).task(asOf: steps[0].index, steps: steps) == nil)
        }
    }
}
