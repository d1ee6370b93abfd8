import CMariaDB
import Foundation
import StateStore

/// The database server for tests, if `TASKRAFT_TEST_MYSQL` names one
/// (`mysql://user@host:port/`); `make test` starts it.
enum TestServer {
    static let url = ProcessInfo.processInfo.environment["TASKRAFT_TEST_MYSQL"]
    static var isThere: Bool { url != nil }
}

/// A database of one test, removed when the test is over.
final class ScratchDatabase {
    let address: MySQLAddress

    init() throws {
        let url = TestServer.url ?? ""
        let name = "taskraft-test-" + UUID().uuidString.prefix(18).lowercased()
        let text = url + (url.hasSuffix("/") ? "" : "/") + name
        guard case .mysql(let address) = try StoreSettings(text) else { throw Failure("not MySQL") }
        self.address = address
    }

    deinit {
        // The server's directory goes when the tests are over, and the database with it.
        try? RawConnection(address).run("DROP DATABASE IF EXISTS `\(address.database)`")
    }

    struct Failure: Error {
        let text: String
        init(_ text: String) { self.text = text }
    }

    /// Changes the database behind its projection's back.
    func edit(as user: String? = nil, _ statements: String...) throws {
        var address = address
        address.user = user ?? address.user
        let raw = try RawConnection(address)
        try raw.run("USE `\(address.database)`")
        for statement in statements { try raw.run(statement) }
    }

    /// The first column of what a person would see.
    func ask(_ sql: String) throws -> [String] {
        let raw = try RawConnection(address)
        try raw.run("USE `\(address.database)`")
        return try raw.ask(sql)
    }

    /// Makes it an empty database, before any projection came.
    func create() throws {
        try RawConnection(address).run("CREATE DATABASE `\(address.database)`")
    }

    func drop() throws {
        try RawConnection(address).run("DROP DATABASE `\(address.database)`")
    }

    /// Ends every connection to the database, as a restart of the server does.
    func killConnections() throws {
        let raw = try RawConnection(address)
        let found = try raw.ask(
            "SELECT id FROM information_schema.processlist WHERE db = '\(address.database)'")
        for id in found { try raw.run("KILL \(id)") }
    }
}

/// What a person's client does: one connection, any statement.
final class RawConnection {
    private let handle: UnsafeMutablePointer<MYSQL>

    init(_ address: MySQLAddress) throws {
        guard let handle = mysql_init(nil) else { throw ScratchDatabase.Failure("mysql_init") }
        self.handle = handle
        let connected =
            switch address.place {
            case .tcp(let host, let port):
                mysql_real_connect(handle, host, address.user, nil, nil, UInt32(port), nil, 0)
            case .socket(let path):
                mysql_real_connect(handle, "localhost", address.user, nil, nil, 0, path, 0)
            }
        if connected == nil { throw failure }
        try run("SET NAMES utf8mb4")
    }

    deinit { mysql_close(handle) }

    private var failure: ScratchDatabase.Failure { .init(String(cString: mysql_error(handle))) }

    func run(_ sql: String) throws {
        if mysql_real_query(handle, sql, UInt(sql.utf8.count)) != 0 { throw failure }
    }

    func ask(_ sql: String) throws -> [String] {
        try run(sql)
        guard let result = mysql_store_result(handle) else { throw failure }
        defer { mysql_free_result(result) }
        var values: [String] = []
        while let row = mysql_fetch_row(result) {
            values.append(row[0].map { String(cString: $0) } ?? "NULL")
        }
        return values
    }
}
