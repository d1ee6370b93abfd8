import StateStore
import Testing
import Wire
import Work

/// The filter language on both engines, held to the rules in memory.
@Suite struct FilterTests {
    private static let now = Timestamp(milliseconds: 1_760_000_100_000)

    private static func boards(_ world: World) -> (BoardID) -> BoardFields? {
        { world.state.items.board($0)?.fields }
    }

    /// All tasks and tombstones of a store.
    private func rows(_ stored: StoredWorld) throws -> [TaskRecord] {
        try stored.queries.read { reader in
            try reader.tasks(after: nil, limit: .max, status: nil)
                + reader.tombstones(after: nil, limit: .max)
        }
    }

    private func ask(
        _ text: String, of stored: StoredWorld, page: Int
    ) throws -> (tasks: [TaskRecord], count: Int) {
        var query = try TaskQuery(parsing: text)
        query.limit = page
        var found: [TaskRecord] = []
        var next: QueryCursor?
        repeat {
            let page = try stored.queries.read {
                try $0.tasks(matching: query, after: next, at: Self.now)
            }
            found += page.tasks
            next = page.next.flatMap { QueryCursor(text: $0.text) }
            #expect(page.tasks.count == query.limit || next == nil)
        } while next != nil
        return (
            found, try stored.queries.read { try $0.count(matching: query, at: Self.now) }
        )
    }

    private static let texts = [
        "", "ada", "-ada", "ad*", "\"ada\"", "\"e 1e3\"", "-\"ss 0\"", "null", "日", "back slash",
        "status:done", "-status:pending,done", "column:review", "column:pending,done",
        "-column:review", "board:2", "-board:1,2", "label:ada", "label:\"ada \"", "label:é,ß",
        "-label:ada", "assignee:Ada", "assignee:\"ada \"", "-assignee:ada", "author:é",
        "-author:ada", "priority:1..3", "p0", "-p4", "due:none", "-due:none", "due:overdue",
        "due<today", "due>=2028-02-29", "due:9999-12-31", "created<1h", "created>=1h",
        "updated>=today", "updated<2025-10-09", "updated:today", "id:1,5,9", "-id:1",
        "is:deleted", "is:unassigned", "-is:unassigned", "is:deleted ada sort:-updated",
        "created<9999d", "due>9999-12-31", "x label:ada status:done", "ada -ss",
    ]

    @Test(arguments: Engine.available, [1, 2] as [UInt64])
    func `Every query answers as the rules say, in every order and in pages`(
        engine: Engine, seed: UInt64
    ) throws {
        var world = World()
        var work = RandomWork(seed: seed)
        world.apply(.raiseMachineVersion(3))
        world.apply(.items(.createBoard(.initial)))
        work.apply(400, to: &world)
        let stored = try StoredWorld(engine, &world)
        let rows = try rows(stored)
        let sorts = TaskQuery.Sort.Key.allCases.flatMap { ["sort:\($0.rawValue)", "sort:-\($0.rawValue)"] }
        for (place, text) in Self.texts.enumerated() {
            let text = text + " " + (text.contains("sort:") ? "" : sorts[place % sorts.count])
            let query = try TaskQuery(parsing: text)
            let expected = rows.filter {
                query.matches($0, at: Self.now, board: Self.boards(world))
            }.sorted { query.precedes($0, $1) }
            let found = try ask(text, of: stored, page: place % 3 == 0 ? 7 : 500)
            #expect(found.tasks == expected, "\(engine) \(text)")
            #expect(found.count == expected.count, "\(engine) \(text)")
        }
        for sort in sorts {
            let query = try TaskQuery(parsing: sort)
            let expected = rows.filter { $0.deletedAt == nil }.sorted { query.precedes($0, $1) }
            #expect(try ask(sort, of: stored, page: 11).tasks == expected, "\(engine) \(sort)")
        }
    }

    @Test(arguments: Engine.available)
    func `A text is found as it is now, and not as it was`(engine: Engine) throws {
        var world = World()
        world.create("first words", "second words")
        var patch = TaskPatch()
        patch.title = "other words"
        patch.labels = ["new"]
        world.apply(.updateTask(TaskID(1), expected: nil, patch))
        let stored = try StoredWorld(engine, &world)
        #expect(try ask("first", of: stored, page: 5).tasks.isEmpty)
        #expect(try ask("other", of: stored, page: 5).tasks.map(\.id) == [TaskID(1)])
        #expect(try ask("words sort:id", of: stored, page: 1).tasks.map(\.id.rawValue) == [1, 2])
        #expect(
            try stored.queries.read { try $0.labels() } == [LabelCount(label: "new", count: 1)])
    }

    /// More of them than one statement reads texts of, and few that fit.
    @Test(arguments: Engine.available)
    func `A phrase is found among many that have its words`(engine: Engine) throws {
        var world = World()
        for number in 1...1_200 {
            world.create(number % 400 == 7 ? "common ground \(number)" : "ground common \(number)")
        }
        let stored = try StoredWorld(engine, &world)
        for page in [1, 2, 50] {
            let found = try ask("\"common ground\" sort:-id", of: stored, page: page)
            #expect(found.tasks.map(\.id.rawValue) == [807, 407, 7])
            #expect(found.count == 3)
        }
        let others = try ask("common -\"common ground\" sort:id", of: stored, page: 700)
        #expect(others.count == 1_197)
        #expect(others.tasks.map(\.id) == others.tasks.map(\.id).sorted())
        #expect(Set(others.tasks.map(\.id)).count == 1_197)
    }

    @Test(arguments: Engine.available)
    func `Labels come in pages, by their bytes`(engine: Engine) throws {
        var world = World()
        world.create("one", "two")
        let labels = ["b", "B", "a ", "a", "é", "日本"]
        for id in [1, 2] as [UInt64] {
            var patch = TaskPatch()
            patch.labels = id == 1 ? labels : ["a"]
            world.apply(.updateTask(TaskID(id), expected: nil, patch))
        }
        let stored = try StoredWorld(engine, &world)
        var found: [LabelCount] = []
        while true {
            let page = try stored.queries.read {
                try $0.labels(after: found.last?.label, limit: 4)
            }
            found += page
            if page.count < 4 { break }
        }
        #expect(found.map(\.label) == ["B", "a", "a ", "b", "é", "日本"])
        #expect(found.map(\.count) == [1, 2, 1, 1, 1, 1])
    }

    @Test(arguments: Engine.available)
    func `Days are those of the zone that is asked for`(engine: Engine) throws {
        var world = World()
        var work = RandomWork(seed: 3)
        world.apply(.raiseMachineVersion(3))
        work.apply(200, to: &world)
        let stored = try StoredWorld(engine, &world)
        let rows = try rows(stored)
        let texts = ["due:today", "due<today", "due>tomorrow", "created:today", "updated<today"]
        for zone in ["Z", "+14:00", "-12:00"].compactMap({ ZoneOffset(text: $0) }) {
            for text in texts {
                var query = try TaskQuery(parsing: text + " sort:id")
                query.limit = 500
                query.zone = zone
                let expected = rows.filter {
                    query.matches($0, at: Self.now, board: Self.boards(world))
                }.sorted { query.precedes($0, $1) }
                let found = try stored.queries.read {
                    try $0.tasks(matching: query, after: nil, at: Self.now)
                }
                #expect(found.tasks == expected, "\(engine) \(text) \(zone.minutes)")
            }
        }
    }

    @Test(arguments: Engine.available)
    func `Words change with the texts, batch by batch`(engine: Engine) throws {
        let scratch = try Scratch()
        var world = World()
        world.create("one two", "two three")
        let base = try scratch.base(with: &world)
        func found(_ text: String) throws -> [UInt64] {
            let query = try TaskQuery(parsing: text + " sort:id")
            return try base.reader().read {
                try $0.tasks(matching: query, after: nil, at: Self.now)
            }.tasks.map(\.id.rawValue)
        }
        for (title, three) in [("two four", []), ("three three", [2]), ("three", [2])] as [(String, [UInt64])] {
            var patch = TaskPatch()
            patch.title = title
            world.apply(.updateTask(TaskID(2), expected: nil, patch))
            world.create("five")
            try base.write(world.takeBatch())
            #expect(try found("three") == three)
            #expect(try found("two").contains(1))
        }
        #expect(try found("five").count == 3)
    }

    @Test(arguments: Engine.available)
    func `Comments come oldest first, without the deleted ones`(engine: Engine) throws {
        var world = World()
        world.apply(.raiseMachineVersion(3))
        world.create("one", "two")
        for number in 1...5 { world.apply(.items(.addComment(TaskID(1), text: "c\(number)"))) }
        world.apply(.items(.addComment(TaskID(2), text: "other")))
        world.apply(.items(.deleteComment(CommentID(3), expected: nil)))
        let stored = try StoredWorld(engine, &world)
        let all = try stored.queries.read { try $0.comments(of: TaskID(1), after: nil, limit: 9) }
        #expect(all.map(\.text) == ["c1", "c2", "c4", "c5"])
        let rest = try stored.queries.read {
            try $0.comments(of: TaskID(1), after: CommentID(2), limit: 1)
        }
        #expect(rest.map(\.id) == [CommentID(4)])
        #expect(try stored.queries.read { try $0.boards() } == [.first])
    }

    @Test(arguments: Engine.available)
    func `A board is shown as it was`(engine: Engine) throws {
        var world = World()
        var past: [(index: UInt64, tasks: [TaskID: TaskRecord])] = []
        var work = RandomWork(seed: 4)
        for _ in 0..<12 {
            work.apply(20, to: &world)
            past.append((world.state.scalars.index, world.state.tasks))
        }
        let stored = try StoredWorld(engine, &world)
        for (index, tasks) in past {
            for board in [BoardID(1), BoardID(2)] {
                let expected = tasks.values.filter { $0.fields.board == board }.sorted { $0.id < $1.id }
                var found: [TaskRecord] = []
                var next: TaskID?
                repeat {
                    let page = try stored.queries.read {
                        try $0.tasks(on: board, asOf: index, after: next, limit: 7)
                    }
                    found += page.tasks
                    next = page.next
                } while next != nil
                #expect(found == expected, "\(engine) as of \(index)")
            }
            for id in [TaskID(1), TaskID(9)] {
                let was = try stored.queries.read { try $0.task(id, asOf: index) }
                #expect(was == tasks[id])
            }
        }
    }

    @Test(arguments: Engine.available)
    func `What was streamed is found again, in order, each with its task as it was`(
        engine: Engine
    ) throws {
        var world = World()
        var work = RandomWork(seed: 6)
        var past: [UInt64: [TaskID: TaskRecord]] = [:]
        for _ in 0..<150 {
            work.apply(1, to: &world)
            past[world.state.scalars.index] = world.state.tasks
        }
        let stored = try StoredWorld(engine, &world)
        let end = HistoryPlace(index: world.state.scalars.index, ordinal: .max)
        var events: [PastEvent] = []
        var place = HistoryPlace(index: 0, ordinal: 0)
        while true {
            let page = try stored.queries.read {
                try $0.events(after: place, through: end, limit: 10)
            }
            guard let last = page.last else { break }
            #expect(place < page[0].place)
            events += page
            place = last.place
        }
        let steps = try stored.queries.read { try $0.history(from: .start, limit: .max) }
        let streamed = events.compactMap { if case .task(let step, _) = $0 { step } else { nil } }
        #expect(streamed == steps)
        for case .task(let step, let task) in events {
            guard let was = past[step.index]?[step.task] else { continue }
            #expect(task == was, "\(step)")
        }
        let boards = world.state.items.boards.filter { $0.life.changedIndex > 0 }.count
        let items = events.filter { if case .item = $0 { true } else { false } }
        #expect(items.count >= boards)
    }
}
