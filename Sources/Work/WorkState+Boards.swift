/// Boards and their columns.
extension WorkState {
    mutating func createBoard(
        _ fields: BoardFields, _ context: inout Context
    ) throws(Refusal) -> Reply {
        if let refusal = fields.problems.refusal { throw refusal }
        if items.boardCount >= Limits.boards { throw .tooMany("boards") }
        if isFull { throw .stateFull }
        let board = BoardRecord(
            id: BoardID(items.scalars.nextBoard), fields: fields.withHomes(from: nil),
            life: context.newLife)
        items.scalars.nextBoard += 1
        return put(.board(board), &context)
    }

    mutating func updateBoard(
        _ id: BoardID, _ expected: UInt64?, _ fields: BoardFields, _ moveTo: String?,
        _ context: inout Context
    ) throws(Refusal) -> Reply {
        guard let old = items.board(id) else { throw .itemNotFound(.board(id)) }
        try Self.check(.board(old), expected)
        if let refusal = fields.problems.refusal { throw refusal }
        var board = old
        board.fields = fields.withHomes(from: old.fields)
        if board.fields == old.fields { return .item(.board(old)) }
        if board.size > old.size, isFull { throw .stateFull }
        let moved = try tasksToMove(from: old, to: board, moveTo)
        board.life = old.life.changed(context)
        if old.life.version == 1, old == .first { board.life.created = context.time }
        let reply = put(.board(board), &context)
        for (task, column) in moved { move(task, into: column, &context) }
        return reply
    }

    mutating func deleteBoard(
        _ id: BoardID, _ expected: UInt64?, _ context: inout Context
    ) throws(Refusal) -> Reply {
        guard var board = items.board(id) else { throw .itemNotFound(.board(id)) }
        try Self.check(.board(board), expected)
        if id == .first { throw .conflict(.firstBoard) }
        let count = places.count(on: id)
        if count > 0 { throw .conflict(.boardHoldsTasks(count: count)) }
        board.life = board.life.ended(context)
        return put(.board(board), &context)
    }

    /// What is in columns that are gone, or have another status now, with the column where it
    /// goes. Such a column holds nothing, or little enough for one entry.
    private func tasksToMove(
        from old: BoardRecord, to new: BoardRecord, _ moveTo: String?
    ) throws(Refusal) -> [(TaskID, Column)] {
        var moved: [(TaskID, Column)] = []
        for column in old.fields.columns
        where new.fields.column(column.key)?.status != column.status {
            let count = places.count(in: column, of: old.id)
            if count == 0 { continue }
            guard let moveTo, let target = new.fields.column(moveTo),
                moved.count + count <= Limits.tasksMovedWithColumns
            else { throw .conflict(.columnHoldsTasks(column.key, count: count)) }
            moved += places.first(count, in: column, of: old.id).map { ($0, target) }
        }
        return moved
    }

    /// To the end of a column, by nobody's doing but the board's.
    private mutating func move(_ id: TaskID, into column: Column, _ context: inout Context) {
        guard let old = tasks[id] else { return }
        var task = old
        task.fields.status = column.status
        task.fields.column = column.isHome ? nil : column.key
        task.rank = rankAtEnd(of: task)
        store(old, &task, as: .move, &context)
    }
}
