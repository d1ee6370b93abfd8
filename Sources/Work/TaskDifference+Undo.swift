/// The way back: what a task was before a step.
extension TaskDifference {
    typealias Change = (name: String, before: JSONScanner.Value, after: JSONScanner.Value)

    /// What `changes` of a history's row says; nil if it is no such text.
    static func parse(_ changes: String) -> [Change]? {
        var scanner = JSONScanner(changes)
        var found: [Change] = []
        guard scanner.take("{") else { return nil }
        if scanner.take("}") { return scanner.rest.isEmpty ? found : nil }
        repeat {
            guard let name = scanner.string(), scanner.take(":{\"before\":"),
                let before = scanner.value(), scanner.take(",\"after\":"),
                let after = scanner.value(), scanner.take("}")
            else { return nil }
            found.append((name, before, after))
        } while scanner.take(",")
        return scanner.take("}") && scanner.rest.isEmpty ? found : nil
    }

    /// The task before the step, of which `task` is what came of it; its last change and its times
    /// are not known from the step alone. nil if the text is none of ours.
    static func undo(_ step: HistoryRecord, of task: TaskRecord) -> TaskRecord? {
        guard let changes = parse(step.changes) else { return nil }
        var before = task
        switch step.step {
        case .create, .comment: return nil
        case .delete:
            // All that the task was is in the step.
            before.fields = TaskFields(title: "")
            before.rank = Int64(truncatingIfNeeded: task.id.rawValue << 20)
            before.deletedAt = nil
            before.version &-= 1
        case .restore: before.deletedAt = step.time
        case .update, .move: before.version &-= 1
        }
        if step.step == .restore {
            for case (let name, .number(let version), _) in changes where name == "version" {
                before.version = UInt64(bitPattern: version)
            }
            return before
        }
        for change in changes where !before.set(change.name, change.before) { return nil }
        return before
    }
}

extension TaskRecord {
    /// null is what a new task has.
    fileprivate mutating func set(_ name: String, _ value: JSONScanner.Value) -> Bool {
        switch (name, value) {
        case ("title", .string(let text)): fields.title = text
        case ("description", .string(let text)): fields.description = text
        case ("description", .null): fields.description = ""
        case ("status", .string(let text)):
            guard let status = TaskStatus(name: text) else { return false }
            fields.status = status
        case ("priority", .number(let number)): fields.priority = UInt8(clamping: number)
        case ("priority", .null): fields.priority = 0
        case ("due", .string(let text)):
            guard let due = CalendarDate(text: text) else { return false }
            fields.due = due
        case ("due", .null): fields.due = nil
        case ("assignee", .string(let text)): fields.assignee = text
        case ("assignee", .null): fields.assignee = nil
        case ("labels", .strings(let labels)): fields.labels = labels
        case ("labels", .null): fields.labels = []
        case ("board", .number(let number)): fields.board = BoardID(UInt64(bitPattern: number))
        case ("board", .null): fields.board = .first
        case ("column", .string(let key)): fields.column = key
        case ("column", .null): fields.column = nil
        case ("rank", .number(let number)): rank = number
        default: return false
        }
        return true
    }
}
