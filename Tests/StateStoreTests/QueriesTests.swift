import StateStore
import Testing
import Work

/// An engine that answers queries, with what it needs to live for one test.
enum Engine: String, CaseIterable, Sendable {
    case sqlite
    case mysql

    static var available: [Engine] { TestServer.isThere ? allCases : [.sqlite] }
}

/// A world's rows in one engine.
final class StoredWorld {
    let queries: any TaskQueries
    private let scratch: Scratch
    private var database: ScratchDatabase?

    init(_ engine: Engine, _ world: inout World) throws {
        scratch = try Scratch()
        let base = try scratch.base(with: &world)
        switch engine {
        case .sqlite: queries = try base.reader()
        case .mysql:
            let database = try ScratchDatabase()
            let projection = Projection(
                address: database.address, password: nil, source: try base.reader(),
                owner: StoreOwner(cluster: World.cluster, node: 1))
            try projection.settle()
            self.database = database
            queries = MySQLQueries(address: database.address, password: nil)
        }
    }
}

/// What both engines must answer alike.
@Suite struct QueriesTests {
    @Test(arguments: Engine.available)
    func `Tasks come by rising ID, in pages, without the deleted ones`(engine: Engine) throws {
        var world = World()
        world.create(count: 25)
        world.apply(.deleteTask(TaskID(7), expected: nil))
        let stored = try StoredWorld(engine, &world)
        var found: [TaskRecord] = []
        while true {
            let page = try stored.queries.tasks(after: found.last?.id, limit: 10, status: nil)
            found += page
            if page.count < 10 { break }
        }
        #expect(found == world.state.tasks.values.sorted { $0.id < $1.id })
        #expect(found.count == 24)
    }

    @Test(arguments: Engine.available)
    func `Tasks of one status are found across pages`(engine: Engine) throws {
        var world = World()
        world.create(count: 12)
        for id in [2, 5, 9] as [UInt64] {
            var patch = TaskPatch()
            patch.status = .inProgress
            world.apply(.updateTask(TaskID(id), expected: nil, patch))
        }
        let stored = try StoredWorld(engine, &world)
        let first = try stored.queries.tasks(after: nil, limit: 2, status: .inProgress)
        #expect(first.map(\.id.rawValue) == [2, 5])
        let second = try stored.queries.tasks(after: TaskID(5), limit: 2, status: .inProgress)
        #expect(second.map(\.id.rawValue) == [9])
        #expect(try stored.queries.tasks(after: nil, limit: 20, status: .done).isEmpty)
    }

    @Test(arguments: Engine.available)
    func `A deleted task is found by its ID, with its history`(engine: Engine) throws {
        var world = World()
        let id = world.create("Short-lived")[0]
        world.apply(.deleteTask(id, expected: nil), node: 2, actor: "ada")
        let stored = try StoredWorld(engine, &world)
        let task = try #require(try stored.queries.task(id))
        #expect(task.deletedAt == world.state.scalars.wallTime)
        #expect(task.version == 2)
        let history = try stored.queries.history(of: id, after: nil, limit: 10)
        #expect(history.map(\.step) == [.create, .delete])
        #expect(history.map(\.node) == [1, 2])
        #expect(history.map(\.actor) == [nil, "ada"])
        #expect(try stored.queries.task(TaskID(99)) == nil)
        #expect(try stored.queries.history(of: TaskID(99), after: nil, limit: 10).isEmpty)
    }

    @Test(arguments: Engine.available)
    func `A history comes oldest first, in pages`(engine: Engine) throws {
        var world = World()
        let id = world.create("Often changed", "Another")[0]
        for number in 1...11 {
            var patch = TaskPatch()
            patch.description = "Change \(number)"
            world.apply(.updateTask(id, expected: nil, patch))
        }
        let stored = try StoredWorld(engine, &world)
        var steps: [HistoryRecord] = []
        while true {
            let place = steps.last.map { HistoryPlace(index: $0.index, ordinal: $0.ordinal) }
            let page = try stored.queries.history(of: id, after: place, limit: 5)
            steps += page
            if page.count < 5 { break }
        }
        #expect(steps.count == 12)
        #expect(steps.allSatisfy { $0.task == id })
        #expect(steps.map(\.index) == steps.map(\.index).sorted())
        #expect(steps.last?.changes.contains("Change 11") == true)
    }

    @Test(arguments: Engine.available)
    func `Nodes and the applied index are the state's`(engine: Engine) throws {
        var world = World()
        world.applyNothing(configuration: [0, 255, 7])
        let stored = try StoredWorld(engine, &world)
        #expect(try stored.queries.appliedIndex() == world.state.scalars.index)
        #expect(
            try stored.queries.nodes() == world.state.nodes.values.sorted { $0.id < $1.id })
        #expect(try stored.queries.read { try $0.scalars() } == world.state.scalars)
    }

    @Test(arguments: Engine.available)
    func `An empty store answers with nothing`(engine: Engine) throws {
        var world = World()
        let stored = try StoredWorld(engine, &world)
        #expect(try stored.queries.tasks(after: nil, limit: 10, status: nil).isEmpty)
        #expect(try stored.queries.task(TaskID(1)) == nil)
    }
}
