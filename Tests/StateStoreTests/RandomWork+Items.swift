import Wire
import Work

/// Commands of machine version 3.
extension RandomWork {
    private mutating func number(_ range: ClosedRange<UInt64> = 1...6) -> UInt64 {
        .random(in: range, using: &generator)
    }

    mutating func move() -> TaskMove {
        TaskMove(
            board: chance(3) ? BoardID(number(1...2)) : nil, column: chance(2) ? "done" : nil,
            after: chance(2) ? TaskID(number(1...60)) : nil,
            before: chance(2) ? TaskID(number(1...60)) : nil)
    }

    /// Brings back what was deleted, with other fields.
    mutating func restore(in world: inout World, _ node: UInt64) {
        let gone = world.gone.values.sorted { $0.id < $1.id }
        guard var record = gone.randomElement(using: &generator) else { return }
        record.fields = fields()
        world.apply(.restoreTask(record), node: node)
    }

    mutating func item(_ world: World) -> ItemCommand {
        switch number(0...9) {
        case 0...3: .addComment(task(world), text: text(9) + "\n\ttext")
        case 4: .editComment(CommentID(number()), expected: nil, text: name())
        case 5: .deleteComment(CommentID(number()), expected: nil)
        case 6: .saveView(name: name(), query: name(), owner: chance(2) ? UserID(number()) : nil)
        case 7: .deleteView(ViewID(number()), expected: nil)
        case 8:
            .createBoard(
                BoardFields(
                    name: name(),
                    columns: BoardFields.initial.columns
                        + [Column(key: "review", name: name(), status: .inProgress)],
                    onDone: chance(2) ? QueueName("mail") : nil))
        default: .deleteBoard(BoardID(number(3...6)), expected: nil)
        }
    }

    mutating func person() -> PeopleCommand {
        let secret = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
        switch number(0...4) {
        case 0, 1:
            return .createUser(
                NewUser(
                    name: name(), email: chance(2) ? name() + "@x.org" : nil, role: .admin,
                    passwordHash: chance(2) ? "$scrypt$\(name())" : nil))
        case 2:
            var patch = UserPatch()
            patch.name = FoldedText(name())
            patch.isDisabled = chance(4)
            return .updateUser(UserID(number()), expected: nil, patch)
        case 3:
            return .createToken(
                NewToken(
                    user: UserID(number(1...3)), name: name(), secretHash: secret, scopes: [.read, .work],
                    kind: .session, expires: chance(2) ? .latest : nil))
        default: return .revokeToken(TokenID(number()))
        }
    }
}
