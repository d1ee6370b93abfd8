/// Comments, saved views and boards.
extension WorkState {
    mutating func perform(_ command: ItemCommand, _ context: inout Context) -> Reply {
        do throws(Refusal) {
            switch command {
            case .addComment(let task, let text): return try addComment(task, text, &context)
            case .editComment(let id, let expected, let text):
                return try editComment(id, expected, text, &context)
            case .deleteComment(let id, let expected):
                return try deleteComment(id, expected, &context)
            case .saveView(let name, let query, let owner):
                return try saveView(name, query, owner, &context)
            case .updateView(let id, let expected, let name, let query):
                return try updateView(id, expected, name, query, &context)
            case .deleteView(let id, let expected): return try deleteView(id, expected, &context)
            case .createBoard(let fields): return try createBoard(fields, &context)
            case .updateBoard(let id, let expected, let fields, let moveTo):
                return try updateBoard(id, expected, fields, moveTo, &context)
            case .deleteBoard(let id, let expected):
                return try deleteBoard(id, expected, &context)
            }
        } catch {
            return .refused(error)
        }
    }

    mutating func put(_ item: Item, _ context: inout Context) -> Reply {
        items.put(item)
        context.changes.append(.item(item))
        return item.life.deletedAt == nil ? .item(item) : .itemDeleted(item.id)
    }

    static func check(_ item: Item, _ expected: UInt64?) throws(Refusal) {
        if let expected, expected != item.life.version { throw .itemMismatch(item) }
    }
}

// MARK: Comments

extension WorkState {
    private mutating func addComment(
        _ task: TaskID, _ text: String, _ context: inout Context
    ) throws(Refusal) -> Reply {
        guard tasks[task] != nil else { throw .notFound(task) }
        try Self.check(text)
        if isFull { throw .stateFull }
        let comment = CommentRecord(
            id: CommentID(items.scalars.nextComment), task: task,
            user: context.credential?.user.id, author: context.actor, text: text,
            life: context.newLife)
        items.scalars.nextComment += 1
        note(.comment, of: task, TaskDifference.comment(comment.id, nil, text), &context)
        return put(.comment(comment), &context)
    }

    private mutating func editComment(
        _ id: CommentID, _ expected: UInt64?, _ text: String, _ context: inout Context
    ) throws(Refusal) -> Reply {
        var comment = try ownComment(id, expected, context)
        try Self.check(text)
        if Text.isIdentical(text, comment.text) { return .item(.comment(comment)) }
        if text.utf8.count > comment.text.utf8.count, isFull { throw .stateFull }
        let changes = TaskDifference.comment(id, comment.text, text)
        note(.comment, of: comment.task, changes, &context)
        comment.text = text
        comment.life = comment.life.changed(context)
        return put(.comment(comment), &context)
    }

    private mutating func deleteComment(
        _ id: CommentID, _ expected: UInt64?, _ context: inout Context
    ) throws(Refusal) -> Reply {
        var comment = try ownComment(id, expected, context)
        note(.comment, of: comment.task, TaskDifference.comment(id, comment.text, nil), &context)
        comment.life = comment.life.ended(context)
        return put(.comment(comment), &context)
    }

    private func ownComment(
        _ id: CommentID, _ expected: UInt64?, _ context: Context
    ) throws(Refusal) -> CommentRecord {
        guard let comment = items.comments[id] else { throw .itemNotFound(.comment(id)) }
        if !context.mayChange(comment.user) { throw .forbidden }
        try Self.check(.comment(comment), expected)
        return comment
    }

    private static func check(_ text: String) throws(Refusal) {
        if let problem = CommentRecord.problem(text) {
            throw .invalid("\(problem.pointer) \(problem.detail)")
        }
    }
}

// MARK: Saved views

extension WorkState {
    private mutating func saveView(
        _ name: String, _ query: String, _ owner: UserID?, _ context: inout Context
    ) throws(Refusal) -> Reply {
        if let refusal = ViewRecord.problems(name: name, query: query).refusal { throw refusal }
        if let owner {
            guard items.users[owner] != nil else { throw .itemNotFound(.user(owner)) }
            if !context.mayChange(owner) { throw .forbidden }
        }
        if items.views.count >= Limits.views { throw .tooMany("saved views") }
        if isFull { throw .stateFull }
        let view = ViewRecord(
            id: ViewID(items.scalars.nextView), name: name, query: query, owner: owner,
            life: context.newLife)
        items.scalars.nextView += 1
        return put(.view(view), &context)
    }

    private mutating func updateView(
        _ id: ViewID, _ expected: UInt64?, _ name: String?, _ query: String?,
        _ context: inout Context
    ) throws(Refusal) -> Reply {
        let old = try ownView(id, expected, context)
        if let refusal = ViewRecord.problems(name: name, query: query).refusal { throw refusal }
        var view = old
        if let name { view.name = name }
        if let query { view.query = query }
        if Text.isIdentical(view.name, old.name), Text.isIdentical(view.query, old.query) {
            return .item(.view(old))
        }
        if view.size > old.size, isFull { throw .stateFull }
        view.life = old.life.changed(context)
        return put(.view(view), &context)
    }

    private mutating func deleteView(
        _ id: ViewID, _ expected: UInt64?, _ context: inout Context
    ) throws(Refusal) -> Reply {
        var view = try ownView(id, expected, context)
        view.life = view.life.ended(context)
        return put(.view(view), &context)
    }

    private func ownView(
        _ id: ViewID, _ expected: UInt64?, _ context: Context
    ) throws(Refusal) -> ViewRecord {
        guard let view = items.views[id] else { throw .itemNotFound(.view(id)) }
        if !context.mayChange(view.owner) { throw .forbidden }
        try Self.check(.view(view), expected)
        return view
    }
}

extension WorkState.Context {
    var newLife: ItemLife { ItemLife(created: time, updated: time, changedIndex: index) }

    /// Whether whoever is behind the request may change what belongs to this user.
    func mayChange(_ owner: UserID?) -> Bool {
        guard let credential, let owner else { return true }
        return credential.user.id == owner || credential.scopes.contains(.admin)
    }
}
