package import Work

extension NodeRecord: StoredRow {
    package static var table: Table { .nodes }

    package var values: [SQLValue] {
        [
            .unsigned(id), .text(name), .text(address), .text(firstSeen.sql), .hex(incarnation),
            .unsigned(changedIndex),
        ]
    }

    package init(row: inout SQLRow) throws {
        self.init(
            id: try row.unsigned(), name: try row.text(), address: try row.text(),
            firstSeen: try row.time(), incarnation: try row.hex(),
            changedIndex: try row.unsigned())
    }
}

extension TaskRecord: StoredRow {
    package static var table: Table { .tasks }

    package var values: [SQLValue] {
        [
            .unsigned(id.rawValue), .text(fields.title), .text(fields.description),
            .text(fields.status.name), .int(Int64(fields.priority)),
            .optional(fields.due?.text), .optional(fields.assignee),
            .text(Labels.text(fields.labels)), .int(rank), .unsigned(createdBy),
            .optional(author), .unsigned(version), .text(created.sql), .text(updated.sql),
            .optional(deletedAt?.sql), .unsigned(changedIndex), .unsigned(fields.board.rawValue),
            .optional(fields.column),
        ]
    }

    package init(row: inout SQLRow) throws {
        let id = TaskID(try row.unsigned())
        self.init(
            id: id, fields: try TaskFields(row: &row), rank: try row.int64(),
            createdBy: try row.unsigned(), author: try row.optionalText(),
            version: try row.unsigned(), created: try row.time(), updated: try row.time(),
            deletedAt: try row.optionalTime(), changedIndex: try row.unsigned())
        fields.board = BoardID(try row.unsigned())
        fields.column = try row.optionalText()
    }
}

extension TaskFields {
    fileprivate init(row: inout SQLRow) throws {
        self.init(title: try row.text())
        description = try row.text()
        guard let status = TaskStatus(name: try row.text()) else {
            throw row.unexpected("a status")
        }
        self.status = status
        priority = try row.number(UInt8.self)
        due = try row.optionalDate()
        assignee = try row.optionalText()
        guard let labels = Labels.parse(try row.text()) else { throw row.unexpected("labels") }
        self.labels = labels
    }
}

extension HistoryRecord: StoredRow {
    package static var table: Table { .history }

    package var values: [SQLValue] {
        [
            .unsigned(index), .int(Int64(ordinal)), .unsigned(term), .unsigned(task.rawValue),
            .text(step.name), .optional(actor), .unsigned(node), .text(time.sql), .text(changes),
        ]
    }

    package init(row: inout SQLRow) throws {
        let index = try row.unsigned()
        let ordinal = try row.number(UInt32.self)
        let term = try row.unsigned()
        let task = TaskID(try row.unsigned())
        guard let step = Step(name: try row.text()) else { throw row.unexpected("a command") }
        self.init(
            index: index, ordinal: ordinal, term: term, task: task, step: step,
            actor: try row.optionalText(), node: try row.unsigned(), time: try row.time(),
            changes: try row.text())
    }
}

extension StateScalars: StoredRow {
    package static var table: Table { .scalars }

    package var values: [SQLValue] {
        [
            .unsigned(index), .unsigned(term), .unsigned(clusterTime), .text(wallTime.sql),
            .unsigned(nextTask), .int(Int64(machineVersion)),
            configuration.isEmpty ? .null : .blob(configuration), .hex(rowsHash), .hex(stateHash),
            .unsigned(jobs.nextJob), .unsigned(jobs.nextPlace), .unsigned(jobs.timeouts),
            .unsigned(bytesMax), .hex(jobs.rowsHash), .unsigned(items.nextBoard),
            .unsigned(items.nextComment), .unsigned(items.nextView), .unsigned(items.nextUser),
            .unsigned(items.nextToken), .hex(items.rowsHash),
        ]
    }

    package init(row: inout SQLRow) throws {
        self.init()
        index = try row.unsigned()
        term = try row.unsigned()
        clusterTime = try row.unsigned()
        wallTime = try row.time()
        nextTask = try row.unsigned()
        machineVersion = try row.number(UInt32.self)
        configuration = try row.bytes()
        rowsHash = try row.hex()
        stateHash = try row.hex()
        jobs.nextJob = try row.unsigned()
        jobs.nextPlace = try row.unsigned()
        jobs.timeouts = try row.unsigned()
        bytesMax = try row.unsigned()
        jobs.rowsHash = try row.hex()
        items.nextBoard = try row.unsigned()
        items.nextComment = try row.unsigned()
        items.nextView = try row.unsigned()
        items.nextUser = try row.unsigned()
        items.nextToken = try row.unsigned()
        items.rowsHash = try row.hex()
    }
}
