/// What is done to one task at a time.
extension WorkState {
    /// Under the next number, or under one that the client chose.
    mutating func create(
        _ fields: TaskFields, as id: TaskID? = nil, _ context: inout Context
    ) -> Reply {
        do throws(Refusal) {
            if let id { try checkFree(id) }
            let fields = try checked(fields)
            if isFull { return .refused(.stateFull) }
            if let id { scalars.nextTask = id.rawValue }
            return .task(insert(fields, &context))
        } catch {
            return .refused(error)
        }
    }

    /// Numbers that were passed over count as used: the state does not remember which of those
    /// below the next one a task had that was deleted since, and so numbers always rise.
    private func checkFree(_ id: TaskID) throws(Refusal) {
        if id.rawValue < scalars.nextTask { throw .numberTaken(id, tasks[id]) }
        let highest = scalars.highestTask
        if id.rawValue > highest { throw .numberTooHigh(id, highest: TaskID(highest)) }
    }

    /// A new task, at the end of its column.
    @discardableResult
    mutating func insert(_ fields: TaskFields, _ context: inout Context) -> TaskRecord {
        let id = TaskID(scalars.nextTask)
        scalars.nextTask += 1
        let task = TaskRecord(
            id: id, fields: fields, rank: rankOfNew(id, fields), createdBy: context.node,
            author: context.actor, version: 1, created: context.time, updated: context.time,
            deletedAt: nil, changedIndex: context.index)
        replace(nil, with: task)
        note(.create, task, TaskDifference.created(fields), &context)
        return task
    }

    mutating func update(
        _ id: TaskID, expected: UInt64?, _ patch: TaskPatch, _ context: inout Context
    ) -> Reply {
        guard let old = tasks[id] else { return .refused(.notFound(id)) }
        if let expected, expected != old.version { return .refused(.versionMismatch(old)) }
        do throws(Refusal) {
            var task = old
            task.fields = try checked(patch.applied(to: old.fields))
            if task.fields.isIdentical(to: old.fields) { return .task(old) }
            if task.fields.board != old.fields.board {
                task.rank = rankAtEnd(of: task)
            }
            return .task(try change(old, to: task, as: .update, &context))
        } catch {
            return .refused(error)
        }
    }

    mutating func delete(
        _ id: TaskID, expected: UInt64?, _ context: inout Context
    ) -> Reply {
        guard let old = tasks[id] else { return .refused(.notFound(id)) }
        if let expected, expected != old.version { return .refused(.versionMismatch(old)) }
        var tombstone = old
        tombstone.version += 1
        tombstone.updated = context.time
        tombstone.deletedAt = context.time
        tombstone.changedIndex = context.index
        replace(old, with: nil)
        note(.delete, tombstone, TaskDifference.deleted(old), &context)
        return .deleted(id, version: tombstone.version)
    }

    /// The fields as they are stored, if they may be: a column says the status, and one that is
    /// its status's home is not named.
    func checked(_ fields: TaskFields) throws(Refusal) -> TaskFields {
        if let refusal = fields.problems.refusal { throw refusal }
        let board = items.board(fields.board)?.fields
        if let problem = BoardFields.problem(placing: fields, on: board) {
            throw .invalid("\(problem.pointer) \(problem.detail)")
        }
        var fields = fields
        if let column = fields.column.flatMap({ board?.column($0) }) {
            fields.status = column.status
            fields.column = column.isHome ? nil : column.key
        }
        return fields
    }

    /// Another state of a task, by a person's doing: with its job, if it becomes done.
    mutating func change(
        _ old: TaskRecord, to new: TaskRecord, as step: HistoryRecord.Step,
        _ context: inout Context
    ) throws(Refusal) -> TaskRecord {
        if new.size > old.size, isFull { throw .stateFull }
        try putJob(old, new, &context)
        var task = new
        store(old, &task, as: step, &context)
        return task
    }

    /// One change more of a task.
    mutating func store(
        _ old: TaskRecord, _ task: inout TaskRecord, as step: HistoryRecord.Step,
        _ context: inout Context
    ) {
        task.version += 1
        task.updated = context.time
        task.changedIndex = context.index
        replace(old, with: task)
        note(step, task, TaskDifference.between(old, task), &context)
    }

    /// A task that becomes done puts a job where its board says so, or stays as it was.
    private mutating func putJob(
        _ old: TaskRecord, _ new: TaskRecord, _ context: inout Context
    ) throws(Refusal) {
        guard old.fields.status != .done, new.fields.status == .done,
            let queue = items.board(new.fields.board)?.fields.onDone
        else { return }
        let title = TaskDifference.quoted(new.fields.title)
        let body = "{\"task\":\(new.id.rawValue),\"title\":\(title)"
            + ",\"board\":\(new.fields.board.rawValue)}"
        let reply = perform(.put(queue, [NewJob(body: Array(body.utf8))]), &context)
        if case .refused(let refusal) = reply { throw refusal }
    }

    mutating func replace(_ old: TaskRecord?, with new: TaskRecord?) {
        if let old {
            rowsHash.remove(old.hash)
            bytes -= old.size
            tasks[old.id] = nil
            places.remove(old)
        }
        if let new {
            rowsHash.add(new.hash)
            bytes += new.size
            tasks[new.id] = new
            places.insert(new)
        }
    }

    func note(
        _ step: HistoryRecord.Step, _ task: TaskRecord, _ changes: String, _ context: inout Context
    ) {
        context.changes.append(.task(task))
        note(step, of: task.id, changes, &context)
    }

    func note(
        _ step: HistoryRecord.Step, of task: TaskID, _ changes: String, _ context: inout Context
    ) {
        context.changes.append(
            .history(
                HistoryRecord(
                    index: context.index, ordinal: context.ordinal, term: context.term, task: task,
                    step: step, actor: context.actor, node: context.node, time: context.time,
                    changes: changes)))
        context.ordinal += 1
    }
}
