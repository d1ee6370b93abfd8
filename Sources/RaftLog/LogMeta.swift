import Raft
import Wire

/// What the table `meta` holds, in one checked row: whose log this is and where it starts.
struct LogMeta: Sendable {
    /// Raised when the tables change in a way that older programs would misread.
    static let currentFormat: UInt64 = 1

    var format = LogMeta.currentFormat
    var identity: LogIdentity
    /// The entry before the first row of `entries`, with the chain value that row continues.
    var start: LogEnd
    /// What recovery found missing, until a batch says that it is healed.
    var loss: String?

    /// The meta data of a new directory. Its chain starts with the incarnation, so rows of
    /// another directory do not fit in.
    init(new identity: LogIdentity) {
        self.identity = identity
        start = LogEnd(position: .zero, chain: identity.incarnation)
    }

    static let schema = """
        CREATE TABLE meta (
            id INTEGER PRIMARY KEY CHECK (id = 1), format INTEGER NOT NULL,
            cluster INTEGER NOT NULL, node INTEGER NOT NULL, incarnation INTEGER NOT NULL,
            boot_count INTEGER NOT NULL, start_term INTEGER NOT NULL,
            start_idx INTEGER NOT NULL, start_chain INTEGER NOT NULL, loss TEXT,
            crc INTEGER NOT NULL);
        """

    init(from connection: borrowing SQLiteConnection) throws(LogStoreError) {
        let select = try connection.prepare(
            """
            SELECT format, cluster, node, incarnation, boot_count, start_term, start_idx,
                start_chain, loss, crc FROM meta WHERE id = 1
            """)
        guard try select.step() else {
            throw .damaged(file: connection.file, what: "the table meta is empty")
        }
        // The format comes first: a later one may have a row that looks damaged from here.
        format = select.integer(0)
        guard format == Self.currentFormat else {
            throw .refused(
                "\(connection.file): written in format \(format) by another version of this "
                    + "program, which knows format \(Self.currentFormat); use that version")
        }
        identity = LogIdentity(
            cluster: select.integer(1), node: NodeID(select.integer(2)),
            incarnation: select.integer(3), bootCount: select.integer(4))
        let position = LogPosition(
            term: Term(select.integer(5)), index: LogIndex(select.integer(6)))
        start = LogEnd(position: position, chain: select.integer(7))
        loss = select.text(8)
        guard select.integer(9) == UInt64(checksum) else {
            throw .damaged(
                file: connection.file, what: "the table meta does not match its checksum")
        }
    }

    func store(in connection: borrowing SQLiteConnection) throws(LogStoreError) {
        let insert = try connection.prepare(
            "INSERT OR REPLACE INTO meta VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        for (offset, value) in numbers.enumerated() {
            try insert.bind(value, at: Int32(offset + 1))
        }
        if let loss { try insert.bind(loss, at: 9) } else { try insert.bindNull(at: 9) }
        try insert.bind(UInt64(checksum), at: 10)
        try insert.run()
    }

    private var numbers: [UInt64] {
        [
            format, identity.cluster, identity.node.rawValue, identity.incarnation,
            identity.bootCount, start.position.term.rawValue, start.position.index.rawValue,
            start.chain,
        ]
    }

    private var checksum: UInt32 {
        var writer = ByteWriter(capacity: 96)
        for number in numbers { writer.writeFixed(number) }
        writer.writeOptional(loss) { $0.writeString($1) }
        return CRC32C.checksum(writer.bytes)
    }
}
