/// What a projection's database says about itself.
struct ProjectionMark: Hashable {
    /// The index whose state the rows are; 0 while they are none.
    var applied: UInt64 = 0
    /// Tasks and tombstones whose last change is up to here are copied.
    var tasks = ChangePlace.start
    /// Steps up to here are copied, behind their tasks.
    var history = ChangePlace.start
    /// How far jobs and queues are copied.
    var jobs = JobsMark.start
    /// How far boards, users, tokens, saved views and comments are copied.
    var items = ItemsMark.start
    /// Rows are being removed; nothing may be copied before all are gone.
    var emptying = Emptying.nothing

    enum Emptying: Int64 {
        case nothing = 0
        case everything = 1
        case jobs = 2
    }

    /// The highest index that anything was copied of.
    var highest: UInt64 { max(applied, tasks.index, history.index, jobs.changes, items.highest) }
    /// The lowest up to which something was not copied.
    var lowest: UInt64 { min(tasks.index, history.index, jobs.changes, items.lowest) }

    static let emptied = ProjectionMark()

    static func complete(_ index: UInt64) -> ProjectionMark {
        ProjectionMark(applied: index, tasks: .end(of: index), history: .end(of: index),
            jobs: .complete(index), items: .complete(index))
    }

    /// Locks the row, so that two nodes given the same database take turns instead of mixing.
    static func read(_ session: any SQLSession) throws -> ProjectionMark {
        var marks: [ProjectionMark] = []
        let columns = [Table.projection, .jobProjection, .itemProjection].flatMap(\.columns)
        try session.query(
            "SELECT applied_index, \(columns.joined(separator: ", ")) FROM projection"
                + " JOIN raft_state USING (id) JOIN job_state USING (id)"
                + " JOIN item_state USING (id)"
                + session.dialect.forUpdate, []
        ) { marks.append(try ProjectionMark(row: &$0)) }
        guard let mark = marks.first, marks.count == 1 else {
            // The next connection puts the missing row back.
            throw StoreError(
                .constraint,
                "The tables projection, raft_state, job_state and item_state must hold one row "
                    + "each.")
        }
        return mark
    }

    private init(row: inout SQLRow) throws {
        applied = try row.unsigned()
        tasks = ChangePlace(index: try row.unsigned(), tie: try row.unsigned())
        history = ChangePlace(index: try row.unsigned(), tie: try row.unsigned())
        guard let emptying = Emptying(rawValue: try row.int64()) else {
            throw row.unexpected("what is emptied")
        }
        self.emptying = emptying
        jobs = JobsMark(
            changes: try row.unsigned(), job: try row.unsigned(), queue: try row.text())
        guard let items = ItemsMark.parse(try row.text()) else {
            throw row.unexpected("how far items are copied")
        }
        self.items = items
    }

    private init(
        applied: UInt64 = 0, tasks: ChangePlace = .start, history: ChangePlace = .start,
        jobs: JobsMark = .start, items: ItemsMark = .start
    ) {
        self.applied = applied
        self.tasks = tasks
        self.history = history
        self.jobs = jobs
        self.items = items
    }

    func write(_ session: any SQLSession) throws {
        try update(
            .projection, session,
            [
                .unsigned(tasks.index), .unsigned(tasks.tie), .unsigned(history.index),
                .unsigned(history.tie), .int(emptying.rawValue),
            ])
        try update(
            .jobProjection, session,
            [.unsigned(jobs.changes), .unsigned(jobs.job), .text(jobs.queue)])
        try update(.itemProjection, session, [.text(items.text)])
        try session.execute(
            "UPDATE raft_state SET applied_index = ? WHERE id = 1", [.unsigned(applied)])
    }

    private func update(_ table: Table, _ session: any SQLSession, _ values: [SQLValue]) throws {
        let columns = table.columns.map { "\($0) = ?" }.joined(separator: ", ")
        try session.execute("UPDATE \(table.name) SET \(columns) WHERE id = 1", values)
    }
}

/// How far jobs and queues are copied. First all that there are, in the order of their keys, while
/// the base goes on; then, and from then on, what was touched since that began.
struct JobsMark: Hashable {
    /// What was touched up to here is copied; 0 before the beginning.
    var changes: UInt64
    /// Jobs up to here were copied.
    var job: UInt64
    /// Queues up to here were copied.
    var queue: String

    static let start = JobsMark(changes: 0, job: 0, queue: "")
    /// Behind every job.
    static let lastJob = UInt64(Int64.max)
    /// Behind every queue: no name contains it, nor any byte above it.
    static let lastQueue = "~"

    static func complete(_ index: UInt64) -> JobsMark {
        JobsMark(changes: index, job: lastJob, queue: lastQueue)
    }
}
