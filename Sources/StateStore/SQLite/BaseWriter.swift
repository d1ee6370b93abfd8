import OrderedCollections
import Work

/// Writes a batch into the base's tables, within its transaction.
struct BaseWriter {
    private let writer: RowWriter

    init(session: SQLiteSession) { writer = RowWriter(session: session) }

    /// Rows before those that refer to them.
    func write(
        _ batch: RowBatch, _ scalars: StateScalars, _ touched: inout TouchedLists
    ) throws {
        try writer.upsert(batch.nodes.values)
        try write(batch.tasks.values)
        try writer.upsert(batch.history)
        try writer.write(items: batch.items.values.sorted { $0.id < $1.id })
        try write(batch.keys, key: \.key)
        try write(batch.origins) { [.unsigned($0.node), .hex($0.incarnation)] }
        try write(batch.jobs)
        try write(TouchedJobs(batch.jobs, index: scalars.index), &touched)
        try writer.update(scalars)
    }

    private func write(_ tasks: some Collection<TaskRecord>) throws {
        if tasks.isEmpty { return }
        let search = SearchTables(session: writer.session)
        let firstNew = try writer.session.number("SELECT next_task FROM raft_state") ?? 1
        let difference = try search.difference(tasks, firstNew: UInt64(bitPattern: firstNew))
        try writer.upsert(tasks)
        try search.write(difference, writer)
    }

    /// Removes the rows of what is nil, and writes the others.
    private func write<Name, Row: StoredRow>(
        _ rows: OrderedDictionary<Name, Row?>, key: (Name) -> [SQLValue]
    ) throws {
        var gone: [[SQLValue]] = []
        for (name, row) in rows where row == nil { gone.append(key(name)) }
        try writer.delete(gone, from: Row.table)
        try writer.upsert(rows.values.compactMap(\.self))
    }

    private func write(_ rows: JobRows) throws {
        try write(rows.queues) { [.text($0.text)] }
        try write(rows.sessions, key: \.key)
        try write(rows.uniques, key: \.key)
        var (gone, heads, bodies): ([[SQLValue]], [[SQLValue]], [[SQLValue]]) = ([], [], [])
        for (id, write) in rows.jobs {
            switch write {
            case .skip: continue
            case .delete: gone.append([.unsigned(id.rawValue)])
            case .upsert(let job, let isNew):
                var values = job.values
                // The body has a row of its own.
                values.removeLast()
                heads.append(values)
                if isNew { bodies.append([.unsigned(id.rawValue), .blob(job.body)]) }
            }
        }
        try writer.delete(gone, from: .jobHeads)
        try writer.delete(gone, from: .jobBodies)
        try writer.upsert(heads, into: .jobHeads)
        try writer.upsert(bodies, into: .jobBodies)
    }

    private func write(_ list: TouchedJobs, _ lists: inout TouchedLists) throws {
        if list.isEmpty { return }
        let values = list.values
        try writer.upsert([values], into: .touches)
        let size = values.reduce(0) { $0 + $1.size }
        guard let end = lists.written(size, at: list.index) else { return }
        // What is left of them says how far they went.
        try writer.session.execute(
            "DELETE FROM job_changes WHERE log_index < ?", [.unsigned(end)])
        try writer.session.execute(
            "UPDATE job_changes SET touched = NULL WHERE log_index = ?", [.unsigned(end)])
    }
}
