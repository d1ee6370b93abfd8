/// Queries on the base, through a connection of their own that cannot write. Any thread may use
/// one, one at a time; whoever wants to read at the same time opens another.
package final class SQLiteQueries: TaskQueries {
    private let session: SQLiteSession

    /// Opens the base's file, which its writer must have made.
    package init(path: String) throws {
        session = try SQLiteSession(reading: path)
    }

    package func read<Result>(_ body: (TaskReader) throws -> Result) throws -> Result {
        try session.snapshot { try body(TaskReader(session: session)) }
    }
}
