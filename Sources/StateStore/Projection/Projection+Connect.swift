extension Projection {
    private static let unknownDatabase: UInt32 = 1049

    /// Connects, makes the database if it is missing, and brings its schema up to date; refuses a
    /// database of another cluster before it touches anything.
    func open(
        password: String?
    ) throws -> (connection: MySQLConnection, outcome: Migrator.Outcome) {
        let connection = try connect(password: password, to: address.database)
        guard connection.packetBytes >= ProjectionLimits.rowBytes else {
            throw StoreError(
                .connection,
                "The server's max_allowed_packet is \(connection.packetBytes); set it to at least "
                    + "\(ProjectionLimits.rowBytes), so that the longest task fits.")
        }
        let outcome = try Migrator(session: connection, owner: owner).migrate()
        try connection.run("COMMIT")
        return (connection, outcome)
    }

    private func connect(password: String?, to database: String) throws -> MySQLConnection {
        do {
            return try connection(password: password, to: database)
        } catch let error as StoreError where error.code == .server(Self.unknownDatabase) {
            try createDatabase(password: password)
            return try connection(password: password, to: database)
        }
    }

    private func createDatabase(password: String?) throws {
        let server = try connection(password: password, to: nil)
        try server.run(
            "CREATE DATABASE IF NOT EXISTS `\(address.database)`"
                + " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
    }

    private func connection(password: String?, to database: String?) throws -> MySQLConnection {
        try MySQLConnection(
            address, password: password, database: database, isolation: .readCommitted,
            timeouts: .init(connect: limits.timeout, transfer: limits.timeout))
    }
}
