import Work

/// Boards, views, users and tokens. Nobody here looks at what comes of it: that all members come
/// to the same, and have it again after a start, the hash of their states says.
extension World {
    func drawItemCommand() -> Command {
        let (number, id) = (jobs.takeToken(), chance.number(UInt64(1)...6))
        let expected = chance.happens(300) ? chance.number(UInt64(1)...3) : nil
        return switch chance.number(0...8) {
        case 0: .items(.createBoard(drawBoard(number)))
        case 1:
            .items(
                .updateBoard(BoardID(id), expected: expected, drawBoard(number), moveTo: nil))
        case 2: .items(.deleteBoard(BoardID(id), expected: expected))
        case 3: .items(.saveView(name: "v\(id)", query: "status:done", owner: nil))
        case 4: .items(.deleteView(ViewID(id), expected: expected))
        case 5:
            .people(.createUser(.init(name: "u\(id)", email: nil, role: .admin, passwordHash: nil)))
        case 6: .people(.updateUser(UserID(id), expected: expected, drawPatch(number)))
        case 7: .people(.createToken(drawToken(number, of: UserID(id))))
        default: .people(.revokeToken(TokenID(id)))
        }
    }

    /// Board 1 loses no column: tasks of clients stand there.
    private func drawBoard(_ number: UInt64) -> BoardFields {
        var fields = BoardFields.initial
        fields.name = "b\(number % 10)"
        if chance.happens(500) {
            fields.columns.append(Column(key: "later", name: "Later", status: .pending))
        }
        if chance.happens(300) { fields.onDone = jobs.queues.last }
        return fields
    }

    private func drawPatch(_ number: UInt64) -> UserPatch {
        var patch = UserPatch()
        if chance.happens(500) { patch.name = FoldedText("U\(number % 8)") }
        if chance.happens(300) { patch.isDisabled = chance.happens(500) }
        if chance.happens(300) { patch.role = .member }
        return patch
    }

    private func drawToken(_ number: UInt64, of user: UserID) -> NewToken {
        let hash = (0..<32).map { UInt8(truncatingIfNeeded: number &>> ($0 % 8 * 8)) }
        return NewToken(
            user: user, name: "t\(number)", secretHash: hash, scopes: .all, kind: .api,
            expires: nil)
    }
}
