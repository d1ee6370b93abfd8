/// What a projection's database says about itself.
struct ProjectionMark: Hashable {
    /// The index whose state the rows are; 0 while they are none.
    var applied: UInt64 = 0
    /// Tasks and tombstones whose last change is up to here are copied.
    var tasks = ChangePlace.start
    /// Steps up to here are copied, behind their tasks.
    var history = ChangePlace.start
    /// Rows are being removed; nothing may be copied before all are gone.
    var emptying = false

    /// The highest index that anything was copied of.
    var highest: UInt64 { max(applied, tasks.index, history.index) }

    static let emptied = ProjectionMark()

    static func complete(_ index: UInt64) -> ProjectionMark {
        ProjectionMark(applied: index, tasks: .end(of: index), history: .end(of: index))
    }

    /// Locks the row, so that two nodes given the same database take turns instead of mixing.
    static func read(_ session: any SQLSession) throws -> ProjectionMark {
        var marks: [ProjectionMark] = []
        let columns = Table.projection.columns.joined(separator: ", ")
        try session.query(
            "SELECT applied_index, \(columns) FROM projection JOIN raft_state"
                + " ON raft_state.id = projection.id" + session.dialect.forUpdate, []
        ) { marks.append(try ProjectionMark(row: &$0)) }
        guard let mark = marks.first, marks.count == 1 else {
            // The next connection puts the missing row back.
            throw StoreError(
                .constraint, "The tables projection and raft_state must hold one row each.")
        }
        return mark
    }

    private init(row: inout SQLRow) throws {
        applied = try row.unsigned()
        tasks = ChangePlace(index: try row.unsigned(), tie: try row.unsigned())
        history = ChangePlace(index: try row.unsigned(), tie: try row.unsigned())
        emptying = try row.int64() != 0
    }

    private init(
        applied: UInt64 = 0, tasks: ChangePlace = .start, history: ChangePlace = .start
    ) {
        self.applied = applied
        self.tasks = tasks
        self.history = history
    }

    func write(_ session: any SQLSession) throws {
        let columns = Table.projection.columns.map { "\($0) = ?" }.joined(separator: ", ")
        try session.execute(
            "UPDATE projection SET \(columns) WHERE id = 1",
            [
                .unsigned(tasks.index), .unsigned(tasks.tie), .unsigned(history.index),
                .unsigned(history.tie), .int(emptying ? 1 : 0),
            ])
        try session.execute(
            "UPDATE raft_state SET applied_index = ? WHERE id = 1", [.unsigned(applied)])
    }
}
