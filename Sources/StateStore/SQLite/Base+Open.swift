package import Work

extension Base {
    /// Opens the file, or makes it, and loads the state it holds, which must have the hash that
    /// was stored with it. Takes as long as reading every live row does.
    package static func open(
        path: String, cluster: UInt64
    ) throws(BaseError) -> (base: Base, state: WorkState) {
        do {
            let session = try SQLiteSession(writing: path)
            try checkPages(session)
            // A base does not record its node: it lies in the node's own directory.
            let migrator = Migrator(
                session: session, owner: StoreOwner(cluster: cluster, node: 0))
            _ = try session.transaction { try migrator.migrate() }
            try syncEarlierWrites(session)
            return try session.snapshot { try load(session) }
        } catch {
            throw BaseError(error, file: path)
        }
    }

    private static func checkPages(_ session: SQLiteSession) throws {
        let found = try session.texts("PRAGMA quick_check(1)")
        if found != ["ok"] {
            throw StoreError(.damaged, "SQLite's check says: \(found.joined(separator: "; "))")
        }
    }

    /// A process that was killed may have left frames in the write-ahead log that no sync has
    /// covered. The sync of one more write covers them, before anybody relies on them. There and
    /// back again: SQLite writes nothing for an update that changes nothing.
    private static func syncEarlierWrites(_ session: SQLiteSession) throws {
        try session.transaction {
            try session.run("UPDATE raft_state SET schema_version = schema_version + 1")
            try session.run("UPDATE raft_state SET schema_version = schema_version - 1")
        }
    }

    private static func load(
        _ session: SQLiteSession
    ) throws -> (base: Base, state: WorkState) {
        let scalars = try TaskReader(session: session).scalars()
        var loader = WorkState.Loader()
        var nodes: Set<UInt64> = []
        var rows = 0
        try session.query(Table.nodes.select + " ORDER BY id", []) {
            let node = try NodeRecord(row: &$0)
            nodes.insert(node.id)
            loader.add(node)
            rows += 1
        }
        try session.query(Table.tasks.select + " WHERE deleted_at IS NULL ORDER BY id", []) {
            loader.add(try TaskRecord(row: &$0))
            rows += 1
        }
        try session.query(Table.keys.select + " ORDER BY log_index", []) {
            loader.add(try KeyRecord(row: &$0))
            rows += 1
        }
        try session.query(Table.origins.select + " ORDER BY node_id, incarnation", []) {
            loader.add(try OriginRecord(row: &$0))
            rows += 1
        }
        guard scalars.index > 0 || rows == 0, let state = loader.finish(scalars) else {
            throw StoreError(
                .damaged, "the rows do not have the state hash stored at index \(scalars.index)")
        }
        return (Base(session: session, scalars: scalars, nodes: nodes), state)
    }
}
