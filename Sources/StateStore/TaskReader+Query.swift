package import Work

/// The filter language as SQL.
extension TaskReader {
    package func tasks(
        matching query: TaskQuery, after: QueryCursor?, at now: Timestamp
    ) throws -> TaskPage {
        let found = try matches(query, at: now).filter { task in
            after.map { QueryCursor.follows(query.cursor(of: task), $0, query.sort) } ?? true
        }
        let page = Array(found.prefix(query.limit))
        return TaskPage(
            tasks: page, next: found.count > page.count ? page.last.map(query.cursor) : nil)
    }

    package func count(matching query: TaskQuery, at now: Timestamp) throws -> Int {
        try matches(query, at: now).count
    }

    private func matches(_ query: TaskQuery, at now: Timestamp) throws -> [TaskRecord] {
        let rows: [TaskRecord] = try session.rows(Table.tasks.select)
        return rows.filter { task in
            query.matches(task, at: now) { $0 == .first ? .initial : nil }
        }.sorted { query.precedes($0, $1) }
    }

    package func labels() throws -> [LabelCount] { [] }

    package func comments(
        of task: TaskID, after: CommentID?, limit: Int
    ) throws -> [CommentRecord] { [] }

    package func task(_ id: TaskID, asOf past: UInt64) throws -> TaskRecord? {
        guard let row = try task(id) else { return nil }
        let steps = try history(of: id, after: nil, limit: .max)
        return PastTask(row).task(asOf: past, steps: steps)
    }

    package func tasks(
        on board: BoardID, asOf past: UInt64, after: TaskID?, limit: Int
    ) throws -> PastPage {
        PastPage(tasks: [], next: nil)
    }
}
