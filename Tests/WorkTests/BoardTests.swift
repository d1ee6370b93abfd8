import Testing
import Work

/// Boards, their columns, and what becomes of the tasks in them.
@Suite struct BoardTests {
    private func cluster() -> Applied {
        var cluster = Applied()
        _ = cluster.send(.raiseMachineVersion(3))
        return cluster
    }

    private func fields(_ columns: [(String, TaskStatus)], onDone: String? = nil) -> BoardFields {
        BoardFields(
            name: "House",
            columns: columns.map { Column(key: $0.0, name: $0.0, status: $0.1) },
            onDone: onDone.flatMap { QueueName($0) })
    }

    private let usual: [(String, TaskStatus)] = [
        ("todo", .pending), ("review", .inProgress), ("doing", .inProgress), ("done", .done),
    ]

    private func task(_ title: String, on board: BoardID, column: String? = nil) -> Command {
        var fields = TaskFields(title: title)
        fields.board = board
        fields.column = column
        return .createTask(fields)
    }

    @Test func `Before machine version 4, board 1 is there from the start and takes up nothing`() {
        let cluster = cluster()
        #expect(cluster.state.items.board(.first) == .first)
        #expect(cluster.state.items.boards.map(\.id) == [.first])
        #expect(cluster.store.items.isEmpty)
    }

    @Test func `Machine version 4 stores board 1, unless somebody has changed it`() {
        var fresh = cluster()
        _ = fresh.send(.raiseMachineVersion(4))
        let stored = fresh.state.items.board(.first)
        #expect(stored?.fields == BoardRecord.first.fields)
        #expect(stored?.life.changedIndex == fresh.state.scalars.index)
        #expect(fresh.store.items[.board(.first)] == stored.map { .board($0) })

        var changed = cluster()
        let name = BoardFields(name: "Ours", columns: BoardFields.initial.columns)
        _ = changed.send(.items(.updateBoard(.first, expected: nil, name, moveTo: nil)))
        let before = changed.state.items.board(.first)
        _ = changed.send(.raiseMachineVersion(4))
        #expect(changed.state.items.board(.first) == before)
        #expect(before?.fields.name == "Ours")
    }

    @Test func `A board gets a number, and its first column of each status is that one's home`() {
        var cluster = cluster()
        let board = cluster.send(.items(.createBoard(fields(usual)))).board
        #expect(board?.id == BoardID(2))
        #expect(board?.fields.columns.map(\.isHome) == [true, true, false, true])
        #expect(cluster.store.items[.board(BoardID(2))] == board.map { .board($0) })
        #expect(cluster.send(.items(.createBoard(fields(usual)))).board?.id == BoardID(3))
    }

    @Test func `A column says the status, and a status without a column is refused`() {
        var cluster = cluster()
        _ = cluster.send(.items(.createBoard(fields([("a", .pending), ("b", .inProgress), ("c", .inProgress)]))))
        let named = cluster.send(task("x", on: BoardID(2), column: "c")).task
        #expect(named?.fields.status == .inProgress)
        #expect(named?.fields.column == "c")
        let home = cluster.send(task("y", on: BoardID(2), column: "b")).task
        #expect(home?.fields.status == .inProgress)
        #expect(home?.fields.column == nil)
        var done = TaskPatch()
        done.status = .done
        #expect(cluster.send(.updateTask(TaskID(1), expected: nil, done)).isInvalid)
        #expect(cluster.send(task("z", on: BoardID(2), column: "d")).isInvalid)
        #expect(cluster.send(task("z", on: BoardID(9))).isInvalid)
    }

    @Test func `Another status takes a task out of its column, and the same one does not`() throws {
        var cluster = cluster()
        _ = cluster.send(.items(.createBoard(fields(usual))))
        _ = cluster.send(task("x", on: BoardID(2), column: "doing"))
        var patch = TaskPatch()
        patch.status = .inProgress
        patch.title = "y"
        #expect(cluster.send(.updateTask(TaskID(1), expected: nil, patch)).task?.fields.column == "doing")
        patch.status = .pending
        let moved = try #require(cluster.send(.updateTask(TaskID(1), expected: nil, patch)).task)
        #expect(moved.fields.column == nil)
        #expect(moved.fields.status == .pending)
    }

    @Test func `A home stays the home where it is moved to, and tasks stay in it`() {
        var cluster = cluster()
        _ = cluster.create("before")
        var columns = BoardFields.initial.columns
        columns.insert(Column(key: "backlog", name: "Backlog", status: .pending), at: 0)
        let edit = BoardFields(name: "Tasks", columns: columns)
        let board = cluster.send(.items(.updateBoard(.first, expected: 1, edit, moveTo: nil))).board
        #expect(board?.fields.columns.map(\.isHome) == [false, true, true, true])
        #expect(board?.life.version == 2)
        let task = cluster.state.tasks[TaskID(1)]
        #expect(task.flatMap { board?.fields.column(of: $0.fields)?.key } == "pending")
        #expect(cluster.send(.items(.updateBoard(.first, expected: 1, edit, moveTo: nil))).refusal != nil)
    }

    @Test func `A column with tasks goes only with a place for them`() throws {
        var cluster = cluster()
        _ = cluster.send(.items(.createBoard(fields(usual))))
        for number in 1...3 { _ = cluster.send(task("t\(number)", on: BoardID(2), column: "doing")) }
        let fewer = fields(usual.filter { $0.0 != "doing" })
        #expect(
            cluster.send(.items(.updateBoard(BoardID(2), expected: nil, fewer, moveTo: nil))).refusal
                == .conflict(.columnHoldsTasks("doing", count: 3)))
        #expect(
            cluster.send(.items(.updateBoard(BoardID(2), expected: nil, fewer, moveTo: "doing"))).refusal
                == .conflict(.columnHoldsTasks("doing", count: 3)))
        _ = cluster.send(.items(.updateBoard(BoardID(2), expected: nil, fewer, moveTo: "done")))
        #expect(cluster.history.map(\.step) == [.move, .move, .move])
        #expect(cluster.history.map(\.ordinal) == [0, 1, 2])
        for id in 1...3 as ClosedRange<UInt64> {
            let task = try #require(cluster.state.tasks[TaskID(id)])
            #expect(task.fields.status == .done)
            #expect(task.fields.column == nil)
            #expect(task.version == 2)
        }
    }

    @Test func `A full column cannot go with one entry`() {
        var cluster = cluster()
        _ = cluster.send(.items(.createBoard(fields(usual))))
        let count = Limits.tasksMovedWithColumns + 1
        for number in 0..<count { _ = cluster.send(task("\(number)", on: BoardID(2), column: "doing")) }
        let fewer = fields(usual.filter { $0.0 != "doing" })
        let edit = Command.items(.updateBoard(BoardID(2), expected: nil, fewer, moveTo: "done"))
        #expect(cluster.send(edit).refusal == .conflict(.columnHoldsTasks("doing", count: count)))
        _ = cluster.send(.deleteTask(TaskID(1), expected: nil))
        #expect(cluster.send(edit).board != nil)
        #expect(cluster.history.count == count - 1)
    }

    @Test func `Only a board without tasks is deleted, and never the first`() {
        var cluster = cluster()
        _ = cluster.send(.items(.createBoard(fields(usual))))
        _ = cluster.send(task("x", on: BoardID(2)))
        let delete = Command.items(.deleteBoard(BoardID(2), expected: nil))
        #expect(cluster.send(delete).refusal == .conflict(.boardHoldsTasks(count: 1)))
        _ = cluster.send(.deleteTask(TaskID(1), expected: nil))
        #expect(cluster.send(delete) == .itemDeleted(.board(BoardID(2))))
        #expect(cluster.send(delete).refusal == .itemNotFound(.board(BoardID(2))))
        #expect(
            cluster.send(.items(.deleteBoard(.first, expected: nil))).refusal
                == .conflict(.firstBoard))
        #expect(cluster.send(.items(.createBoard(fields(usual)))).board?.id == BoardID(3))
    }

    @Test(arguments: [
        BoardFields(name: "", columns: BoardFields.initial.columns),
        BoardFields(name: "x", columns: []),
        BoardFields(name: "x", columns: [Column(key: "A", name: "A", status: .done)]),
        BoardFields(name: "x", columns: [Column(key: "", name: "A", status: .done)]),
        BoardFields(name: "x", columns: [Column(key: "a", name: "", status: .done)]),
        BoardFields(
            name: "x",
            columns: [Column](repeating: Column(key: "a", name: "a", status: .done), count: 2)),
        BoardFields(
            name: "x",
            columns: (0...Limits.columns).map { Column(key: "c\($0)", name: "c", status: .done) }),
    ])
    func `A board that cannot be shown is refused`(fields: BoardFields) {
        var cluster = cluster()
        let reply = cluster.send(.items(.createBoard(fields)))
        // Too many columns are not even read.
        #expect(reply == nil || reply.isInvalid)
        #expect(cluster.state.items.boards.count == 1)
    }

    @Test func `A task that becomes done puts a job in the same entry`() throws {
        var cluster = cluster()
        _ = cluster.send(.items(.createBoard(fields(usual, onDone: "mail"))))
        _ = cluster.send(task("say \"hi\"", on: BoardID(2)))
        _ = cluster.send(.moveTask(TaskID(1), expected: nil, TaskMove(column: "done")))
        let queue = try #require(QueueName("mail"))
        let jobs = cluster.state.jobs.jobs(in: queue, .ready, after: nil, limit: 9)
        #expect(
            jobs.map { String(decoding: $0.body, as: UTF8.self) } == [
                #"{"task":1,"title":"say \"hi\"","board":2}"#
            ])
        #expect(cluster.last?.woken == [queue])
        // Nothing more while it stays done.
        _ = cluster.send(.moveTask(TaskID(1), expected: nil, TaskMove(column: "done")))
        var patch = TaskPatch()
        patch.title = "x"
        _ = cluster.send(.updateTask(TaskID(1), expected: nil, patch))
        #expect(cluster.state.jobs.count == 1)
    }

    @Test func `A task whose job is refused stays as it was`() throws {
        var cluster = cluster()
        _ = cluster.send(.items(.createBoard(fields(usual, onDone: "mail"))))
        let queue = try #require(QueueName("mail"))
        _ = cluster.send(.jobs(.configure(queue, QueueSettings(length: 0))))
        _ = cluster.send(task("x", on: BoardID(2)))
        let before = cluster.state.tasks
        let reply = cluster.send(.moveTask(TaskID(1), expected: nil, TaskMove(column: "done")))
        #expect(reply.refusal == .jobs(.queueFull(queue)))
        #expect(cluster.state.tasks == before)
        #expect(cluster.history.isEmpty)
    }
}

extension Reply? {
    var board: BoardRecord? {
        if case .item(.board(let board)) = self { return board }
        return nil
    }

    var comment: CommentRecord? {
        if case .item(.comment(let comment)) = self { return comment }
        return nil
    }

    var view: ViewRecord? {
        if case .item(.view(let view)) = self { return view }
        return nil
    }

    var user: UserRecord? {
        if case .item(.user(let user)) = self { return user }
        return nil
    }

    var token: TokenRecord? {
        if case .item(.token(let token)) = self { return token }
        return nil
    }
}
