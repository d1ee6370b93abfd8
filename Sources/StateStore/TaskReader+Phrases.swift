import Work

/// Phrases. The tables know which task has which words, not where: so the texts of the tasks that
/// have all of them are looked through, in the order that was asked for, until there are enough.
extension TaskReader {
    /// Texts that one statement reads.
    private static let chunk = 512
    private static let firstIDs = 1_024

    /// The numbers of at most so many tasks behind a cursor that have what is asked for.
    func holding(
        _ search: QuerySQL, _ sort: SortSQL, after: QueryCursor?, limit: Int
    ) throws -> [TaskID] {
        var found: [TaskID] = []
        for part in sort.parts(after: after) {
            var place = 0
            // Where the phrase is common too, the first few of a long list are enough.
            for bound in [Self.firstIDs, nil] {
                let rest = try list(search, sort, part, after: after, bound)
                while place < rest.count {
                    let next = rest[place..<min(place + Self.chunk, rest.count)]
                    let fitting = try holding(search, among: next)
                    found += next.filter { fitting.contains($0) }.prefix(limit - found.count)
                    if found.count == limit { return found }
                    place += next.count
                }
                if let bound, rest.count < bound { break }
            }
        }
        return found
    }

    private func list(
        _ search: QuerySQL, _ sort: SortSQL, _ part: SortSQL.Part, after: QueryCursor?, _ bound: Int?
    ) throws -> [TaskID] {
        let (sql, values) = ids(search, sort, part, after: after)
        let limit = bound.map { (" LIMIT ?", [SQLValue.int(Int64($0))]) } ?? ("", [])
        var found: [TaskID] = []
        try session.query(sql + limit.0, values + limit.1) { found.append(TaskID(try $0.unsigned())) }
        return found
    }

    private func holding(
        _ search: QuerySQL, among ids: ArraySlice<TaskID>
    ) throws -> Set<TaskID> {
        var found: Set<TaskID> = []
        let sql = "SELECT id, title, description FROM tasks WHERE "
        try session.query(sql + find(ids.count), values(ids)) { row in
            let id = TaskID(try row.unsigned())
            if search.holdsPhrases(try row.text(), try row.text()) { found.insert(id) }
        }
        return found
    }

    /// The tasks with these numbers, in this order.
    func tasks(with ids: [TaskID]) throws -> [TaskRecord] {
        var found: [TaskID: TaskRecord] = [:]
        var rest = ids[...]
        while !rest.isEmpty {
            let next = rest.prefix(Self.chunk)
            rest = rest.dropFirst(next.count)
            let sql = Table.tasks.select + " WHERE " + find(next.count)
            let rows: [TaskRecord] = try session.rows(sql, values(next))
            for task in rows { found[task.id] = task }
        }
        return ids.compactMap { found[$0] }
    }

    private func find(_ count: Int) -> String {
        session.dialect.find(in: .tasks, rows: count <= 64 ? 64 : Self.chunk)
    }

    /// Statements come in two sizes, so that each is prepared once: the last number fills it up.
    private func values(_ ids: ArraySlice<TaskID>) -> [SQLValue] {
        let size = ids.count <= 64 ? 64 : Self.chunk
        let missing = repeatElement(ids[ids.endIndex - 1], count: size - ids.count)
        return (ids + missing).map { .unsigned($0.rawValue) }
    }
}

extension QuerySQL {
    fileprivate func holdsPhrases(_ title: String, _ description: String) -> Bool {
        phrases.allSatisfy { condition in
            guard case .phrase(let words) = condition.test else { return true }
            let isThere =
                Terms.contain(words, in: title) || Terms.contain(words, in: description)
            return isThere != condition.isNegated
        }
    }
}
