import Work

/// A row read from left to right. Whatever does not have the form in which it was written is an
/// error of code `.format`: somebody else wrote it.
package struct SQLRow {
    private let values: [SQLValue]
    private var place = 0

    package init(_ values: [SQLValue]) { self.values = values }

    mutating func next() throws -> SQLValue {
        guard place < values.count else { throw StoreError(.format, "A row is too short.") }
        defer { place += 1 }
        return values[place]
    }

    mutating func int64() throws -> Int64 {
        guard case .int(let value) = try next() else { throw unexpected("a number") }
        return value
    }

    mutating func unsigned() throws -> UInt64 { UInt64(bitPattern: try int64()) }

    mutating func optionalUnsigned() throws -> UInt64? {
        switch try next() {
        case .null: nil
        case .int(let value): UInt64(bitPattern: value)
        case .text, .blob: throw unexpected("a number")
        }
    }

    mutating func flag() throws -> Bool {
        switch try int64() {
        case 0: false
        case 1: true
        default: throw unexpected("0 or 1")
        }
    }

    mutating func number<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Number {
        guard let value = Number(exactly: try int64()) else { throw unexpected("a small number") }
        return value
    }

    mutating func text() throws -> String {
        guard let text = try optionalText() else { throw unexpected("a text") }
        return text
    }

    mutating func optionalText() throws -> String? {
        switch try next() {
        case .null: nil
        case .text(let text): text
        case .int, .blob: throw unexpected("a text")
        }
    }

    /// NULL stands for no bytes.
    mutating func bytes() throws -> [UInt8] {
        switch try next() {
        case .null: []
        case .blob(let bytes): bytes
        case .int, .text: throw unexpected("bytes")
        }
    }

    mutating func blob() throws -> [UInt8] {
        guard case .blob(let bytes) = try next() else { throw unexpected("bytes") }
        return bytes
    }

    mutating func hex() throws -> UInt64 {
        guard let value = Hex.value(try text()) else { throw unexpected("16 hex digits") }
        return value
    }

    mutating func time() throws -> Timestamp {
        guard let time = try optionalTime() else { throw unexpected("a time") }
        return time
    }

    mutating func optionalTime() throws -> Timestamp? {
        guard let text = try optionalText() else { return nil }
        guard let time = Timestamp(text: text), time.sql == text else {
            throw unexpected("a time")
        }
        return time
    }

    mutating func optionalDate() throws -> CalendarDate? {
        guard let text = try optionalText() else { return nil }
        guard let date = CalendarDate(text: text) else { throw unexpected("a date") }
        return date
    }

    func unexpected(_ wanted: String) -> StoreError {
        StoreError(.format, "Column \(place) of a row does not hold \(wanted).")
    }
}
