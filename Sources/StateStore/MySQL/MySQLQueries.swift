import Foundation

/// Queries on a projection, through a connection of their own that is made when it is needed and
/// thrown away after an error. Any thread may use one; calls wait for each other.
///
/// Before the first complete copy, and while a projection is copied again, `appliedIndex` is 0 and
/// the other queries see some of the rows: whoever needs all of them asks for both in one `read`.
///
/// `@unchecked` because a connection may change threads but not be used by two at once, which the
/// lock sees to: `connection` is touched only under it.
package final class MySQLQueries: TaskQueries, @unchecked Sendable {
    private let address: MySQLAddress
    private let password: String?
    private let isBusy = NSLock()
    private var connection: MySQLConnection?

    package init(address: MySQLAddress, password: String?) {
        self.address = address
        self.password = password
    }

    package func read<Result>(_ body: (TaskReader) throws -> Result) throws -> Result {
        isBusy.lock()
        defer { isBusy.unlock() }
        let open = try connection ?? connect()
        do {
            let result = try open.snapshot { try body(TaskReader(session: open)) }
            connection = open
            return result
        } catch {
            connection = nil
            throw error
        }
    }

    private func connect() throws -> MySQLConnection {
        try MySQLConnection(
            address, password: password, database: address.database, isolation: .repeatableRead)
    }
}
