/// Keeps a MySQL or MariaDB database equal to the base. It is fed from the base, not from a queue:
/// rows say which entry changed them last, so a database that was away for a day asks for all that
/// changed since, and memory stays bounded.
///
/// One thread owns it and calls `step` whenever the base moved on, again and again while it says
/// `catchingUp` or `rebuilding`, and after a pause of the thread's choice while it says `down`.
/// Nothing here throws: a database in trouble is a status, never somebody's failure.
///
/// What the base holds of a task is its last version, so rows copied half-way are no state that
/// ever was: `raft_state.applied_index` is 0 from the first such transaction until the one that
/// completes the copy, and readers go elsewhere.
package final class Projection {
    package private(set) var status = ProjectionStatus()
    let address: MySQLAddress
    let source: SQLiteQueries
    let owner: StoreOwner
    let limits: ProjectionLimits
    private let password: String?
    private var connection: MySQLConnection?
    /// Why the rows are being copied from the first; nil if they are not.
    private var rebuildReason: String?

    /// `source` is a base reader of the projection's own.
    package init(
        address: MySQLAddress, password: String?, source: SQLiteQueries, owner: StoreOwner,
        limits: ProjectionLimits = ProjectionLimits()
    ) {
        self.address = address
        self.password = password
        self.source = source
        self.owner = owner
        self.limits = limits
    }

    /// Brings the database nearer to the base by one transaction; connects first if need be.
    @discardableResult
    package func step() -> ProjectionStatus {
        guarded { connection in
            switch try advance(connection) {
            case .whole(let index):
                rebuildReason = nil
                return ProjectionStatus(state: .ok, index: index)
            case .partly(let index):
                return ProjectionStatus(
                    state: rebuildReason == nil ? .catchingUp : .rebuilding, index: index,
                    error: rebuildReason)
            }
        }
    }

    /// Compares every row with what it should be, and starts a rebuild if somebody else changed
    /// one. Takes as long as reading all rows of both databases does.
    @discardableResult
    package func verify() -> ProjectionStatus {
        guarded { connection in
            if let difference = try findDifference(connection, in: .allRows) {
                return try startRebuild(connection, because: difference)
            }
            if let rebuildReason {
                return ProjectionStatus(state: .rebuilding, error: rebuildReason)
            }
            return status.state == .ok
                ? status : ProjectionStatus(state: .catchingUp, index: status.index)
        }
    }

    /// Drops the connection; the next step makes another.
    package func close() { connection = nil }

    private func guarded(
        _ body: (MySQLConnection) throws -> ProjectionStatus
    ) -> ProjectionStatus {
        do {
            status = try body(try connected())
        } catch {
            connection = nil
            status = ProjectionStatus(state: .down, index: status.index, error: "\(error)")
        }
        return status
    }

    private func connected() throws -> MySQLConnection {
        if let connection { return connection }
        let (opened, outcome) = try open(password: password)
        if outcome == .created {
            _ = try startRebuild(opened, because: "its tables are new")
        } else if let difference = try findDifference(opened, in: .liveRows) {
            _ = try startRebuild(opened, because: difference)
        }
        connection = opened
        return opened
    }

    /// Marks the database as no state at all; the following steps empty and fill it.
    func startRebuild(
        _ connection: MySQLConnection, because reason: String
    ) throws -> ProjectionStatus {
        try connection.transaction {
            var mark = ProjectionMark.emptied
            mark.emptying = .everything
            try mark.write(connection)
        }
        rebuildReason = "\(address.database) is rebuilt from the base: \(reason)"
        return ProjectionStatus(state: .rebuilding, error: rebuildReason)
    }
}
