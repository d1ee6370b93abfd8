package import Work

extension TaskReader {
    /// The comments on a task, oldest first.
    package func comments(
        of task: TaskID, after: CommentID?, limit: Int
    ) throws -> [CommentRecord] {
        try session.rows(
            Table.comments.select
                + " WHERE task_id = ? AND id > ? AND deleted_at IS NULL ORDER BY id LIMIT ?",
            [
                .unsigned(task.rawValue), .unsigned(after?.rawValue ?? 0), .int(Int64(limit)),
            ])
    }

    /// By number; the first one too, which has no row while nobody has changed it.
    package func boards() throws -> [BoardRecord] {
        let rows: [BoardRecord] = try session.rows(
            Table.boards.select + " WHERE deleted_at IS NULL ORDER BY id")
        return rows.first?.id == .first ? rows : [.first] + rows
    }

    /// The labels of live tasks behind this one, by their bytes.
    package func labels(after: String? = nil, limit: Int = .max) throws -> [LabelCount] {
        let label = session.dialect.text(ofWord: "label")
        var found: [LabelCount] = []
        try session.query(
            "SELECT \(label), COUNT(*) FROM task_labels"
                + " JOIN tasks ON tasks.id = task_labels.task_id"
                + " WHERE tasks.deleted_at IS NULL AND task_labels.label > ?"
                + " GROUP BY task_labels.label ORDER BY task_labels.label LIMIT ?",
            [.text(after ?? ""), .int(Int64(limit))]
        ) { row in
            found.append(LabelCount(label: try row.text(), count: Int(try row.int64())))
        }
        return found
    }

    /// Items and tombstones of one table in the order of their last change.
    func items<Row: StoredRow>(changedAfter place: ChangePlace, limit: Int) throws -> [Row] {
        try session.rows(
            Row.table.select
                + " WHERE changed_index >= ? AND (changed_index > ? OR id > ?)"
                + " ORDER BY changed_index, id LIMIT ?",
            place.values + [.int(Int64(limit))])
    }

    /// Boards and saved views whose last change is in these entries, with tombstones.
    func streamedItems(from index: UInt64, through last: UInt64) throws -> [Item] {
        let rest = " WHERE changed_index >= ? AND changed_index <= ? ORDER BY changed_index"
        let values: [SQLValue] = [.unsigned(index), .unsigned(last)]
        let boards: [BoardRecord] = try session.rows(Table.boards.select + rest, values)
        let views: [ViewRecord] = try session.rows(Table.views.select + rest, values)
        return boards.map { .board($0) } + views.map { .view($0) }
    }

    /// Every item of all tables, tombstones too, in pages by table and number.
    func forEachItem(_ body: (Item) -> Void) throws {
        try forEach { (row: BoardRecord) in body(.board(row)) }
        try forEach { (row: UserRecord) in body(.user(row)) }
        try forEach { (row: TokenRecord) in body(.token(row)) }
        try forEach { (row: ViewRecord) in body(.view(row)) }
        try forEach { (row: CommentRecord) in body(.comment(row)) }
    }

    private func forEach<Row: StoredRow>(_ body: (Row) -> Void) throws {
        try session.query(Row.table.select, []) { body(try Row(row: &$0)) }
    }
}
