/// Tasks that come, or come back, with what they were before.
extension WorkState {
    /// All of them or none.
    mutating func importTasks(_ tasks: [TaskFields], _ context: inout Context) -> Reply {
        guard let first = tasks.first.map({ _ in TaskID(scalars.nextTask) }) else {
            return .refused(.invalid("/tasks must not be empty"))
        }
        var accepted: [TaskFields] = []
        var size = 0
        for (place, fields) in tasks.enumerated() {
            do throws(Refusal) {
                accepted.append(try checked(fields))
                size += TaskRecord.size(fields)
            } catch {
                return .refused(Self.within("/tasks/\(place)", error))
            }
        }
        if size > room { return .refused(.stateFull) }
        for fields in accepted { insert(fields, &context) }
        return .imported(first: first, count: accepted.count)
    }

    private static func within(_ pointer: String, _ refusal: Refusal) -> Refusal {
        guard case .invalid(let text) = refusal else { return refusal }
        return .invalid(pointer + text)
    }

    /// A task that was deleted is there again. It gets the entry's index as its version: each
    /// entry raises a version by one at most, so no version that it ever had is as high.
    mutating func restore(_ record: TaskRecord, _ context: inout Context) -> Reply {
        if let live = tasks[record.id] { return .refused(.conflict(.taskIsLive(live))) }
        guard (1..<scalars.nextTask).contains(record.id.rawValue) else {
            return .refused(.notFound(record.id))
        }
        do throws(Refusal) {
            var task = record
            task.fields = try checked(homed(record.fields))
            if task.size > room { return .refused(.stateFull) }
            task.rank = min(max(record.rank, -Self.rankMax), Self.rankMax)
            if nodes[record.createdBy] == nil { task.createdBy = context.node }
            task.version = context.index
            task.created = min(max(record.created, .zero), context.time)
            task.updated = context.time
            task.deletedAt = nil
            task.changedIndex = context.index
            replace(nil, with: task)
            let changes = TaskDifference.restored(
                task.fields, version: (record.version, task.version))
            note(.restore, task, changes, &context)
            return .task(task)
        } catch {
            return .refused(error)
        }
    }

    /// Its board or its column may be gone since.
    private func homed(_ fields: TaskFields) -> TaskFields {
        var fields = fields
        let board = items.board(fields.board)?.fields
        if board == nil { fields.board = .first }
        if let column = fields.column, board?.column(column) == nil { fields.column = nil }
        return fields
    }
}
