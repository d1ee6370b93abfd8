package import Work

/// The filter language as queries.
extension TaskReader {
    package func tasks(
        matching query: TaskQuery, after: QueryCursor?, at now: Timestamp
    ) throws -> TaskPage {
        let search = try search(query, at: now)
        let sort = SortSQL(sort: query.sort, dialect: session.dialect)
        var found: [TaskRecord] = []
        if search.phrases.isEmpty {
            for part in sort.parts(after: after) where found.count <= query.limit {
                let limit = query.limit + 1 - found.count
                found += try rows(search, sort, part, after: after, limit: limit)
            }
        } else {
            found = try tasks(
                with: try holding(search, sort, after: after, limit: query.limit + 1))
        }
        let page = Array(found.prefix(query.limit))
        return TaskPage(
            tasks: page, next: found.count > page.count ? page.last.map(query.cursor) : nil)
    }

    package func count(matching query: TaskQuery, at now: Timestamp) throws -> Int {
        let search = try search(query, at: now)
        if search.phrases.isEmpty {
            let sql = "SELECT COUNT(*) FROM tasks WHERE " + search.text
            return Int(try session.number(sql, search.values) ?? 0)
        }
        let sort = SortSQL(sort: .init(.id), dialect: session.dialect)
        return try holding(search, sort, after: nil, limit: .max).count
    }

    private func search(_ query: TaskQuery, at now: Timestamp) throws -> QuerySQL {
        let needsBoards = query.conditions.contains { condition in
            if case .column = condition.test { true } else { false }
        }
        return QuerySQL(
            query, boards: needsBoards ? try boards() : [], now: now, dialect: session.dialect)
    }

    private func rows(
        _ search: QuerySQL, _ sort: SortSQL, _ part: SortSQL.Part, after: QueryCursor?, limit: Int
    ) throws -> [TaskRecord] {
        // The rows are read when it is known which: they are long.
        let (ids, values) = ids(search, sort, part, after: after)
        return try session.rows(
            Table.tasks.select + " JOIN (\(ids) LIMIT ?) AS page USING (id)"
                + " ORDER BY \(sort.order(part))",
            values + [.int(Int64(limit))])
    }

    /// The numbers of the tasks behind a cursor, in their order.
    func ids(
        _ search: QuerySQL, _ sort: SortSQL, _ part: SortSQL.Part, after: QueryCursor?
    ) -> (sql: String, values: [SQLValue]) {
        var (conditions, values) = (search.conditions, search.values)
        if let condition = sort.condition(part) { conditions.append(condition) }
        if let after, let (condition, more) = sort.condition(after: after, in: part) {
            conditions.append(condition)
            values += more
        }
        let all = conditions.joined(separator: " AND ")
        return ("SELECT id FROM tasks WHERE \(all) ORDER BY \(sort.order(part))", values)
    }
}
