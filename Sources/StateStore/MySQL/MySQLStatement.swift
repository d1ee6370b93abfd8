import CMariaDB

/// A prepared statement of one connection, which must outlive its use.
final class MySQLStatement {
    private let handle: UnsafeMutablePointer<MYSQL_STMT>
    private let parameterCount: Int

    init(_ connection: UnsafeMutablePointer<MYSQL>, _ sql: String) throws {
        guard let handle = mysql_stmt_init(connection) else { throw StoreError(connection) }
        guard mysql_stmt_prepare(handle, sql, UInt(sql.utf8.count)) == 0 else {
            let error = StoreError(handle)
            mysql_stmt_close(handle)
            throw error
        }
        self.handle = handle
        parameterCount = Int(mysql_stmt_param_count(handle))
    }

    deinit { mysql_stmt_close(handle) }

    var affectedRows: Int { Int(clamping: mysql_stmt_affected_rows(handle)) }

    func execute(_ values: [SQLValue]) throws {
        precondition(values.count == parameterCount, "One value for each placeholder.")
        let parameters = MySQLParameters(values)
        if !values.isEmpty, mysql_stmt_bind_param(handle, parameters.binds) != 0 {
            throw StoreError(handle)
        }
        let failed = withExtendedLifetime(parameters) { mysql_stmt_execute(handle) != 0 }
        if failed { throw StoreError(handle) }
    }

    /// Hands over the rows as they arrive. Nothing else may use the connection meanwhile.
    func fetch(_ row: (inout SQLRow) throws -> Void) throws {
        guard let metadata = mysql_stmt_result_metadata(handle) else { throw StoreError(handle) }
        defer {
            mysql_free_result(metadata)
            mysql_stmt_free_result(handle)
        }
        let columns = MySQLColumns(metadata)
        if mysql_stmt_bind_result(handle, columns.binds) != 0 { throw StoreError(handle) }
        while true {
            switch mysql_stmt_fetch(handle) {
            case 0, MYSQL_DATA_TRUNCATED:
                var values = SQLRow(try columns.values(of: handle))
                try row(&values)
            case MYSQL_NO_DATA: return
            default: throw StoreError(handle)
            }
        }
    }
}

extension StoreError {
    init(_ statement: UnsafeMutablePointer<MYSQL_STMT>) {
        self.init(
            number: mysql_stmt_errno(statement), text: String(cString: mysql_stmt_error(statement)))
    }
}
