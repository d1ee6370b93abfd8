import Node
import Work

extension JSONWriter {
    /// About what a task takes as JSON.
    static func size(of task: TaskRecord) -> Int {
        400 + task.fields.title.utf8.count + task.fields.description.utf8.count
    }

    mutating func task(_ task: TaskRecord) {
        object {
            $0.member("id", task.id.rawValue)
            $0.fields(task.fields)
            $0.member("rank", task.rank)
            $0.member("created_by", task.createdBy)
            $0.member("author", optional: task.author)
            $0.member("version", task.version)
            $0.member("created", task.created.text)
            $0.member("updated", task.updated.text)
            $0.member("deleted_at", optional: task.deletedAt?.text)
        }
    }

    private mutating func fields(_ fields: TaskFields) {
        member("title", fields.title)
        member("description", fields.description)
        member("status", fields.status.name)
        member("priority", fields.priority)
        member("due", optional: fields.due?.text)
        member("assignee", optional: fields.assignee)
        name("labels")
        array(fields.labels) { $0.string($1) }
    }

    mutating func history(_ step: HistoryRecord) {
        object {
            $0.member("index", step.index)
            $0.member("ordinal", step.ordinal)
            $0.member("term", step.term)
            $0.member("task_id", step.task.rawValue)
            $0.member("command", step.step.name)
            $0.member("author", optional: step.actor)
            $0.member("node", step.node)
            $0.member("time", step.time.text)
            $0.name("changes")
            $0.raw(step.changes)
        }
    }

    mutating func event(_ event: TaskEvent) {
        object {
            switch event.step {
            case .create: $0.member("kind", "created")
            case .update: $0.member("kind", "updated")
            case .delete: $0.member("kind", "deleted")
            case .move: $0.member("kind", "moved")
            case .restore: $0.member("kind", "restored")
            case .comment: $0.member("kind", "commented")
            }
            $0.name("task")
            $0.task(event.task)
            $0.member("index", event.index)
            $0.member("ordinal", event.ordinal)
            $0.member("term", event.term)
            $0.member("node", event.node)
        }
    }
}

extension JSONWriter {
    /// A board or a saved view: whoever shows it reads it again.
    mutating func event(_ event: ItemEvent) {
        object {
            $0.member("kind", event.item.life.deletedAt == nil ? "changed" : "deleted")
            $0.member("id", event.item.id.number)
            $0.member("version", event.item.life.version)
            $0.member("index", event.index)
            $0.member("ordinal", event.ordinal)
        }
    }
}

extension Item {
    var streamName: StaticString {
        switch self {
        case .board: "board"
        case .view: "view"
        case .user: "user"
        case .token: "token"
        case .comment: "comment"
        }
    }
}
