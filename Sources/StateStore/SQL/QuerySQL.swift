import Work

/// A query's conditions as SQL. What both engines would answer differently, the order of phrases
/// among it, is left to be checked in memory.
struct QuerySQL {
    private let dialect: Dialect
    private let boards: [BoardRecord]
    private let now: Timestamp
    private let zone: ZoneOffset
    private(set) var conditions: [String] = []
    private(set) var values: [SQLValue] = []
    /// Phrases that must, or must not, be there.
    private(set) var phrases: [TaskQuery.Condition] = []

    /// `boards` are needed where columns are asked for.
    init(_ query: TaskQuery, boards: [BoardRecord], now: Timestamp, dialect: Dialect) {
        self.dialect = dialect
        self.boards = boards
        self.now = now
        zone = query.zone
        conditions = [query.isAboutDeleted ? "deleted_at IS NOT NULL" : "deleted_at IS NULL"]
        for condition in query.conditions { add(condition) }
    }

    var text: String { conditions.joined(separator: " AND ") }

    private mutating func add(_ condition: TaskQuery.Condition) {
        switch condition.test {
        case .isDeleted: break
        case .phrase(let words):
            phrases.append(condition)
            // A text without one of the words does not have the phrase either.
            if !condition.isNegated {
                for word in Set(words).sorted() { add(.word(word, isPrefix: false), false) }
            }
        default: add(condition.test, condition.isNegated)
        }
    }

    private mutating func add(_ test: TaskQuery.Test, _ isNegated: Bool) {
        let (sql, values) = sql(test)
        // NULL is neither true nor false, and what is not known does not hold.
        conditions.append("(\(sql))" + (isNegated ? " IS NOT TRUE" : ""))
        self.values += values
    }

    /// The tasks that have a word. Read as a list, it is where a search can begin, and for a word
    /// that most tasks have it is still faster than a look into the table for each of them.
    private func listed(
        in table: String, _ condition: (sql: String, values: [SQLValue])
    ) -> (String, [SQLValue]) {
        ("id IN (SELECT task_id FROM \(table) WHERE \(condition.sql))", condition.values)
    }

    private func term(_ word: String, isPrefix: Bool) -> (String, [SQLValue]) {
        if !isPrefix { return ("term = ?", [.text(word)]) }
        // No letter comes behind the last scalar that there is.
        return ("term >= ? AND term < ?", [.text(word), .text(word + "\u{10ffff}")])
    }

    private func sql(_ test: TaskQuery.Test) -> (String, [SQLValue]) {
        switch test {
        case .word(let word, let isPrefix):
            return listed(in: "task_terms", term(word, isPrefix: isPrefix))
        case .status(let list): return among("status", list.map { .text($0.name) })
        case .column(let keys): return columns(keys)
        case .board(let list): return among("board_id", list.map { .unsigned($0.rawValue) })
        case .label(let list):
            return listed(in: "task_labels", among("label", list.map { .text($0) }))
        case .assignee(let list): return texts("assignee", list)
        case .author(let list): return texts("author", list)
        case .priority(let range):
            return (
                "priority BETWEEN ? AND ?",
                [.int(Int64(range.lowerBound)), .int(Int64(range.upperBound))]
            )
        case .due(let due): return dates(due)
        case .created(let comparison, let moment):
            return times("created", moment.bounds(comparison, at: now, in: zone))
        case .updated(let comparison, let moment):
            return times("updated", moment.bounds(comparison, at: now, in: zone))
        case .id(let list): return among("id", list.map { .unsigned($0.rawValue) })
        case .isUnassigned: return ("assignee IS NULL", [])
        case .phrase, .isDeleted: preconditionFailure("It is said elsewhere.")
        }
    }

    private func among(_ column: String, _ values: [SQLValue]) -> (String, [SQLValue]) {
        let marks = values.map { _ in "?" }.joined(separator: ", ")
        return ("\(column) IN (\(marks))", values)
    }

    private func texts(_ column: String, _ list: [String]) -> (String, [SQLValue]) {
        let each = dialect.equals(column)
        return (
            list.map { _ in each.sql }.joined(separator: " OR "),
            list.flatMap { text in
                each.takesLength
                    ? [.text(text), .int(Int64(text.utf8.count))] : [.text(text)]
            }
        )
    }

    private func dates(_ due: TaskQuery.Due) -> (String, [SQLValue]) {
        guard let days = due.days(at: now, in: zone) else { return ("due IS NULL", []) }
        guard !days.isEmpty else { return ("0 = 1", []) }
        let ends = [days.lowerBound, days.upperBound - 1].map { day in
            SQLValue.text(CalendarDate(days: day).text)
        }
        return ("due BETWEEN ? AND ?" + (due == .overdue ? " AND status <> 'done'" : ""), ends)
    }

    private func times(_ column: String, _ bounds: Range<Int64>) -> (String, [SQLValue]) {
        guard !bounds.isEmpty else { return ("0 = 1", []) }
        let ends = [bounds.lowerBound, bounds.upperBound - 1].map { time in
            SQLValue.text(Timestamp(milliseconds: time).sql)
        }
        return ("\(column) BETWEEN ? AND ?", ends)
    }

    /// A task that names no column is in the one that its board has for its status.
    private func columns(_ keys: [String]) -> (String, [SQLValue]) {
        var (parts, values): ([String], [SQLValue]) = ([], [])
        for board in boards {
            for column in board.fields.columns where keys.contains(column.key) {
                var part = "column_key = ?"
                values += [.unsigned(board.id.rawValue), .text(column.key)]
                if column.isHome {
                    part += " OR column_key IS NULL AND status = ?"
                    values.append(.text(column.status.name))
                }
                parts.append("board_id = ? AND (\(part))")
            }
        }
        return parts.isEmpty ? ("0 = 1", []) : (parts.joined(separator: " OR "), values)
    }
}

extension Dialect {
    /// MySQL takes two texts for equal of which one has a space more at its end.
    fileprivate func equals(_ column: String) -> (sql: String, takesLength: Bool) {
        switch self {
        case .sqlite: ("\(column) = ?", false)
        case .mysql: ("(\(column) = ? AND LENGTH(\(column)) = ?)", true)
        }
    }
}
