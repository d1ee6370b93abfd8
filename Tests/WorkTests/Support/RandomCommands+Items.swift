import Work

/// Commands of machine version 3.
extension RandomCommands {
    private mutating func number(_ range: ClosedRange<UInt64> = 1...5) -> UInt64 {
        UInt64.random(in: range, using: &generator)
    }

    private mutating func expected() -> UInt64? {
        Bool.random(using: &generator) ? number(1...3) : nil
    }

    private mutating func key() -> String {
        ["pending", "in_progress", "done", "review", "later", "x-1"][Int(number(0...5))]
    }

    /// A task that is made, or put, somewhere else than at home.
    mutating func placed() -> Command {
        if Bool.random(using: &generator) {
            var fields = fields()
            fields.title = "t"
            fields.board = BoardID(number(1...3))
            fields.column = key()
            return .createTask(fields)
        }
        var patch = patch()
        patch.board = BoardID(number(1...3))
        patch.column = Bool.random(using: &generator) ? .some(nil) : .some(key())
        return .updateTask(TaskID(number(1...40)), expected: expected(), patch)
    }

    mutating func move() -> TaskMove {
        TaskMove(
            board: Bool.random(using: &generator) ? BoardID(number(1...3)) : nil,
            column: Bool.random(using: &generator) ? key() : nil,
            after: Bool.random(using: &generator) ? TaskID(number(1...40)) : nil,
            before: Bool.random(using: &generator) ? TaskID(number(1...40)) : nil)
    }

    mutating func record(_ id: TaskID) -> TaskRecord {
        var fields = fields()
        fields.title = "back"
        fields.priority = 0
        fields.board = BoardID(number(1...3))
        if Bool.random(using: &generator) { fields.column = key() }
        return TaskRecord(
            id: id, fields: fields, rank: Int64.random(in: .min ... .max, using: &generator),
            createdBy: number(), author: nil, version: number(),
            created: Timestamp(milliseconds: Int64(number(0...1_800_000_000_000))),
            updated: .zero, deletedAt: Bool.random(using: &generator) ? .zero : nil,
            changedIndex: number())
    }

    mutating func item() -> ItemCommand {
        switch Int.random(in: 0..<10, using: &generator) {
        case 0, 1: return .addComment(TaskID(number(1...40)), text: text(0...30))
        case 2: return .editComment(CommentID(number()), expected: expected(), text: text(1...30))
        case 3: return .deleteComment(CommentID(number()), expected: expected())
        case 4:
            return .saveView(
                name: text(0...9), query: "p1",
                owner: Bool.random(using: &generator) ? UserID(number()) : nil)
        case 5:
            return .updateView(
                ViewID(number()), expected: expected(), name: text(1...9),
                query: Bool.random(using: &generator) ? "p2" : nil)
        case 6: return .deleteView(ViewID(number()), expected: expected())
        case 7: return .createBoard(board())
        case 8:
            return .updateBoard(
                BoardID(number(1...3)), expected: expected(), board(),
                moveTo: Bool.random(using: &generator) ? key() : nil)
        default: return .deleteBoard(BoardID(number(1...4)), expected: expected())
        }
    }

    private mutating func board() -> BoardFields {
        let columns = (0..<Int(number(1...4))).map { _ in
            Column(key: key(), name: "C", status: TaskStatus.allCases[Int(number(0...2))])
        }
        return BoardFields(
            name: text(1...9), columns: Bool.random(using: &generator) ? columns : BoardFields.initial.columns,
            onDone: Bool.random(using: &generator) ? QueueName("mail") : nil)
    }

    mutating func person() -> PeopleCommand {
        let secret = [UInt8](repeating: UInt8(number(1...9)), count: 32)
        let later = Timestamp(milliseconds: 1_790_000_000_000 + Int64(number(0...1_000_000)))
        switch Int.random(in: 0..<6, using: &generator) {
        case 0:
            return .createUser(
                NewUser(
                    name: text(0...4), email: Bool.random(using: &generator) ? "a@b\(number())" : nil,
                    role: number() > 2 ? .admin : .viewer, passwordHash: nil))
        case 1:
            var patch = UserPatch()
            if Bool.random(using: &generator) { patch.name = FoldedText(text(1...4)) }
            if Bool.random(using: &generator) { patch.email = .some(nil) }
            if Bool.random(using: &generator) { patch.role = .member }
            if Bool.random(using: &generator) { patch.isDisabled = number() > 3 }
            if Bool.random(using: &generator) { patch.passwordHash = .some("hash") }
            return .updateUser(UserID(number()), expected: expected(), patch)
        case 2, 3:
            return .createToken(
                NewToken(
                    user: UserID(number()), name: "t", secretHash: secret,
                    scopes: Scopes(rawValue: UInt8(number(0...31))),
                    kind: TokenRecord.Kind.allCases[Int(number(0...2))],
                    expires: Bool.random(using: &generator) ? later : nil))
        case 4: return .revokeToken(TokenID(number(1...9)))
        default:
            return .spendToken(
                secretHash: secret,
                session: NewSession(
                    name: "s", secretHash: [UInt8](repeating: UInt8(number(10...60)), count: 32),
                    expires: later))
        }
    }
}
