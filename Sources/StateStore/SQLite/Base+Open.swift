package import Work

extension Base {
    /// Opens the file, or makes it, and loads the state it holds, which must have the hash that
    /// was stored with it. Takes as long as reading every live row does. A projection that was away
    /// while more than `touchedBytes` of lists came together copies all jobs again.
    package static func open(
        path: String, cluster: UInt64, touchedBytes: Int = 16 << 20
    ) throws(BaseError) -> (base: Base, state: WorkState) {
        do {
            let session = try SQLiteSession(writing: path)
            try checkPages(session)
            // A base does not record its node: it lies in the node's own directory.
            let migrator = Migrator(
                session: session, owner: StoreOwner(cluster: cluster, node: 0))
            _ = try session.transaction { try migrator.migrate() }
            try syncEarlierWrites(session)
            return try session.snapshot { try load(session, touchedBytes) }
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
        _ session: SQLiteSession, _ touchedBytes: Int
    ) throws -> (base: Base, state: WorkState) {
        let scalars = try TaskReader(session: session).scalars()
        var loader = WorkState.Loader()
        let (nodes, rows) = try addRows(session, to: &loader)
        guard scalars.index > 0 || rows == 0, let state = loader.finish(scalars) else {
            throw StoreError(
                .damaged, "the rows do not have the state hash stored at index \(scalars.index)")
        }
        var touched = TouchedLists(bytesMax: touchedBytes)
        let sizes = "SELECT log_index, COALESCE(LENGTH(touched), 0) FROM job_changes"
        try session.query(sizes + " ORDER BY log_index DESC", []) {
            let index = try $0.unsigned()
            touched.found(try $0.number(Int.self), at: index)
        }
        return (Base(session: session, scalars: scalars, nodes: nodes, touched: touched), state)
    }

    /// Queues and sessions come before jobs, and those by their numbers. Returns the nodes, and
    /// how many rows there are.
    private static func addRows(
        _ session: SQLiteSession, to loader: inout WorkState.Loader
    ) throws -> (nodes: Set<UInt64>, rows: Int) {
        var nodes: Set<UInt64> = []
        var rows = 0
        func each<Row: StoredRow>(_ rest: String, _ add: (Row) -> Void) throws {
            try session.query(Row.table.select + rest, []) {
                add(try Row(row: &$0))
                rows += 1
            }
        }
        try each(" ORDER BY id") { (node: NodeRecord) in
            nodes.insert(node.id)
            loader.add(node)
        }
        try each(" WHERE deleted_at IS NULL ORDER BY id") { (task: TaskRecord) in loader.add(task) }
        try each(" ORDER BY log_index") { (key: KeyRecord) in loader.add(key) }
        try each(" ORDER BY node_id, incarnation") { (origin: OriginRecord) in loader.add(origin) }
        try each(" ORDER BY position") { (queue: QueueRecord) in loader.add(queue) }
        try each(" ORDER BY node_id, incarnation, number") { (session: SessionRecord) in
            loader.add(session)
        }
        try each(session.dialect.withBodies + " ORDER BY id") { (job: JobRecord) in
            loader.add(job)
        }
        try each(" ORDER BY queue, name") { (unique: UniqueRecord) in loader.add(unique) }
        let live = " WHERE deleted_at IS NULL ORDER BY id"
        try each(live) { (board: BoardRecord) in loader.add(.board(board)) }
        try each(live) { (user: UserRecord) in loader.add(.user(user)) }
        try each(live) { (token: TokenRecord) in loader.add(.token(token)) }
        try each(live) { (view: ViewRecord) in loader.add(.view(view)) }
        try each(live) { (comment: CommentRecord) in loader.add(.comment(comment)) }
        return (nodes, rows)
    }
}
