import Work

extension Projection {
    enum Scope {
        /// Live tasks, nodes, jobs and queues, whose hash the database itself holds.
        case liveRows
        /// Tombstones and history too, which must be the base's.
        case allRows
    }

    /// What is wrong with the database's rows; nil if nothing is, or if they are between two
    /// states and will be compared when they reach the next.
    func findDifference(_ connection: MySQLConnection, in scope: Scope) throws -> String? {
        do {
            return try connection.transaction {
                try source.read { base in try difference(connection, base, scope) }
            }
        } catch let error as StoreError where error.code == .format {
            return "a row was changed by somebody else (\(error.message))"
        }
    }

    private func difference(
        _ connection: MySQLConnection, _ base: TaskReader, _ scope: Scope
    ) throws -> String? {
        let mark = try ProjectionMark.read(connection)
        if mark.emptying != .nothing { return nil }
        let scalars = try base.scalars()
        if mark.highest > scalars.index {
            return "it is at index \(mark.highest), but the base is at \(scalars.index)"
        }
        guard mark.applied > 0 else { return nil }
        let copy = RowsDigest(reader: TaskReader(session: connection))
        let stored = try copy.reader.scalars()
        if stored.index == scalars.index, stored != scalars {
            return "its raft_state is not the base's at index \(scalars.index)"
        }
        if let wrong = try copy.difference(from: stored) { return wrong }
        guard scope == .allRows else { return nil }
        let settled = try RowsDigest(reader: base).settled(through: mark.applied)
        if try copy.settled(through: UInt64(Int64.max)) != settled {
            return "its history or deleted tasks are not the base's"
        }
        return nil
    }
}
