import Foundation
import StateStore
import Testing
import Work

@Suite struct BaseTests {
    @Test func `A new base is at index 0, however often it is opened`() throws {
        let scratch = try Scratch()
        for _ in 1...3 {
            let (base, state) = try scratch.open()
            #expect(base.index == 0)
            #expect(state.tasks.isEmpty)
        }
    }

    @Test(arguments: 1...8)
    func `A random state comes back from the base with the same hash`(seed: UInt64) throws {
        let scratch = try Scratch()
        var world = World()
        var work = RandomWork(seed: seed)
        let base = try scratch.open().base
        for _ in 1...5 {
            work.apply(60, to: &world)
            try base.write(world.takeBatch())
        }
        let (reopened, state) = try scratch.open()
        #expect(state.scalars == world.state.scalars)
        #expect(state.tasks == world.state.tasks)
        #expect(reopened.index == world.state.scalars.index)
        #expect(reopened.position.term == world.state.scalars.term)
    }

    @Test func `A loaded state goes on as the one in memory does`() throws {
        let scratch = try Scratch()
        var world = World()
        var work = RandomWork(seed: 99)
        work.apply(200, to: &world)
        _ = try scratch.base(with: &world)
        var loaded = try scratch.open().state
        let payload = Stamp(
            clusterTime: UInt64.max / 2, wallTime: Timestamp(milliseconds: 1_770_000_000_000)
        ).payload(
            Request(
                origin: Origin(node: 2, incarnation: 5), number: 9, floor: 9, actor: nil, key: nil,
                command: .createTask(TaskFields(title: "Next"))
            ).encoded())
        let index = loaded.scalars.index + 1
        _ = loaded.apply(index: index, term: 5, payload: payload)
        _ = world.applyElsewhere(index: index, payload: payload)
        #expect(loaded.scalars == world.state.scalars)
    }

    @Test func `What was done under the keys of parts is found, and nothing else`() throws {
        let scratch = try Scratch()
        var world = World()
        world.create("One", "Two", "Three")
        var indexes: [UInt64] = []
        for id in [3, 1, 2] as [UInt64] {
            // Somebody's own keys, which come before it and behind it.
            for key in ["b#0\(id)", "b#\(id)0"] {
                world.apply(.updateTask(TaskID(id), expected: nil, TaskPatch()), key: key)
            }
            world.apply(.deleteTask(TaskID(id), expected: nil), key: "b#\(id)", print: 7)
            indexes.append(world.state.scalars.index)
        }
        for key in ["b", "b$", "c#2"] {
            world.apply(.createTask(TaskFields(title: key)), key: key, print: 7)
        }
        let base = try scratch.base(with: &world)
        let reader = try base.reader()
        func found(
            _ principal: String, print: UInt64 = 7, after: TaskID?, limit: Int
        ) throws -> [KeyRecord] {
            try reader.read {
                try $0.keys(
                    of: principal, from: "b#", print: print, after: after, limit: limit)
            }
        }
        let all = try found("p", after: nil, limit: 9)
        #expect(all.map(\.outcome.task.rawValue) == [1, 2, 3])
        #expect(all.map(\.index) == [indexes[1], indexes[2], indexes[0]])
        #expect(try found("p", after: TaskID(1), limit: 1).map(\.name.text) == ["b#2"])
        #expect(try found("q", after: nil, limit: 9).isEmpty)
        let others = try found("p", print: 8, after: TaskID(3), limit: 9)
        #expect(others.map(\.name.text) == ["b#1", "b#2", "b#3"], "another request's come first")
        world.wait(milliseconds: Int64(Limits.keyWindow))
        world.applyNothing()
        try base.write(world.takeBatch())
        #expect(try found("p", after: nil, limit: 9).count == 3, "nothing moved the clock")
        world.create("Four")
        try base.write(world.takeBatch())
        #expect(try found("p", after: nil, limit: 9).isEmpty)
    }

    @Test func `A key that comes back spelled with other code points replaces the old one`() throws
    {
        let scratch = try Scratch()
        var world = World()
        world.apply(.createTask(TaskFields(title: "One")), key: "caf\u{e9}")
        let base = try scratch.base(with: &world)
        world.wait(milliseconds: 2 * Int64(Limits.keyWindow))
        world.apply(.createTask(TaskFields(title: "Two")), key: "cafe\u{301}")
        try base.write(world.takeBatch())
        #expect(try scratch.open().state.scalars == world.state.scalars)
    }

    @Test func `A batch is written with its index or not at all`() throws {
        let scratch = try Scratch()
        var world = World()
        world.create("First")
        let base = try scratch.base(with: &world)
        let before = try Rows(base.reader())
        try scratch.edit(
            """
            CREATE TRIGGER fault BEFORE UPDATE ON raft_state
            BEGIN SELECT RAISE(ABORT, 'no room'); END
            """)
        world.create("Second", "Third")
        let batch = world.takeBatch()
        #expect(throws: BaseError.self) { try base.write(batch) }
        #expect(try Rows(base.reader()) == before)
        #expect(base.index == before.scalars.index)
        try scratch.edit("DROP TRIGGER fault")
        try base.write(batch)
        #expect(try Rows(base.reader()).tasks.count == 3)
        #expect(try scratch.open().state.scalars == world.state.scalars)
    }

    @Test func `A reader follows the writer`() throws {
        let scratch = try Scratch()
        var world = World()
        let base = try scratch.base(with: &world)
        let reader = try base.reader()
        #expect(try reader.tasks(after: nil, limit: 10, status: nil).isEmpty)
        world.create("Seen")
        try base.write(world.takeBatch())
        let found = try reader.tasks(after: nil, limit: 10, status: nil)
        #expect(found.map(\.fields.title) == ["Seen"])
        #expect(try reader.appliedIndex() == base.index)
    }

    @Test func `A task of a node that never registered is refused by name`() throws {
        let scratch = try Scratch()
        let time = Timestamp(milliseconds: 1_760_000_000_000)
        let task = TaskRecord(
            id: TaskID(1), fields: TaskFields(title: "Whose?"), rank: 1, createdBy: 77,
            author: nil, version: 1, created: time, updated: time, deletedAt: nil, changedIndex: 1)
        var scalars = StateScalars()
        scalars.index = 1
        var batch = RowBatch()
        batch.add(AppliedEntry(changes: [.task(task)], scalars: scalars))
        let base = try scratch.open().base
        let expected = BaseError.unregisteredNode(file: scratch.path, node: 77)
        #expect(throws: expected) { try base.write(batch) }
        #expect(base.index == 0)
    }
}

@Suite struct BaseRefusalTests {
    @Test func `The base of another cluster is refused and left alone`() throws {
        let scratch = try Scratch()
        var world = World()
        _ = try scratch.base(with: &world)
        let error = #expect(throws: BaseError.self) { try scratch.open(cluster: 2) }
        guard case .foreignCluster(_, let what) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(what.contains("feed000000000001"))
        #expect(try scratch.open().state.scalars == world.state.scalars)
    }

    @Test(arguments: [
        "UPDATE tasks SET title = 'Edited' WHERE id = 2",
        "UPDATE tasks SET status = 'elsewhere' WHERE id = 2",
        "UPDATE tasks SET created = 'yesterday' WHERE id = 2",
        "UPDATE tasks SET labels = '[ ]' WHERE id = 2",
        "DELETE FROM tasks WHERE id = 1",
        "UPDATE raft_state SET applied_index = applied_index + 1",
        "DELETE FROM origins",
        "UPDATE idempotency_keys SET expires = expires + 1",
        "DELETE FROM nodes WHERE id = 3",
        "DROP TABLE task_history",
        "DELETE FROM raft_state",
    ])
    func `An edited base is called damaged, with what to do`(sql: String) throws {
        let scratch = try Scratch()
        var world = World()
        world.create("One", "Two")
        world.apply(.createTask(TaskFields(title: "Three")), key: "k")
        _ = try scratch.base(with: &world)
        try scratch.edit(sql)
        let error = #expect(throws: BaseError.self) { try scratch.open() }
        guard case .damaged = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect("\(error as Any)".contains(scratch.path))
    }

    @Test func `A file that is no database is called damaged`() throws {
        let scratch = try Scratch()
        try Data(repeating: 0x41, count: 8192).write(to: URL(fileURLWithPath: scratch.path))
        let error = #expect(throws: BaseError.self) { try scratch.open() }
        guard case .damaged = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `A base of a newer program is refused`() throws {
        let scratch = try Scratch()
        _ = try scratch.open()
        try scratch.edit("UPDATE raft_state SET schema_version = 1000")
        let error = #expect(throws: BaseError.self) { try scratch.open() }
        guard case .newer = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `A base in a directory that is missing is a clear error`() throws {
        let error = #expect(throws: BaseError.self) {
            try Base.open(path: "/nonexistent/state.sqlite", cluster: 1)
        }
        #expect("\(error as Any)".contains("/nonexistent/state.sqlite"))
    }
}
