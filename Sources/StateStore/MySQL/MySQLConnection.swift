import CMariaDB

/// A session on one connection to MySQL or MariaDB, through Connector/C. It is not Sendable: one
/// thread uses it at a time, and every call blocks, though never for ever.
///
/// With the plug-in `caching_sha2_password` and no TLS, the connector asks the server for its
/// public key and encrypts the password with it.
final class MySQLConnection: SQLSession {
    let dialect = Dialect.mysql
    /// The longest packet that the server takes, in bytes.
    let packetBytes: Int
    private let handle: UnsafeMutablePointer<MYSQL>
    private var statements: [String: MySQLStatement] = [:]

    /// Statements kept prepared; a projection and its queries have about twenty.
    private static let statementsMax = 64
    private static let initialized: Bool = mysql_server_init(0, nil, nil) == 0

    enum Isolation: String {
        /// What a writer needs that never reads twice.
        case readCommitted = "READ COMMITTED"
        /// All of a transaction's queries see one state.
        case repeatableRead = "REPEATABLE READ"
    }

    struct Timeouts: Hashable, Sendable {
        /// In seconds: for a connection, and for each read and write on it.
        var connect: UInt32 = 5
        var transfer: UInt32 = 5
    }

    /// Connects to the server, and to the database unless it is nil.
    init(
        _ address: MySQLAddress, password: String?, database: String?, isolation: Isolation,
        timeouts: Timeouts = Timeouts()
    ) throws {
        guard Self.initialized, let handle = mysql_init(nil) else {
            throw StoreError(.connection, "The MySQL client library cannot be initialised.")
        }
        do {
            Self.configure(handle, address, timeouts)
            try Self.connect(handle, address, password: password, database: database)
            try Self.prepareSession(handle, isolation)
            packetBytes = try Self.maxAllowedPacket(handle)
        } catch {
            mysql_close(handle)
            throw error
        }
        self.handle = handle
    }

    deinit {
        statements.removeAll()
        mysql_close(handle)
    }

    func run(_ sql: String) throws { try Self.run(sql, handle) }

    func execute(_ sql: String, _ values: [SQLValue]) throws -> Int {
        let statement = try prepared(sql)
        try statement.execute(values)
        return statement.affectedRows
    }

    func query(
        _ sql: String, _ values: [SQLValue], _ row: (inout SQLRow) throws -> Void
    ) throws {
        let statement = try prepared(sql)
        try statement.execute(values)
        try statement.fetch(row)
    }

    func transaction<Result>(_ body: () throws -> Result) throws -> Result {
        try transaction("START TRANSACTION", body)
    }

    func snapshot<Result>(_ body: () throws -> Result) throws -> Result {
        try transaction("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY", body)
    }

    private func transaction<Result>(
        _ begin: String, _ body: () throws -> Result
    ) throws -> Result {
        try run(begin)
        do {
            let result = try body()
            try run("COMMIT")
            return result
        } catch {
            // If this fails too the connection is gone, and the server rolls back by itself.
            try? run("ROLLBACK")
            throw error
        }
    }

    private func prepared(_ sql: String) throws -> MySQLStatement {
        if let known = statements[sql] { return known }
        if statements.count >= Self.statementsMax { statements.removeAll() }
        let statement = try MySQLStatement(handle, sql)
        statements[sql] = statement
        return statement
    }
}

// MARK: Connecting

extension MySQLConnection {
    private static func configure(
        _ handle: UnsafeMutablePointer<MYSQL>, _ address: MySQLAddress, _ timeouts: Timeouts
    ) {
        // The header is system C: an option it does not know would have failed to compile.
        _ = taskraft_mysql_option_uint(handle, MYSQL_OPT_CONNECT_TIMEOUT, timeouts.connect)
        _ = taskraft_mysql_option_uint(handle, MYSQL_OPT_READ_TIMEOUT, timeouts.transfer)
        _ = taskraft_mysql_option_uint(handle, MYSQL_OPT_WRITE_TIMEOUT, timeouts.transfer)
        _ = taskraft_mysql_option_bool(handle, MYSQL_OPT_RECONNECT, 0)
        _ = taskraft_mysql_option_bool(handle, MYSQL_OPT_SSL_ENFORCE, 0)
        _ = taskraft_mysql_option_bool(handle, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, 0)
        // Otherwise "localhost" with a port would silently mean a socket.
        let transport =
            switch address.place {
            case .tcp: MYSQL_PROTOCOL_TCP
            case .socket: MYSQL_PROTOCOL_SOCKET
            }
        _ = taskraft_mysql_option_uint(handle, MYSQL_OPT_PROTOCOL, transport.rawValue)
        _ = "utf8mb4".withCString { mysql_options(handle, MYSQL_SET_CHARSET_NAME, $0) }
    }

    private static func connect(
        _ handle: UnsafeMutablePointer<MYSQL>, _ address: MySQLAddress, password: String?,
        database: String?
    ) throws {
        let connected =
            switch address.place {
            case .tcp(let host, let port):
                mysql_real_connect(
                    handle, host, address.user, password, database, UInt32(port), nil, 0)
            case .socket(let path):
                mysql_real_connect(
                    handle, "localhost", address.user, password, database, 0, path, 0)
            }
        if connected == nil { throw StoreError(handle) }
    }

    private static func prepareSession(
        _ handle: UnsafeMutablePointer<MYSQL>, _ isolation: Isolation
    ) throws {
        try run("SET NAMES utf8mb4 COLLATE utf8mb4_bin", handle)
        try run(
            "SET SESSION time_zone = '+00:00', autocommit = 0, innodb_lock_wait_timeout = 4, "
                + "sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'", handle)
        try run("SET SESSION TRANSACTION ISOLATION LEVEL \(isolation.rawValue)", handle)
    }

    private static func maxAllowedPacket(
        _ handle: UnsafeMutablePointer<MYSQL>
    ) throws -> Int {
        let statement = try MySQLStatement(handle, "SELECT @@max_allowed_packet")
        try statement.execute([])
        var bytes = 0
        try statement.fetch { bytes = Int(try $0.int64()) }
        try run("COMMIT", handle)
        return bytes
    }

    private static func run(_ sql: String, _ handle: UnsafeMutablePointer<MYSQL>) throws {
        if mysql_real_query(handle, sql, UInt(sql.utf8.count)) != 0 { throw StoreError(handle) }
    }
}

extension StoreError {
    init(_ handle: UnsafeMutablePointer<MYSQL>) {
        self.init(number: mysql_errno(handle), text: String(cString: mysql_error(handle)))
    }

    /// Numbers from 2000 on are the connector's own: the server did not say them. MySQL's messages
    /// name users and hosts, never passwords.
    init(number: UInt32, text: String) {
        let code =
            (2000..<3000).contains(number) || number >= 5000 && number < 6000
            ? Code.connection : Code.server(number)
        self.init(code, "MySQL error \(number): \(text)")
    }
}
