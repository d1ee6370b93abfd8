package import Work

/// The filter language as queries.
extension TaskReader {
    /// Tasks looked at together where memory has to decide: more each time, since each time they
    /// are put in order anew, and not too many to hold.
    private static let candidates = 256...4_096

    package func tasks(
        matching query: TaskQuery, after: QueryCursor?, at now: Timestamp
    ) throws -> TaskPage {
        let search = try search(query, at: now)
        var found: [TaskRecord] = []
        try forEachPage(of: search, query, after: after, limit: query.limit + 1) { tasks in
            found += tasks
            return found.count <= query.limit
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
        var query = query
        query.sort = .init(.id)
        var count = 0
        try forEachPage(of: search, query, after: nil, limit: Self.candidates.upperBound) { tasks in
            count += tasks.count
            return true
        }
        return count
    }

    private func search(_ query: TaskQuery, at now: Timestamp) throws -> QuerySQL {
        let needsBoards = query.conditions.contains { condition in
            if case .column = condition.test { true } else { false }
        }
        return QuerySQL(
            query, boards: needsBoards ? try boards() : [], now: now, dialect: session.dialect)
    }

    /// Hands over what is asked for, in its order, until `body` has enough.
    private func forEachPage(
        of search: QuerySQL, _ query: TaskQuery, after: QueryCursor?, limit: Int,
        _ body: ([TaskRecord]) throws -> Bool
    ) throws {
        let sort = SortSQL(sort: query.sort, dialect: session.dialect)
        var size = search.phrases.isEmpty ? limit : max(limit, Self.candidates.lowerBound)
        for part in sort.parts(after: after) {
            var last = after
            while true {
                let rows = try rows(search, sort, part, after: last, limit: size)
                let fitting = rows.filter { search.holdsPhrases($0.fields) }
                if try !body(fitting) { return }
                guard rows.count == size, let end = rows.last else { break }
                last = query.cursor(of: end)
                size = max(size, min(4 * size, Self.candidates.upperBound))
            }
        }
    }

    private func rows(
        _ search: QuerySQL, _ sort: SortSQL, _ part: SortSQL.Part, after: QueryCursor?, limit: Int
    ) throws -> [TaskRecord] {
        var (conditions, values) = (search.conditions, search.values)
        if let condition = sort.condition(part) { conditions.append(condition) }
        if let after, let (condition, more) = sort.condition(after: after, in: part) {
            conditions.append(condition)
            values += more
        }
        // The rows are read when it is known which: they are long.
        let ids =
            "SELECT id FROM tasks WHERE \(conditions.joined(separator: " AND "))"
            + " ORDER BY \(sort.order(part)) LIMIT ?"
        return try session.rows(
            Table.tasks.select + " JOIN (\(ids)) AS page USING (id) ORDER BY \(sort.order(part))",
            values + [.int(Int64(limit))])
    }
}

extension QuerySQL {
    fileprivate func holdsPhrases(_ fields: TaskFields) -> Bool {
        phrases.allSatisfy { condition in
            guard case .phrase(let words) = condition.test else { return true }
            let isThere =
                Terms.contain(words, in: fields.title)
                || Terms.contain(words, in: fields.description)
            return isThere != condition.isNegated
        }
    }
}
