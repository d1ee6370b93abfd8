/// Whether a task is asked for: what the databases answer, said in a few lines. They are held to
/// it, and what keeps tasks in memory alone uses it.
extension TaskQuery {
    /// `board` finds a board by its number; `now` is what relative days and ages count from.
    package func matches(
        _ task: TaskRecord, at now: Timestamp, board: (BoardID) -> BoardFields?
    ) -> Bool {
        if (task.deletedAt != nil) != isAboutDeleted { return false }
        return conditions.allSatisfy { condition in
            condition.test == .isDeleted
                || matches(condition.test, task, now, board) != condition.isNegated
        }
    }

    private func matches(
        _ test: Test, _ task: TaskRecord, _ now: Timestamp, _ board: (BoardID) -> BoardFields?
    ) -> Bool {
        let fields = task.fields
        switch test {
        case .word(let word, let isPrefix):
            let terms = Terms.all(in: fields)
            return isPrefix
                ? terms.contains { Text.hasPrefix($0, word) }
                : terms.contains { Text.isIdentical($0, word) }
        case .phrase(let words):
            return Terms.contain(words, in: fields.title)
                || Terms.contain(words, in: fields.description)
        case .status(let list): return list.contains(fields.status)
        case .column(let list):
            guard let column = board(fields.board)?.column(of: fields) else { return false }
            return list.contains(column.key)
        case .board(let list): return list.contains(fields.board)
        case .label(let list):
            return fields.labels.contains { label in
                list.contains { Text.isIdentical(label, $0) }
            }
        case .assignee(let list):
            return list.contains { Text.isIdentical(fields.assignee, $0) }
        case .author(let list): return list.contains { Text.isIdentical(task.author, $0) }
        case .priority(let range): return range.contains(fields.priority)
        case .due(let due): return due.matches(fields, at: now, in: zone)
        case .created(let comparison, let moment):
            return moment.bounds(comparison, at: now, in: zone).contains(task.created.milliseconds)
        case .updated(let comparison, let moment):
            return moment.bounds(comparison, at: now, in: zone).contains(task.updated.milliseconds)
        case .id(let list): return list.contains(task.id)
        case .isDeleted: return task.deletedAt != nil
        case .isUnassigned: return fields.assignee == nil
        }
    }

    /// Whether the first task comes before the second in the order that the query asks for.
    package func precedes(_ left: TaskRecord, _ right: TaskRecord) -> Bool {
        QueryCursor.follows(cursor(of: right), cursor(of: left), sort)
    }

    /// Where a task is in this order.
    package func cursor(of task: TaskRecord) -> QueryCursor {
        QueryCursor(value: sort.key.value(of: task), id: task.id)
    }
}
