/// Writes many rows with few statements. Statements come in three sizes only, so that each is
/// prepared once, and none grows beyond what the server takes.
struct RowWriter {
    static let sizes = [64, 8, 1]

    let session: any SQLSession
    /// A statement holds no more than this, unless a single row does.
    var statementBytes = 1 << 20

    /// Writes the rows in their order, each in place of the one with its key.
    func upsert<Row: StoredRow>(_ rows: some Collection<Row>) throws {
        var rest = rows[...]
        while !rest.isEmpty {
            let chunk = rest.prefix(Self.sizes[0]).map(\.values)
            rest = rest.dropFirst(chunk.count)
            try upsert(chunk[...], into: Row.table)
        }
    }

    private func upsert(_ rows: ArraySlice<[SQLValue]>, into table: Table) throws {
        var rest = rows
        while !rest.isEmpty {
            let rows = rest.prefix(size(for: rest))
            rest = rest.dropFirst(rows.count)
            let sql = session.dialect.upsert(into: table, rows: rows.count)
            try session.execute(sql, rows.flatMap { $0 })
        }
    }

    /// The largest statement that the next rows fill and that is not too long.
    private func size(for rows: ArraySlice<[SQLValue]>) -> Int {
        for size in Self.sizes where size <= rows.count {
            let bytes = rows.prefix(size).reduce(0) { $0 + $1.reduce(0) { $0 + $1.size } }
            if bytes <= statementBytes { return size }
        }
        return 1
    }

    /// Overwrites a table's only row.
    func update<Row: StoredRow>(_ row: Row) throws {
        let columns = Row.table.columns.map { "\($0) = ?" }.joined(separator: ", ")
        try session.execute("UPDATE \(Row.table.name) SET \(columns) WHERE id = 1", row.values)
    }
}
