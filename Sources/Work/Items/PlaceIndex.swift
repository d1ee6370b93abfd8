/// Which tasks are in which column, in order. A task that names no column is listed by its status:
/// which column that means is the board's to say, and may change with one entry for all of them.
struct PlaceIndex: Sendable {
    private enum Slot: Hashable {
        case status(TaskStatus)
        case column(String)
    }

    private struct Key: Hashable {
        var board: BoardID
        var slot: Slot
    }

    private var lists: [Key: RankList] = [:]
    private var counts: [BoardID: Int] = [:]

    mutating func insert(_ task: TaskRecord) {
        lists[Self.key(of: task), default: RankList()].insert(task.place)
        counts[task.fields.board, default: 0] += 1
    }

    mutating func remove(_ task: TaskRecord) {
        let key = Self.key(of: task)
        lists[key]?.remove(task.place)
        if lists[key]?.count == 0 { lists[key] = nil }
        counts[task.fields.board, default: 1] -= 1
        if counts[task.fields.board] == 0 { counts[task.fields.board] = nil }
    }

    func count(on board: BoardID) -> Int { counts[board] ?? 0 }

    func count(in column: Column, of board: BoardID) -> Int {
        keys(column, board).reduce(0) { $0 + (lists[$1]?.count ?? 0) }
    }

    func last(in column: Column, of board: BoardID) -> RankList.Place? {
        keys(column, board).compactMap { lists[$0]?.last }.max()
    }

    func next(
        after place: RankList.Place, in column: Column, of board: BoardID
    ) -> RankList.Place? {
        keys(column, board).compactMap { lists[$0]?.next(after: place) }.min()
    }

    func last(
        before place: RankList.Place, in column: Column, of board: BoardID
    ) -> RankList.Place? {
        keys(column, board).compactMap { lists[$0]?.last(before: place) }.max()
    }

    /// At most so many tasks of a column, in order.
    func first(_ count: Int, in column: Column, of board: BoardID) -> [TaskID] {
        let places = keys(column, board).flatMap { lists[$0]?.first(count) ?? [] }
        return places.sorted().prefix(count).map(\.task)
    }

    private static func key(of task: TaskRecord) -> Key {
        Key(
            board: task.fields.board,
            slot: task.fields.column.map { .column($0) } ?? .status(task.fields.status))
    }

    private func keys(_ column: Column, _ board: BoardID) -> [Key] {
        let named = Key(board: board, slot: .column(column.key))
        return column.isHome
            ? [named, Key(board: board, slot: .status(column.status))] : [named]
    }
}

extension TaskRecord {
    var place: RankList.Place { RankList.Place(rank: rank, task: id) }
}
