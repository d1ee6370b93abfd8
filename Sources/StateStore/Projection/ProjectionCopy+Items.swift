import Work

/// Boards, users, tokens, saved views and comments.
extension ProjectionCopy {
    /// Each table behind those that it refers to.
    mutating func copyItems(_ mark: inout ItemsMark, through index: UInt64) throws -> Bool {
        try copy(&mark[.boards], through: index) { (board: BoardRecord) in .board(board) }
            && copy(&mark[.users], through: index) { (user: UserRecord) in .user(user) }
            && copy(&mark[.tokens], through: index) { (token: TokenRecord) in .token(token) }
            && copy(&mark[.views], through: index) { (view: ViewRecord) in .view(view) }
            && copy(&mark[.comments], through: index) { (comment: CommentRecord) in
                .comment(comment)
            }
    }

    /// True if all was copied.
    private mutating func copy<Row: StoredRow>(
        _ place: inout ChangePlace, through index: UInt64, _ item: (Row) -> Item
    ) throws -> Bool {
        while !isSpent {
            let rows: [Row] = try base.items(changedAfter: place, limit: limits.page)
            let items = rows.map(item)
            try writer.write(items: items)
            spend(items.count, items.reduce(0) { $0 + $1.weight })
            guard items.count == limits.page, let last = items.last else {
                place = .end(of: index)
                return true
            }
            place = ChangePlace(index: last.life.changedIndex, tie: last.id.number)
        }
        return false
    }
}

extension Item {
    fileprivate var weight: Int {
        if case .comment(let comment) = self { return 512 + comment.text.utf8.count }
        return 512
    }
}

/// How far each table of items is copied.
struct ItemsMark: Hashable {
    enum Table: Int, CaseIterable {
        case boards, users, tokens, views, comments
    }

    private var places = [ChangePlace](repeating: .start, count: Table.allCases.count)

    subscript(_ table: Table) -> ChangePlace {
        get { places[table.rawValue] }
        set { places[table.rawValue] = newValue }
    }

    static let start = ItemsMark()

    static func complete(_ index: UInt64) -> ItemsMark {
        var mark = ItemsMark()
        for table in Table.allCases { mark[table] = .end(of: index) }
        return mark
    }

    var highest: UInt64 { places.map(\.index).max() ?? 0 }
    var lowest: UInt64 { places.map(\.index).min() ?? 0 }

    var text: String { places.map { "\($0.index):\($0.tie)" }.joined(separator: " ") }

    /// Empty is the start; nil for anything that `text` does not write.
    static func parse(_ text: String) -> ItemsMark? {
        var mark = ItemsMark()
        if text.isEmpty { return mark }
        let parts = text.split(separator: " ")
        guard parts.count == Table.allCases.count else { return nil }
        for (table, part) in zip(Table.allCases, parts) {
            let numbers = part.split(separator: ":").compactMap { UInt64($0) }
            guard numbers.count == 2 else { return nil }
            mark[table] = ChangePlace(index: numbers[0], tie: numbers[1])
        }
        return mark.text == text ? mark : nil
    }
}
