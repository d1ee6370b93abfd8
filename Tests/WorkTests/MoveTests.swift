import Testing
import Wire
import Work

/// The order of tasks in their columns.
@Suite struct MoveTests {
    private func cluster(_ tasks: Int) -> Applied {
        var cluster = Applied()
        _ = cluster.send(.raiseMachineVersion(3))
        for number in 0..<tasks { _ = cluster.create("t\(number + 1)") }
        return cluster
    }

    private func order(_ cluster: Applied, _ status: TaskStatus = .pending) -> [UInt64] {
        cluster.state.tasks.values.filter { $0.fields.status == status }
            .sorted { ($0.rank, $0.id) < ($1.rank, $1.id) }.map(\.id.rawValue)
    }

    private func move(
        _ cluster: inout Applied, _ id: UInt64, after: UInt64? = nil, before: UInt64? = nil,
        column: String? = nil
    ) -> Reply? {
        cluster.send(
            .moveTask(
                TaskID(id), expected: nil,
                TaskMove(
                    column: column, after: after.map { TaskID($0) },
                    before: before.map { TaskID($0) })))
    }

    @Test func `A task comes right behind one, right before one, or to the end`() {
        var cluster = cluster(5)
        _ = move(&cluster, 5, after: 1)
        #expect(order(cluster) == [1, 5, 2, 3, 4])
        _ = move(&cluster, 4, before: 1)
        #expect(order(cluster) == [4, 1, 5, 2, 3])
        _ = move(&cluster, 4)
        #expect(order(cluster) == [1, 5, 2, 3, 4])
        _ = move(&cluster, 1, after: 3, before: 4)
        #expect(order(cluster) == [5, 2, 3, 1, 4])
        _ = cluster.create("last")
        #expect(order(cluster) == [5, 2, 3, 1, 4, 6])
    }

    @Test func `Where a task stands already, nothing changes`() {
        var cluster = cluster(3)
        #expect(move(&cluster, 2, after: 1).task?.version == 1)
        #expect(move(&cluster, 2, before: 3).task?.version == 1)
        #expect(move(&cluster, 3).task?.version == 1)
        #expect(move(&cluster, 2, after: 2).task?.version == 2, "itself is no neighbour")
        #expect(cluster.history.first?.step == .move)
    }

    @Test func `Neighbours that are gone or elsewhere are passed over`() {
        var cluster = cluster(4)
        _ = move(&cluster, 4, column: "done")
        _ = cluster.send(.deleteTask(TaskID(3), expected: nil))
        _ = move(&cluster, 1, after: 4)
        #expect(order(cluster) == [2, 1])
        _ = move(&cluster, 1, after: 3, before: 2)
        #expect(order(cluster) == [1, 2])
        #expect(order(cluster, .done) == [4])
    }

    @Test func `A stale move is refused, and so is one to nowhere`() {
        var cluster = cluster(2)
        #expect(
            cluster.send(.moveTask(TaskID(1), expected: 7, TaskMove())).refusal
                == cluster.state.tasks[TaskID(1)].map { .versionMismatch($0) })
        #expect(cluster.send(.moveTask(TaskID(9), expected: nil, TaskMove())).refusal == .notFound(TaskID(9)))
        #expect(move(&cluster, 1, column: "nowhere").isInvalid)
        #expect(
            cluster.send(.moveTask(TaskID(1), expected: nil, TaskMove(board: BoardID(7)))).isInvalid)
    }

    @Test func `Where ranks have no room the neighbours make some, and keep their order`() throws {
        var cluster = cluster(100)
        var expected = (1...100).map { UInt64($0) }
        var renumbered = 0
        // Always between the first two: the room halves each time.
        for round in 0..<300 {
            let id = UInt64(3 + round % 98)
            _ = move(&cluster, id, after: 1)
            expected.removeAll { $0 == id }
            expected.insert(id, at: 1)
            #expect(order(cluster) == expected)
            renumbered += cluster.history.count - 1
            #expect(cluster.history.count <= Limits.tasksRenumbered + 1)
        }
        #expect(renumbered > 0)
        #expect(renumbered < 300 * 4)
        let loaded = try #require(cluster.store.load())
        #expect(loaded.scalars == cluster.state.scalars)
    }

    @Test func `Random moves end as in a list`() {
        var generator = SeededGenerator(seed: 5)
        var cluster = cluster(30)
        var lists: [TaskStatus: [UInt64]] = [
            .pending: (1...30).map { UInt64($0) }, .inProgress: [], .done: [],
        ]
        for _ in 0..<2_000 {
            let id = UInt64.random(in: 1...30, using: &generator)
            let status = TaskStatus.allCases[Int.random(in: 0..<3, using: &generator)]
            let neighbour = lists[status, default: []].filter { $0 != id }
                .randomElement(using: &generator)
            let isBehind = Bool.random(using: &generator)
            _ = move(
                &cluster, id, after: isBehind ? neighbour : nil,
                before: isBehind ? nil : neighbour, column: status.name)
            for key in TaskStatus.allCases { lists[key, default: []].removeAll { $0 == id } }
            let spot = neighbour.flatMap { lists[status]?.firstIndex(of: $0) }
            let place = spot.map { isBehind ? $0 + 1 : $0 } ?? lists[status]?.count ?? 0
            lists[status]?.insert(id, at: place)
            #expect(order(cluster, status) == lists[status])
        }
    }

    @Test func `To another board a task comes to the end, by an edit as by a move`() {
        var cluster = cluster(2)
        _ = cluster.send(.items(.createBoard(.initial)))
        var patch = TaskPatch()
        patch.board = BoardID(2)
        _ = cluster.send(.updateTask(TaskID(2), expected: nil, patch))
        _ = cluster.send(.updateTask(TaskID(1), expected: nil, patch))
        #expect(order(cluster) == [2, 1])
        #expect(cluster.state.tasks.values.allSatisfy { $0.fields.board == BoardID(2) })
    }

    @Test func `A neighbour is found in a column of 100,000 tasks`() throws {
        var cluster = cluster(0)
        for _ in 0..<200 {
            _ = cluster.send(
                .importTasks([TaskFields](repeating: TaskFields(title: "x"), count: 500)))
        }
        let middle = try #require(cluster.state.tasks[TaskID(50_000)])
        let moved = try #require(move(&cluster, 1, after: 50_000).task)
        let next = try #require(cluster.state.tasks[TaskID(50_001)])
        #expect(middle.rank < moved.rank && moved.rank < next.rank)
        #expect(cluster.history.count == 1)
    }
}
