import Work

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

    func upsert(_ rows: [[SQLValue]], into table: Table) throws {
        try upsert(rows[...], into: table)
    }

    /// Removes the rows with these keys, as far as there are such.
    func delete(_ keys: [[SQLValue]], from table: Table) throws {
        var rest = keys[...]
        while !rest.isEmpty {
            let keys = rest.prefix(Self.size(filledBy: rest.count))
            rest = rest.dropFirst(keys.count)
            try session.execute(
                session.dialect.delete(from: table, rows: keys.count), keys.flatMap { $0 })
        }
    }

    private func upsert(_ rows: ArraySlice<[SQLValue]>, into table: Table) throws {
        var rest = rows
        while !rest.isEmpty {
            let rows = rest.prefix(size(for: rest))
            rest = rest.dropFirst(rows.count)
            let sql = table.upsert(rows.count, session.dialect)
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

    /// The largest statement that so many rows fill.
    static func size(filledBy rows: Int) -> Int { sizes.first { $0 <= rows } ?? 1 }

    /// Overwrites the only rows of the tables that hold the scalars.
    func update(_ scalars: StateScalars) throws {
        var values = scalars.values[...]
        for table in [Table.raftState, .jobState, .itemState] {
            let columns = table.columns.map { "\($0) = ?" }.joined(separator: ", ")
            try session.execute(
                "UPDATE \(table.name) SET \(columns) WHERE id = 1",
                Array(values.prefix(table.columns.count)))
            values = values.dropFirst(table.columns.count)
        }
    }
}
