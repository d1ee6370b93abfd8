import StateStore
import Testing
import Work

/// A base and the database that follows it.
struct Followed {
    let scratch: Scratch
    let base: Base
    let database: ScratchDatabase
    var world: World

    init(_ world: World = World(), touchedBytes: Int = 1 << 20) throws {
        self.world = world
        scratch = try Scratch()
        base = try scratch.open(touchedBytes: touchedBytes).base
        try base.write(self.world.takeBatch())
        database = try ScratchDatabase()
    }

    /// As after a restart of the node.
    func projection(
        node: UInt64 = 1, cluster: UInt64 = World.cluster,
        limits: ProjectionLimits = ProjectionLimits()
    ) throws -> Projection {
        Projection(
            address: database.address, password: nil, source: try base.reader(),
            owner: StoreOwner(cluster: cluster, node: node), limits: limits)
    }

    mutating func write(_ change: (inout World) -> Void) throws {
        change(&world)
        try base.write(world.takeBatch())
    }

    var queries: MySQLQueries { MySQLQueries(address: database.address, password: nil) }

    /// Fails unless both hold the same rows.
    func expectEqual(_ location: SourceLocation = #_sourceLocation) throws {
        let (copy, original) = (try Rows(queries), try Rows(base.reader()))
        #expect(copy.scalars == original.scalars, sourceLocation: location)
        #expect(copy.nodes == original.nodes, sourceLocation: location)
        #expect(copy.tasks == original.tasks, sourceLocation: location)
        #expect(copy.history == original.history, sourceLocation: location)
        #expect(copy.queues == original.queues, sourceLocation: location)
        #expect(copy.jobs == original.jobs, sourceLocation: location)
        #expect(copy.hashes == original.hashes, sourceLocation: location)
    }
}

extension Projection {
    /// Steps until the database holds a whole state; says which states there were on the way.
    @discardableResult
    func settle(_ location: SourceLocation = #_sourceLocation) throws -> [ProjectionStatus.State] {
        var states: [ProjectionStatus.State] = []
        repeat {
            states.append(step().state)
            try #require(status.state != .down, "\(status)", sourceLocation: location)
            try #require(states.count < 10_000, "It never settles.", sourceLocation: location)
        } while status.state != .ok
        return states
    }
}

extension ProjectionLimits {
    /// Small enough that little data takes many steps.
    static var small: ProjectionLimits {
        var limits = ProjectionLimits()
        (limits.rows, limits.page, limits.removals) = (40, 16, 25)
        return limits
    }
}

@Suite(.enabled(if: TestServer.isThere)) struct ProjectionTests {
    @Test(arguments: 1...4)
    func `A random state is the same in both databases, row for row`(seed: UInt64) throws {
        var followed = try Followed()
        var work = RandomWork(seed: seed)
        let projection = try followed.projection()
        for _ in 1...4 {
            try followed.write { work.apply(80, to: &$0) }
            try projection.settle()
            try followed.expectEqual()
        }
        #expect(projection.status.index == followed.base.index)
        #expect(projection.verify().state == .ok)
    }

    @Test func `A database that was away catches up, and shows no half state`() throws {
        var followed = try Followed()
        let projection = try followed.projection(limits: .small)
        try followed.write { $0.create(count: 5) }
        try projection.settle()
        projection.close()
        var work = RandomWork(seed: 5)
        for _ in 1...5 { try followed.write { work.apply(100, to: &$0) } }
        #expect(projection.step().state == .catchingUp)
        #expect(try followed.queries.appliedIndex() == 0)
        try followed.write { work.apply(50, to: &$0) }
        let states = try projection.settle()
        #expect(Set(states) == [.catchingUp, .ok])
        try followed.expectEqual()
    }

    @Test func `A copy that was interrupted goes on where it was`() throws {
        var followed = try Followed()
        try followed.write { $0.create(count: 300) }
        let first = try followed.projection(limits: .small)
        for _ in 1...5 { first.step() }
        let copied = first.status.index
        #expect(first.status.state == .rebuilding)
        let second = try followed.projection(limits: .small)
        #expect(second.step().index >= copied)
        try second.settle()
        try followed.expectEqual()
    }

    @Test func `Entries without rows move the index on`() throws {
        var followed = try Followed()
        let projection = try followed.projection()
        try projection.settle()
        try followed.write { $0.applyNothing() }
        #expect(projection.step() == ProjectionStatus(state: .ok, index: followed.base.index))
        #expect(projection.step() == ProjectionStatus(state: .ok, index: followed.base.index))
        try followed.expectEqual()
    }

    @Test func `The rows and the index become visible together`() throws {
        var followed = try Followed()
        let projection = try followed.projection()
        try followed.write { $0.create("One") }
        try projection.settle()
        let index = followed.base.index
        try followed.queries.read { reader in
            #expect(try reader.appliedIndex() == index)
            try followed.write { $0.create("Two") }
            try projection.settle()
            #expect(try reader.appliedIndex() == index)
            #expect(try reader.tasks(after: nil, limit: 10, status: nil).count == 1)
        }
        #expect(try followed.queries.tasks(after: nil, limit: 10, status: nil).count == 2)
    }

    @Test func `The longest texts fit`() throws {
        var followed = try Followed()
        try followed.write { world in
            for text in ["\\\"", "\u{10ffff}", "\r\n"] {
                var fields = TaskFields(title: String(repeating: "\u{10ffff}", count: 255))
                let count = Limits.descriptionBytes / text.utf8.count
                fields.description = String(repeating: text, count: count)
                fields.labels = (0..<Limits.labels).map { _ in
                    String(repeating: "\"", count: Limits.labelCharacters)
                }
                world.apply(.createTask(fields))
                var patch = TaskPatch()
                patch.description = String(repeating: "\\", count: Limits.descriptionBytes)
                world.apply(
                    .updateTask(TaskID(world.state.scalars.nextTask - 1), expected: nil, patch))
            }
        }
        try followed.projection().settle()
        #expect(followed.world.state.tasks.count == 3)
        try followed.expectEqual()
    }

    @Test func `Times are stored in UTC, as a person reads them`() throws {
        var followed = try Followed()
        try followed.write { $0.create("When?") }
        try followed.projection().settle()
        let created = followed.world.state.tasks[TaskID(1)]?.created
        #expect(try followed.database.ask("SELECT created FROM tasks") == [created?.sql])
        #expect(
            try followed.database.ask(
                """
                SELECT command FROM task_history JOIN tasks ON task_id = tasks.id
                JOIN nodes ON created_by = nodes.id WHERE nodes.name = 'n1'
                """) == ["create"])
    }
}
