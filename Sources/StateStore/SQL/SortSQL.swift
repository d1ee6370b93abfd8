import Work

/// A query's order as SQL: first the tasks that have a value, then those that have none.
struct SortSQL {
    let sort: TaskQuery.Sort
    let dialect: Dialect

    enum Part {
        case all
        case valued
        case valueless
    }

    /// What is still to come behind a cursor, in order.
    func parts(after cursor: QueryCursor?) -> [Part] {
        switch sort.key {
        case .due, .priority:
            cursor?.value == QueryCursor.Value.none ? [.valueless] : [.valued, .valueless]
        case .rank, .created, .updated, .title, .id: [.all]
        }
    }

    func condition(_ part: Part) -> String? {
        switch (part, sort.key) {
        case (.all, _): nil
        case (.valued, .due): "due IS NOT NULL"
        case (.valueless, .due): "due IS NULL"
        case (.valued, _): "priority > 0"
        case (.valueless, _): "priority = 0"
        }
    }

    func order(_ part: Part) -> String {
        let direction = sort.isDescending ? " DESC" : ""
        return columns(part).map { $0 + direction }.joined(separator: ", ")
    }

    /// The condition that a task comes behind the cursor; nil if it lies in an earlier part.
    func condition(after cursor: QueryCursor, in part: Part) -> (String, [SQLValue])? {
        let sign = sort.isDescending ? "<" : ">"
        let id = SQLValue.unsigned(cursor.id.rawValue)
        guard part != .valueless, sort.key != .id else {
            return cursor.value == .none || sort.key == .id ? ("id \(sign) ?", [id]) : nil
        }
        let columns = columns(part)
        let values = values(cursor.value) + [id]
        var (parts, all): ([String], [SQLValue]) = ([], [])
        for place in columns.indices {
            let equal = columns[..<place].map { "\($0) = ?" }
            parts.append((equal + ["\(columns[place]) \(sign) ?"]).joined(separator: " AND "))
            all += values[...place]
        }
        return ("(" + parts.joined(separator: " OR ") + ")", all)
    }

    /// Binary collation of MySQL takes texts for equal that differ in spaces at their ends alone:
    /// of those the shorter comes first, as its bytes do.
    private func columns(_ part: Part) -> [String] {
        if part == .valueless { return ["id"] }
        return switch sort.key {
        case .rank: ["position", "id"]
        case .created: ["created", "id"]
        case .updated: ["updated", "id"]
        case .due: ["due", "id"]
        case .priority: ["priority", "id"]
        case .title: dialect == .sqlite ? ["title", "id"] : ["title", "LENGTH(title)", "id"]
        case .id: ["id"]
        }
    }

    private func values(_ value: QueryCursor.Value) -> [SQLValue] {
        switch value {
        case .none: []
        case .number(let number): [.int(number)]
        case .text(let text):
            sort.key == .title && dialect == .mysql
                ? [.text(text), .int(Int64(text.utf8.count))] : [.text(text)]
        }
    }
}
