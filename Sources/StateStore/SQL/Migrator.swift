import Work

/// Whose a store is. Every node has one of its own.
package struct StoreOwner: Hashable, Sendable {
    package var cluster: UInt64
    package var node: UInt64

    package init(cluster: UInt64, node: UInt64) {
        self.cluster = cluster
        self.node = node
    }
}

/// Brings a database to the newest schema, if it is its owner's.
struct Migrator {
    let session: any SQLSession
    let owner: StoreOwner

    enum Outcome: Equatable {
        /// Every table was there.
        case ready
        /// Tables were made: what the others hold may not fit them.
        case created
    }

    /// Harmless when there is nothing to do. MySQL commits each statement by itself, so each can
    /// be repeated after a crash in the middle; SQLite's are one transaction.
    func migrate() throws -> Outcome {
        let found = try existingTables()
        try checkOwner(found)
        try session.run(Schema.identity(session.dialect))
        try insertState(isNew: found.isEmpty)
        try checkCluster()
        let steps = Schema.steps(session.dialect)
        let version = try schemaVersion(newest: steps.count)
        try run(steps, after: version)
        let missing = Self.names(session.dialect).subtracting(try existingTables())
        if !missing.isEmpty { try replace(missing, steps) }
        if session.dialect == .mysql {
            try checkColumns()
            try insertProjection()
            try checkNode()
        }
        let isNew = session.dialect == .sqlite ? version == 0 : version < steps.count
        return isNew || !missing.isEmpty ? .created : .ready
    }

    private func run(_ steps: [[String]], after version: Int) throws {
        for (place, step) in steps.enumerated().dropFirst(version) {
            if place == Self.traceStep, session.dialect == .mysql {
                try check(.jobHeads, but: "traceparent")
            }
            for statement in step { try run(statement) }
            if place == Self.searchStep, session.dialect == .sqlite {
                try SearchTables(session: session).fill(RowWriter(session: session))
            }
            try session.execute(
                "UPDATE raft_state SET schema_version = ? WHERE id = 1", [.int(Int64(place + 1))])
        }
    }

    /// The step that brings the tables for searching; a projection is filled anew.
    private static let searchStep = 2
    /// The step that alters `jobs`, which an earlier one may have found as somebody else's.
    private static let traceStep = 3

    /// A projection can be filled again; a base that lost a table cannot be trusted.
    private func replace(_ missing: Set<String>, _ steps: [[String]]) throws {
        guard session.dialect == .mysql else {
            let names = missing.sorted().joined(separator: ", ")
            throw StoreError(.damaged, "tables are missing: \(names)")
        }
        try run(steps, after: 0)
    }

    static func names(_ dialect: Dialect) -> Set<String> {
        let own: [Table] =
            switch dialect {
            case .sqlite: [.origins, .keys, .jobBodies, .sessions, .uniques, .touches]
            case .mysql: [.projection]
            }
        let shared: [Table] = [
            .raftState, .nodes, .tasks, .history, .jobState, .queues, .jobs, .itemState,
            .taskLabels, .taskTerms,
        ] + Table.items
        return Set((shared + own).map(\.name))
    }

    private func existingTables() throws -> Set<String> {
        let found = Set(try session.texts(session.dialect.tableNames))
        return found.intersection(Self.names(session.dialect))
    }

    /// Tables of ours without the row that says so belong to something else, which used the same
    /// names: they are not touched.
    private func checkOwner(_ found: Set<String>) throws {
        guard !found.isEmpty, !found.contains(Table.raftState.name) else { return }
        guard found.contains(Table.projection.name) else {
            throw StoreError(
                .foreign,
                "The database has tables named \(found.sorted().joined(separator: ", ")) that are "
                    + "not Taskraft's. Give the node a database of its own.")
        }
        try check(try session.texts("SELECT cluster_id FROM projection"))
    }

    private func checkColumns() throws {
        let later = [Table.jobState, .queues, .jobs, .itemState, .taskLabels, .taskTerms]
        for table in later + Table.items { try check(table) }
    }

    /// A table that lay beside ours before a step brought one of its name is not ours. 1054 says
    /// that a column is unknown, 1146 that there is no such table: it will be made.
    private func check(_ table: Table, but newest: String? = nil) throws {
        let columns = table.columns.filter { $0 != newest }.joined(separator: ", ")
        do {
            try session.query("SELECT \(columns) FROM \(table.name) LIMIT 0", []) { _ in }
        } catch let error as StoreError where error.code == .server(1146) {
        } catch let error as StoreError where error.code == .server(1054) {
            throw StoreError(
                .foreign,
                "The database has a table named \(table.name) that is not Taskraft's. Give the "
                    + "node a database of its own.")
        }
    }

    /// Two nodes in one database would undo each other's work for ever.
    private func checkNode() throws {
        let found = try session.number("SELECT node_id FROM projection") ?? 0
        if UInt64(bitPattern: found) != owner.node {
            throw StoreError(
                .foreign,
                "The database belongs to node \(found) of this cluster. Give each node one of its "
                    + "own, such as tasks-\(owner.node) for this one, or drop this one.")
        }
    }

    private func checkCluster() throws {
        try check(try session.texts("SELECT cluster_id FROM raft_state"))
    }

    private func check(_ found: [String]) throws {
        for other in found where other != Hex.text(owner.cluster) {
            throw StoreError(
                .foreign,
                "The store belongs to cluster \(other), and this node to cluster "
                    + "\(Hex.text(owner.cluster)). Give the node a store of its own, or remove this "
                    + "one.")
        }
    }

    private func schemaVersion(newest: Int) throws -> Int {
        let version = Int(try session.number("SELECT schema_version FROM raft_state") ?? 0)
        guard (0...newest).contains(version) else {
            throw StoreError(
                .newer,
                "The store has schema version \(version); this program knows versions up to "
                    + "\(newest). Start the newer program that made it.")
        }
        return version
    }

    private func insertState(isNew: Bool) throws {
        guard try session.number("SELECT COUNT(*) FROM raft_state") == 0 else { return }
        if session.dialect == .sqlite, !isNew {
            throw StoreError(.damaged, "raft_state has no row")
        }
        let zero = Hex.text(0)
        try session.execute(
            "INSERT INTO raft_state VALUES (1, 0, 0, ?, 0, 0, ?, 1, 1, NULL, ?, ?)",
            [.hex(owner.cluster), .text(Timestamp.zero.sql), .text(zero), .text(zero)])
    }

    private func insertProjection() throws {
        if try session.number("SELECT COUNT(*) FROM job_state") == 0 {
            try session.run("INSERT INTO job_state (id) VALUES (1)")
        }
        if try session.number("SELECT COUNT(*) FROM item_state") == 0 {
            try session.run("INSERT INTO item_state (id) VALUES (1)")
        }
        guard try session.number("SELECT COUNT(*) FROM projection") == 0 else { return }
        try session.execute(
            "INSERT INTO projection VALUES (1, ?, ?, 0, 0, 0, 0, 0)",
            [.hex(owner.cluster), .unsigned(owner.node)])
    }

    /// MySQL can make neither an index nor a column "if it does not exist"; 1061 and 1060 say that
    /// it does. 1146 says that a table is missing, for which all steps are run again; 1142 that the
    /// user may not do this.
    private func run(_ statement: String) throws {
        do {
            try session.run(statement)
        } catch let error as StoreError where error.code == .server(1061) {
        } catch let error as StoreError where error.code == .server(1060) {
        } catch let error as StoreError where error.code == .server(1146) {
        } catch let error as StoreError where error.code == .server(1142) {
            throw StoreError(
                error.code,
                "\(error.message). This version changes the tables: GRANT ALTER on the database to "
                    + "the user as well.")
        }
    }
}
