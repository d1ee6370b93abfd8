import Work

extension RowWriter {
    /// Items in the order of their IDs: rows before those that refer to them.
    func write(items: [Item]) throws {
        var boards: [BoardRecord] = []
        var users: [UserRecord] = []
        var tokens: [TokenRecord] = []
        var views: [ViewRecord] = []
        var comments: [CommentRecord] = []
        for item in items {
            switch item {
            case .board(let record): boards.append(record)
            case .user(let record): users.append(record)
            case .token(let record): tokens.append(record)
            case .view(let record): views.append(record)
            case .comment(let record): comments.append(record)
            }
        }
        try write(boards)
        try upsert(users)
        try upsert(tokens)
        try upsert(views)
        try upsert(comments)
    }

    private func write(_ boards: [BoardRecord]) throws {
        try upsert(boards)
        for board in boards {
            try session.execute(
                "DELETE FROM board_columns WHERE board_id = ?", [.unsigned(board.id.rawValue)])
            if board.life.deletedAt == nil { try upsert(board.columnRows, into: .boardColumns) }
        }
    }
}
