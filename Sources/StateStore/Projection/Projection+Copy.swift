import Work

/// How far a step came.
enum ProjectionProgress {
    /// The database holds the state at this index.
    case whole(UInt64)
    /// It holds some rows of it, up to about this one.
    case partly(UInt64)
}

/// The rows were complete, but not the base's.
struct ProjectionMismatch: Error {}

extension Projection {
    func advance(_ connection: MySQLConnection) throws -> ProjectionProgress {
        do {
            return try source.read { base in
                try connection.transaction { try advance(connection, base) }
            }
        } catch is ProjectionMismatch {
            _ = try startRebuild(connection, because: "its rows do not have the base's hash")
            return .partly(0)
        }
    }

    private func advance(
        _ connection: MySQLConnection, _ base: TaskReader
    ) throws -> ProjectionProgress {
        var mark = try ProjectionMark.read(connection)
        if mark.emptying != .nothing { return try removeRows(connection, mark) }
        let scalars = try base.scalars()
        if mark.highest > scalars.index { throw ProjectionMismatch() }
        if mark.applied == scalars.index { return .whole(mark.applied) }
        var copy = ProjectionCopy(connection: connection, base: base, limits: limits)
        try copy.run(&mark, through: scalars.index)
        guard copy.isComplete else {
            mark.applied = 0
            try mark.write(connection)
            return .partly(mark.lowest)
        }
        // Rows that were copied in several transactions are compared before anybody relies on them.
        if mark.applied == 0 {
            let digest = RowsDigest(reader: TaskReader(session: connection))
            if try digest.difference(from: scalars) != nil { throw ProjectionMismatch() }
        }
        try ProjectionMark.complete(scalars.index).write(connection)
        try RowWriter(session: connection).update(scalars)
        return .whole(scalars.index)
    }

    /// Removes some rows, those first that refer to others.
    private func removeRows(
        _ connection: MySQLConnection, _ mark: ProjectionMark
    ) throws -> ProjectionProgress {
        let jobs: [Table] = [.jobs, .queues]
        let rest: [Table] = Table.items + [.taskLabels, .taskTerms, .history, .tasks, .nodes]
        for table in mark.emptying == .jobs ? jobs : jobs + rest {
            let removed = try connection.execute(
                "DELETE FROM \(table.name) LIMIT ?", [.int(Int64(limits.removals))])
            if removed > 0 { return .partly(0) }
        }
        var emptied = mark.emptying == .jobs ? mark : .emptied
        emptied.emptying = .nothing
        emptied.jobs = .start
        try emptied.write(connection)
        return .partly(0)
    }
}

/// One transaction's worth of copying, from one state of the base.
struct ProjectionCopy {
    let connection: MySQLConnection
    let base: TaskReader
    let limits: ProjectionLimits
    let writer: RowWriter
    private var rows: Int
    private var bytes: Int
    var isComplete = false

    init(connection: MySQLConnection, base: TaskReader, limits: ProjectionLimits) {
        self.connection = connection
        self.base = base
        self.limits = limits
        writer = RowWriter(
            session: connection, statementBytes: min(4 << 20, connection.packetBytes / 2))
        rows = limits.rows
        bytes = limits.bytes
    }

    var isSpent: Bool { rows <= 0 || bytes <= 0 }

    /// Nodes, then tasks, then steps, each of which refers to those before; then items and jobs.
    /// Steps are copied only when all tasks are, since a task that changed again later comes late
    /// in the order of change.
    mutating func run(_ mark: inout ProjectionMark, through index: UInt64) throws {
        try writer.upsert(try base.nodes(changedAfter: mark.tasks.index))
        while !isSpent {
            let page = try base.tasks(changedAfter: mark.tasks, limit: limits.page)
            try write(page)
            spend(page.count, page.reduce(0) { $0 + 512 + $1.fields.description.utf8.count })
            guard page.count < limits.page else {
                mark.tasks = page[page.count - 1].changePlace
                continue
            }
            mark.tasks = .end(of: index)
            try copyHistory(&mark, through: index)
            return
        }
    }

    private mutating func copyHistory(
        _ mark: inout ProjectionMark, through index: UInt64
    ) throws {
        while !isSpent {
            let page = try base.history(from: mark.history, limit: limits.page)
            try writer.upsert(page)
            spend(page.count, page.reduce(0) { $0 + 256 + $1.changes.utf8.count })
            guard page.count < limits.page else {
                mark.history = page[page.count - 1].changePlace
                continue
            }
            mark.history = .end(of: index)
            if try copyItems(&mark.items, through: index) { try copyJobs(&mark, through: index) }
            return
        }
    }

    private func write(_ tasks: [TaskRecord]) throws {
        let search = SearchTables(session: connection)
        let difference = try search.difference(tasks)
        try writer.upsert(tasks)
        try search.write(difference, writer)
    }

    mutating func spend(_ count: Int, _ size: Int) {
        rows -= count
        bytes -= size
    }
}
