import Work

extension Samples {
    /// What machine version 3 added, after the entry that allows it.
    static let itemCommands: [(name: String, command: Command, isKeyed: Bool)] =
        [("raiseMachineVersion to that of boards", .raiseMachineVersion(3), false)]
        + boards + places + notes + people

    private static func columns(_ third: String) -> [Column] {
        [
            Column(key: "pending", name: "To do", status: .pending),
            Column(key: "review", name: "Review it", status: .inProgress),
            Column(key: third, name: "Done", status: .done),
        ]
    }

    private static let boards: [(String, Command, Bool)] = [
        (
            "createBoard",
            .items(
                .createBoard(
                    BoardFields(name: "House", columns: columns("done"), onDone: QueueName("mail")))),
            true
        ),
        (
            "updateBoard",
            .items(
                .updateBoard(
                    BoardID(2), expected: 1, BoardFields(name: "Home", columns: columns("ready")),
                    moveTo: "ready")), false
        ),
        ("createBoard again", .items(.createBoard(.initial)), false),
        ("deleteBoard", .items(.deleteBoard(BoardID(3), expected: nil)), true),
    ]

    private static let placed: TaskFields = {
        var fields = Samples.fields
        fields.board = BoardID(2)
        fields.column = "review"
        return fields
    }()

    private static let placing: TaskPatch = {
        var patch = TaskPatch()
        patch.board = BoardID(2)
        patch.column = .some("pending")
        return patch
    }()

    private static let returning: TaskPatch = {
        var patch = TaskPatch()
        patch.board = .first
        patch.column = .some(nil)
        return patch
    }()

    private static let restored: TaskRecord = {
        var fields = placed
        fields.labels = []
        return TaskRecord(
            id: TaskID(2), fields: fields, rank: -5, createdBy: 1, author: "bob", version: 2,
            created: Timestamp(milliseconds: 1_790_000_000_200),
            updated: Timestamp(milliseconds: 1_790_000_000_300),
            deletedAt: Timestamp(milliseconds: 1_790_000_000_300), changedIndex: 7)
    }()

    private static let places: [(String, Command, Bool)] = [
        ("createTask on a board", .createTask(placed), true),
        ("updateTask to another place", .updateTask(TaskID(1), expected: nil, placing), false),
        ("updateTask back", .updateTask(TaskID(1), expected: nil, returning), true),
        (
            "moveTask",
            .moveTask(
                TaskID(1), expected: nil,
                TaskMove(board: BoardID(2), column: "review", after: TaskID(3), before: TaskID(4))),
            true
        ),
        ("moveTask to the end", .moveTask(TaskID(1), expected: 5, TaskMove()), false),
        ("restoreTask", .restoreTask(restored), true),
        ("importTasks", .importTasks([TaskFields(title: "one"), placed]), true),
    ]

    private static let notes: [(String, Command, Bool)] = [
        ("addComment", .items(.addComment(TaskID(1), text: "two\nlines")), true),
        ("editComment", .items(.editComment(CommentID(1), expected: 1, text: "é")), false),
        ("addComment again", .items(.addComment(TaskID(2), text: "x")), false),
        ("deleteComment", .items(.deleteComment(CommentID(2), expected: nil)), true),
        (
            "saveView",
            .items(.saveView(name: "Mine", query: "assignee:bob due<7d", owner: nil)), true
        ),
        (
            "updateView",
            .items(.updateView(ViewID(1), expected: 1, name: "Ours", query: nil)), false
        ),
        ("saveView of nobody", .items(.saveView(name: "x", query: "", owner: UserID(9))), false),
        ("saveView again", .items(.saveView(name: "x", query: "", owner: nil)), false),
        ("deleteView", .items(.deleteView(ViewID(2), expected: nil)), true),
    ]

    private static func secret(_ byte: UInt8) -> [UInt8] { [UInt8](repeating: byte, count: 32) }

    private static let patch: UserPatch = {
        var patch = UserPatch()
        patch.name = FoldedText("Bob")
        patch.email = .some(nil)
        patch.role = .viewer
        patch.isDisabled = true
        patch.passwordHash = .some(nil)
        return patch
    }()

    private static let people: [(String, Command, Bool)] = [
        (
            "createUser",
            .people(
                .createUser(
                    NewUser(
                        name: "Ann", email: "Ann@example.org", role: .admin,
                        passwordHash: "$scrypt$ln=15"))), true
        ),
        (
            "createUser again",
            .people(.createUser(NewUser(name: "b", email: nil, role: .member, passwordHash: nil))),
            false
        ),
        ("updateUser", .people(.updateUser(UserID(2), expected: 1, patch)), true),
        ("updateUser with nothing", .people(.updateUser(UserID(1), expected: nil, UserPatch())), false),
        (
            "createToken",
            .people(
                .createToken(
                    NewToken(
                        user: UserID(1), name: "link", secretHash: secret(1), scopes: .all,
                        kind: .signIn, expires: Timestamp(milliseconds: 1_800_000_000_000)))), true
        ),
        (
            "spendToken",
            .people(
                .spendToken(
                    secretHash: secret(1),
                    session: NewSession(
                        name: "browser", secretHash: secret(2),
                        expires: Timestamp(milliseconds: 1_800_000_000_000)))), false
        ),
        (
            "createToken of a program",
            .people(
                .createToken(
                    NewToken(
                        user: UserID(1), name: "ci", secretHash: secret(3),
                        scopes: [.read, .enqueue], kind: .api, expires: nil))), false
        ),
        ("revokeToken", .people(.revokeToken(TokenID(3))), true),
    ]
}
