/// One connection to one database: what the tables, migrations and queries need of an engine.
/// A session belongs to one thread at a time; its calls block.
protocol SQLSession: AnyObject {
    var dialect: Dialect { get }

    /// Runs a statement without values or rows: the schema's.
    func run(_ sql: String) throws

    /// Runs a prepared statement that changes rows, and says how many.
    @discardableResult
    func execute(_ sql: String, _ values: [SQLValue]) throws -> Int

    /// Runs a prepared query. `row` may not use the session.
    func query(_ sql: String, _ values: [SQLValue], _ row: (inout SQLRow) throws -> Void) throws

    /// Everything in `body` happens or nothing does. Not nested.
    func transaction<Result>(_ body: () throws -> Result) throws -> Result
}

extension SQLSession {
    func rows<Row: StoredRow>(_ sql: String, _ values: [SQLValue] = []) throws -> [Row] {
        var rows: [Row] = []
        try query(sql, values) { rows.append(try Row(row: &$0)) }
        return rows
    }

    /// The number in the first column of the first row.
    func number(_ sql: String, _ values: [SQLValue] = []) throws -> Int64? {
        var result: Int64?
        try query(sql, values) { row in
            if result == nil { result = try row.int64() }
        }
        return result
    }

    /// The text in the first column of every row.
    func texts(_ sql: String, _ values: [SQLValue] = []) throws -> [String] {
        var result: [String] = []
        try query(sql, values) { result.append(try $0.text()) }
        return result
    }
}

/// What goes into a statement and comes out of a row.
package enum SQLValue: Hashable, Sendable {
    case null
    case int(Int64)
    case text(String)
    case blob([UInt8])

    /// Numbers above `Int64.max` keep their bits: both engines store signed ones.
    static func unsigned(_ value: UInt64) -> SQLValue { .int(Int64(bitPattern: value)) }

    /// 16 hexadecimal digits, for values that are compared and never counted with.
    static func hex(_ value: UInt64) -> SQLValue { .text(Hex.text(value)) }

    static func optional(_ text: String?) -> SQLValue { text.map { .text($0) } ?? .null }
    static func optional(_ number: UInt64?) -> SQLValue { number.map { .unsigned($0) } ?? .null }
    static func flag(_ value: Bool) -> SQLValue { .int(value ? 1 : 0) }

    /// About how many bytes it takes in a statement.
    var size: Int {
        switch self {
        case .null: 1
        case .int: 8
        case .text(let text): text.utf8.count + 9
        case .blob(let bytes): bytes.count + 9
        }
    }
}

enum Hex {
    static func text(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    /// nil for anything that `text` does not write: a sign and capital letters are not ours.
    static func value(_ text: String) -> UInt64? {
        guard let value = UInt64(text, radix: 16), Self.text(value) == text else { return nil }
        return value
    }
}
