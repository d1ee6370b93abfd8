import Raft
import Wire

/// The tables beside `meta`: two copies of the hard state, the entries, the memory of peers.
enum LogTables {
    static let schema =
        LogMeta.schema + """
            CREATE TABLE hard_state (
                copy INTEGER PRIMARY KEY, term INTEGER NOT NULL, vote INTEGER,
                crc INTEGER NOT NULL);
            CREATE TABLE entries (
                idx INTEGER PRIMARY KEY, term INTEGER NOT NULL, kind INTEGER NOT NULL,
                payload BLOB NOT NULL, crc INTEGER NOT NULL, chain INTEGER NOT NULL);
            CREATE TABLE peers (
                node INTEGER PRIMARY KEY, incarnation INTEGER NOT NULL,
                boot_count INTEGER NOT NULL, term INTEGER NOT NULL, last_term INTEGER NOT NULL,
                last_index INTEGER NOT NULL, crc INTEGER NOT NULL);
            """

    static let copies: ClosedRange<UInt64> = 1...2
    static let upsertHardState = "INSERT OR REPLACE INTO hard_state VALUES (?, ?, ?, ?)"
    static let upsertPeer = "INSERT OR REPLACE INTO peers VALUES (?, ?, ?, ?, ?, ?, ?)"
    /// The columns in the order that `row(from:)` reads.
    static let selectEntries = "SELECT idx, term, kind, crc, chain, payload FROM entries"
    static let insertEntry = """
        INSERT INTO entries (idx, term, kind, crc, chain, payload) VALUES (?, ?, ?, ?, ?, ?)
        """

    /// Both copies of the hard state; nil for one that is missing or damaged.
    static func hardStates(
        in connection: borrowing SQLiteConnection
    ) throws(LogStoreError) -> [HardState?] {
        let select = try connection.prepare("SELECT term, vote, crc FROM hard_state WHERE copy = ?")
        var found: [HardState?] = []
        for copy in copies {
            try select.bind(copy, at: 1)
            var state: HardState?
            if try select.step() {
                let vote = select.isNull(1) ? nil : NodeID(select.integer(1))
                let read = HardState(term: Term(select.integer(0)), vote: vote)
                if select.integer(2) == UInt64(checksum(read, copy: copy)) { state = read }
            }
            select.reset()
            found.append(state)
        }
        return found
    }

    static func store(
        _ state: HardState, with upsert: borrowing SQLiteStatement
    ) throws(LogStoreError) {
        for copy in copies {
            try upsert.bind(copy, at: 1)
            try upsert.bind(state.term.rawValue, at: 2)
            if let vote = state.vote {
                try upsert.bind(vote.rawValue, at: 3)
            } else {
                try upsert.bindNull(at: 3)
            }
            try upsert.bind(UInt64(checksum(state, copy: copy)), at: 4)
            try upsert.run()
        }
    }

    private static func checksum(_ state: HardState, copy: UInt64) -> UInt32 {
        var writer = ByteWriter(capacity: 32)
        writer.writeFixed(copy)
        writer.writeFixed(state.term.rawValue)
        writer.writeOptional(state.vote) { $0.writeFixed($1.rawValue) }
        return CRC32C.checksum(writer.bytes)
    }

    static func store(
        _ row: LogRecovery.Row, with insert: borrowing SQLiteStatement
    ) throws(LogStoreError) {
        try insert.bind(row.entry.index.rawValue, at: 1)
        try insert.bind(row.entry.term.rawValue, at: 2)
        try insert.bind(UInt64(row.entry.kind.rawValue), at: 3)
        try insert.bind(UInt64(row.checksum), at: 4)
        try insert.bind(row.chain, at: 5)
        try insert.run(binding: row.entry.payload, at: 6)
    }

    /// The row a statement of `selectEntries` stands on; nil if it names no kind of entry.
    static func row(from select: borrowing SQLiteStatement) -> LogRecovery.Row? {
        guard let kind = UInt8(exactly: select.integer(2)).flatMap(EntryKind.init(rawValue:)),
            let checksum = UInt32(exactly: select.integer(3))
        else { return nil }
        let position = LogPosition(
            term: Term(select.integer(1)), index: LogIndex(select.integer(0)))
        let entry = Entry(position: position, kind: kind, payload: select.bytes(5))
        return LogRecovery.Row(entry: entry, chain: select.integer(4), checksum: checksum)
    }

    /// Every remembered peer, and the nodes whose memory is damaged.
    static func peers(
        in connection: borrowing SQLiteConnection
    ) throws(LogStoreError) -> (intact: [PeerMemory], damaged: [NodeID]) {
        let select = try connection.prepare(
            """
            SELECT node, incarnation, boot_count, term, last_term, last_index, crc FROM peers
            ORDER BY node
            """)
        var intact: [PeerMemory] = []
        var damaged: [NodeID] = []
        while try select.step() {
            let peer = PeerMemory(
                node: NodeID(select.integer(0)), incarnation: select.integer(1),
                bootCount: select.integer(2), term: Term(select.integer(3)),
                last: LogPosition(
                    term: Term(select.integer(4)), index: LogIndex(select.integer(5))))
            if select.integer(6) == UInt64(checksum(peer)) {
                intact.append(peer)
            } else {
                damaged.append(peer.node)
            }
        }
        return (intact, damaged)
    }

    static func store(
        _ peer: PeerMemory, with upsert: borrowing SQLiteStatement
    ) throws(LogStoreError) {
        try upsert.bind(peer.node.rawValue, at: 1)
        try upsert.bind(peer.incarnation, at: 2)
        try upsert.bind(peer.bootCount, at: 3)
        try upsert.bind(peer.term.rawValue, at: 4)
        try upsert.bind(peer.last.term.rawValue, at: 5)
        try upsert.bind(peer.last.index.rawValue, at: 6)
        try upsert.bind(UInt64(checksum(peer)), at: 7)
        try upsert.run()
    }

    private static func checksum(_ peer: PeerMemory) -> UInt32 {
        var writer = ByteWriter(capacity: 32)
        writer.writeFixed(peer.node.rawValue)
        writer.writeFixed(peer.incarnation)
        writer.writeFixed(peer.bootCount)
        writer.writeFixed(peer.term.rawValue)
        writer.writeFixed(peer.last.term.rawValue)
        writer.writeFixed(peer.last.index.rawValue)
        return CRC32C.checksum(writer.bytes)
    }
}
