package import Work

extension TaskReader {
    private var selectJobs: String { Table.jobs.select + session.dialect.withBodies }

    /// Jobs by rising number.
    package func jobs(after: JobID?, limit: Int) throws -> [JobRecord] {
        try session.rows(
            selectJobs + " WHERE id > ? ORDER BY id LIMIT ?",
            [.unsigned(after?.rawValue ?? 0), .int(Int64(limit))])
    }

    /// Those of the jobs that are there.
    package func jobs(_ ids: [JobID]) throws -> [JobRecord] {
        try find(ids.map { .unsigned($0.rawValue) }, in: .jobs, selectJobs)
    }

    /// Queues by name.
    package func queues(after: QueueName?, limit: Int) throws -> [QueueRecord] {
        try session.rows(
            Table.queues.select + " WHERE name > ? ORDER BY name LIMIT ?",
            [.text(after?.text ?? ""), .int(Int64(limit))])
    }

    /// Those of the queues that are there.
    package func queues(_ names: [QueueName]) throws -> [QueueRecord] {
        try find(names.map { .text($0.text) }, in: .queues, Table.queues.select)
    }

    func find<Row: StoredRow>(
        _ keys: [SQLValue], in table: Table, _ select: String
    ) throws -> [Row] {
        var rows: [Row] = []
        var rest = keys[...]
        while !rest.isEmpty {
            let keys = rest.prefix(RowWriter.size(filledBy: rest.count))
            rest = rest.dropFirst(keys.count)
            let condition = session.dialect.find(in: table, rows: keys.count)
            rows += try session.rows("\(select) WHERE \(condition)", Array(keys))
        }
        return rows
    }
}

/// What the base says of what changed in the job queue. Projections have no such table.
extension TaskReader {
    /// What batches behind the entry at `index` touched, oldest first.
    func touchedJobs(after index: UInt64, limit: Int) throws -> [TouchedJobs] {
        try session.rows(
            Table.touches.select + " WHERE log_index > ? ORDER BY log_index LIMIT ?",
            [.unsigned(index), .int(Int64(limit))])
    }

    /// What batches up to here touched is forgotten.
    func touchedForgotten() throws -> UInt64 {
        let first = "SELECT log_index, touched FROM job_changes ORDER BY log_index LIMIT 1"
        let found = try session.number("SELECT log_index FROM (\(first)) WHERE touched IS NULL")
        return UInt64(bitPattern: found ?? 0)
    }
}
