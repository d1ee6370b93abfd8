import Testing
import Wire
import Work

/// Tasks whose number the client chose.
@Suite struct NumberedTaskTests {
    private let fields = TaskFields(title: "x")

    private func cluster() -> Applied {
        var cluster = Applied()
        _ = cluster.send(.raiseMachineVersion(4))
        return cluster
    }

    @Test func `A task gets the number that was asked for, and the next one goes on from there`() {
        var cluster = cluster()
        let task = cluster.send(.createNumbered(TaskID(40), fields), actor: "ann").task
        #expect(task?.id == TaskID(40))
        #expect(task?.version == 1 && task?.author == "ann")
        #expect(cluster.state.scalars.nextTask == 41)
        #expect(cluster.create()?.id == TaskID(41))
        #expect(cluster.send(.createNumbered(TaskID(42), fields)).task?.id == TaskID(42))
        #expect(cluster.history.map(\.step) == [.create])
        #expect(cluster.store.load()?.scalars == cluster.state.scalars)
    }

    @Test func `A number that is taken, was taken or was passed over is refused`() throws {
        var cluster = cluster()
        let first = try cluster.created()
        _ = cluster.send(.createNumbered(TaskID(5), fields))
        _ = cluster.send(.deleteTask(TaskID(5), expected: nil))
        let taken = cluster.send(.createNumbered(first.id, fields)).refusal
        #expect(taken == .numberTaken(first.id, first))
        for id in [TaskID(5), TaskID(3), TaskID(0)] {
            let refusal = cluster.send(.createNumbered(id, fields)).refusal
            #expect(refusal == .numberTaken(id, nil))
        }
        #expect(cluster.state.scalars.nextTask == 6, "a refusal takes no number")
    }

    @Test func `Nobody uses up the numbers at once`() {
        var cluster = cluster()
        let highest = TaskID(1 + Limits.taskNumbersAhead)
        let above = TaskID(highest.rawValue + 1)
        for id in [above, TaskID(UInt64(Int64.max)), TaskID(.max)] {
            let refusal = cluster.send(.createNumbered(id, fields)).refusal
            #expect(refusal == .numberTooHigh(id, highest: highest))
        }
        #expect(cluster.send(.createNumbered(highest, fields)).task?.id == highest)
        #expect(cluster.create()?.id == above)
    }

    @Test func `Chosen numbers end where ranks have room`() {
        var scalars = StateScalars()
        scalars.nextTask = Limits.taskNumberMax - 5
        #expect(scalars.highestTask == Limits.taskNumberMax)
        scalars.nextTask = Limits.taskNumberMax + 5
        #expect(scalars.highestTask == Limits.taskNumberMax)
        #expect(Int64(Limits.taskNumberMax) << 20 <= 1 << 60)
    }

    @Test func `What cannot be stored takes no number`() {
        var cluster = cluster()
        let bad = Command.createNumbered(TaskID(9), TaskFields(title: ""))
        #expect(cluster.send(bad).isInvalid)
        let stranger = Origin(node: 9, incarnation: 1)
        let good = Command.createNumbered(TaskID(9), fields)
        #expect(cluster.send(good, from: stranger).isInvalid)
        #expect(cluster.state.scalars.nextTask == 1)
        #expect(cluster.send(good).task?.id == TaskID(9))
    }

    @Test func `A key does it once, and a refused request may be tried again`() {
        var cluster = cluster()
        let create = Command.createNumbered(TaskID(9), fields)
        #expect(cluster.send(create, key: "k").task?.id == TaskID(9))
        guard case .replayed(let outcome, let task, _) = cluster.send(create, key: "k") else {
            Issue.record("it was done before")
            return
        }
        #expect(outcome == KeyOutcome(kind: .created, task: TaskID(9), version: 1))
        #expect(task?.id == TaskID(9))
        #expect(cluster.send(create, key: "other").refusal != nil)
        #expect(cluster.send(create, key: "other").refusal != nil)
    }

    @Test func `New tasks stand behind the others, however far apart their numbers are`() throws {
        var cluster = cluster()
        _ = cluster.send(.createNumbered(TaskID(500_000), fields))
        let second = try cluster.created()
        var up = TaskMove()
        up.before = TaskID(500_000)
        _ = cluster.send(.moveTask(second.id, expected: nil, up))
        _ = cluster.send(.createNumbered(TaskID(900_000), fields))
        let order = cluster.state.tasks.values.sorted { ($0.rank, $0.id) < ($1.rank, $1.id) }
        #expect(order.map(\.id.rawValue) == [500_001, 500_000, 900_000])
    }

    @Test func `A number that was passed over is nobody's`() {
        var cluster = cluster()
        _ = cluster.send(.createNumbered(TaskID(5), fields))
        let update = Command.updateTask(TaskID(3), expected: nil, TaskPatch())
        #expect(cluster.send(update).refusal == .notFound(TaskID(3)))
    }

    @Test func `Before machine version 4 it is skipped, as old programs do`() {
        var cluster = Applied()
        _ = cluster.send(.raiseMachineVersion(3))
        #expect(cluster.send(.createNumbered(TaskID(9), fields)) == nil)
        #expect(cluster.create()?.id == TaskID(1))
    }

    @Test func `It comes back from its bytes, with its place`() throws {
        var placed = fields
        placed.board = BoardID(3)
        placed.column = "later"
        for command in [
            Command.createNumbered(TaskID(.max), placed), .createNumbered(TaskID(1), fields),
        ] {
            var writer = ByteWriter()
            command.encode(into: &writer)
            var reader = ByteReader(writer.bytes)
            #expect(try Command(from: &reader) == command)
            #expect(reader.remaining == 0)
        }
    }

    @Test func `A patch of all fields makes a task what the fields are`() throws {
        var cluster = cluster()
        var rich = TaskFields(title: "rich")
        rich.description = "long"
        rich.status = .done
        rich.priority = 2
        rich.due = CalendarDate(text: "2028-02-29")
        rich.assignee = "ann"
        rich.labels = ["a"]
        let task = try #require(cluster.send(.createTask(rich)).task)
        let plain = cluster.send(.updateTask(task.id, expected: 1, TaskPatch(all: fields))).task
        #expect(plain?.fields == fields)
        #expect(plain?.version == 2)
        let again = cluster.send(.updateTask(task.id, expected: 2, TaskPatch(all: rich))).task
        #expect(again?.fields == rich)
    }
}
