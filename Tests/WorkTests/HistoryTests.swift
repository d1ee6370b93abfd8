import Testing
import Work

/// The history's rows, which must be the same on every node.
@Suite struct HistoryTests {
    @Test func `Each change leaves one row, with what was before and after`() throws {
        var cluster = Applied()
        var fields = TaskFields(title: "a \"b\" \\ c")
        fields.labels = ["x", "y"]
        let task = try #require(cluster.send(.createTask(fields), actor: "ann").task)
        let created = try #require(cluster.history.first)
        #expect(
            created.changes == #"{"title":{"before":null,"after":"a \"b\" \\ c"},"#
                + #""status":{"before":null,"after":"pending"},"#
                + #""labels":{"before":null,"after":["x","y"]}}"#)
        #expect(created.step == .create && created.actor == "ann" && created.node == 1)
        #expect(created.index == cluster.state.scalars.index && created.term == 1)

        var patch = TaskPatch()
        (patch.status, patch.priority, patch.due) = (.done, 2, CalendarDate(text: "2026-03-01"))
        _ = cluster.send(.updateTask(task.id, expected: nil, patch))
        #expect(
            cluster.history.map(\.changes) == [
                #"{"status":{"before":"pending","after":"done"},"#
                    + #""priority":{"before":null,"after":2},"#
                    + #""due":{"before":null,"after":"2026-03-01"}}"#
            ])

        _ = cluster.send(.deleteTask(task.id, expected: nil))
        let deleted = try #require(cluster.history.first)
        #expect(deleted.step == .delete)
        #expect(deleted.changes.contains(#""priority":{"before":2,"after":null}"#))
        #expect(cluster.store.tasks[task.id]?.deletedAt == cluster.wallTime)
        #expect(cluster.store.history.map(\.step) == [.create, .update, .delete])
    }

    @Test func `JSON strings escape what they must, and no more`() {
        #expect(TaskDifference.quoted("a/b ü 日 👩‍👩‍👧") == "\"a/b ü 日 👩‍👩‍👧\"")
        #expect(TaskDifference.quoted("\"\\\n\r\t\u{1}\u{1f}") == #""\"\\\n\r\t\u0001\u001f""#)
    }

    @Test(arguments: HistoryRecord.Step.allCases) func `Steps have names that lead back`(
        _ step: HistoryRecord.Step
    ) {
        #expect(HistoryRecord.Step(name: step.name) == step)
        #expect(HistoryRecord.Step(name: "none") == nil)
    }
}
