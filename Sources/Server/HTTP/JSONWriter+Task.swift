import Node
import Work

extension JSONWriter {
    /// About what a task takes as JSON.
    static func size(of task: TaskRecord) -> Int {
        400 + task.fields.title.utf8.count + task.fields.description.utf8.count
    }

    /// - Parameter members: which to show beside its number.
    mutating func task(_ task: TaskRecord, _ members: TaskMembers = .all) {
        object {
            $0.member("id", task.id.rawValue)
            $0.fields(task.fields, members)
            if members.contains(.rank) { $0.member("rank", task.rank) }
            if members.contains(.createdBy) { $0.member("created_by", task.createdBy) }
            if members.contains(.author) { $0.member("author", optional: task.author) }
            if members.contains(.version) { $0.member("version", task.version) }
            if members.contains(.created) { $0.member("created", task.created.text) }
            if members.contains(.updated) { $0.member("updated", task.updated.text) }
            if members.contains(.deletedAt) {
                $0.member("deleted_at", optional: task.deletedAt?.text)
            }
        }
    }

    private mutating func fields(_ fields: TaskFields, _ members: TaskMembers) {
        if members.contains(.title) { member("title", fields.title) }
        if members.contains(.description) { member("description", fields.description) }
        if members.contains(.status) { member("status", fields.status.name) }
        if members.contains(.priority) { member("priority", fields.priority) }
        if members.contains(.due) { member("due", optional: fields.due?.text) }
        if members.contains(.assignee) { member("assignee", optional: fields.assignee) }
        if members.contains(.labels) {
            name("labels")
            array(fields.labels) { $0.string($1) }
        }
        if members.contains(.board) { member("board", fields.board.rawValue) }
        if members.contains(.column) { member("column", optional: fields.column) }
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
}

// MARK: Events

extension JSONWriter {
    mutating func event(_ event: TaskEvent) {
        object {
            $0.member("kind", event.step.kind)
            if event.step == .comment {
                $0.name("comment")
                $0.object { $0.member("task_id", event.task.id.rawValue) }
            } else {
                $0.name("task")
                $0.task(event.task)
            }
            $0.member("index", event.index)
            $0.member("ordinal", event.ordinal)
            $0.member("term", event.term)
            $0.member("node", event.node)
        }
    }

    /// A board or a saved view.
    mutating func event(_ event: ItemEvent) {
        object {
            $0.member("kind", event.item.life.deletedAt == nil ? "changed" : "deleted")
            switch event.item {
            case .board(let board):
                $0.name("board")
                $0.board(board)
            // Whose view it is decides who may see it: whoever shows views reads them again.
            case .view, .user, .token, .comment: $0.member("id", event.item.id.number)
            }
            $0.member("index", event.index)
            $0.member("ordinal", event.ordinal)
        }
    }
}

extension HistoryRecord.Step {
    fileprivate var kind: String {
        switch self {
        case .create: "created"
        case .update: "updated"
        case .delete: "deleted"
        case .move: "moved"
        case .restore: "restored"
        case .comment: "commented"
        }
    }
}

extension FeedEvent {
    /// What a stream calls it.
    var streamName: StaticString {
        switch self {
        case .task(let event): event.step == .comment ? "comment" : "task"
        case .item(let event):
            switch event.item {
            case .board: "board"
            case .view: "view"
            case .user: "user"
            case .token: "token"
            case .comment: "comment"
            }
        }
    }
}
