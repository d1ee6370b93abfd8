import CMariaDB

/// The values of one execution, at addresses that stay until it is over.
final class MySQLParameters {
    let binds: UnsafeMutablePointer<MYSQL_BIND>
    private let count: Int
    private let numbers: UnsafeMutablePointer<Int64>
    /// All texts and blobs, one behind the other.
    private let bytes: UnsafeMutableRawBufferPointer
    private var used = 0

    init(_ values: [SQLValue]) {
        count = values.count
        binds = .allocate(capacity: max(1, count))
        binds.initialize(repeating: MYSQL_BIND(), count: count)
        numbers = .allocate(capacity: max(1, count))
        numbers.initialize(repeating: 0, count: count)
        bytes = .allocate(byteCount: max(1, values.reduce(0) { $0 + $1.byteCount }), alignment: 1)
        for (place, value) in values.enumerated() { set(place, to: value) }
    }

    deinit {
        binds.deallocate()
        numbers.deallocate()
        bytes.deallocate()
    }

    private func set(_ place: Int, to value: SQLValue) {
        switch value {
        case .null:
            binds[place].buffer_type = MYSQL_TYPE_NULL
        case .int(let number):
            numbers[place] = number
            binds[place].buffer_type = MYSQL_TYPE_LONGLONG
            binds[place].buffer = UnsafeMutableRawPointer(numbers + place)
        case .text(let text):
            var text = text
            text.withUTF8 { append(UnsafeRawBufferPointer($0), place, MYSQL_TYPE_STRING) }
        case .blob(let blob):
            blob.withUnsafeBytes { append($0, place, MYSQL_TYPE_BLOB) }
        }
    }

    private func append(
        _ source: UnsafeRawBufferPointer, _ place: Int, _ type: enum_field_types
    ) {
        // `bytes` was allocated for the sum of all sizes, so there is a base address and room.
        let target = UnsafeMutableRawBufferPointer(rebasing: bytes[used..<used + source.count])
        target.copyMemory(from: source)
        binds[place].buffer_type = type
        binds[place].buffer = bytes.baseAddress.map { $0 + used }
        binds[place].buffer_length = UInt(source.count)
        used += source.count
    }
}

extension SQLValue {
    fileprivate var byteCount: Int {
        switch self {
        case .null, .int: 0
        case .text(let text): text.utf8.count
        case .blob(let blob): blob.count
        }
    }
}

/// The columns of a result, with room for the usual value of each; longer ones are fetched again.
final class MySQLColumns {
    let binds: UnsafeMutablePointer<MYSQL_BIND>
    private let kinds: [Kind]
    private let buffer: UnsafeMutableRawPointer
    private let lengths: UnsafeMutablePointer<UInt>
    private let nulls: UnsafeMutablePointer<my_bool>

    private enum Kind { case number, text, blob }

    /// Bytes for each column.
    private static let room = 256

    init(_ metadata: UnsafeMutablePointer<MYSQL_RES>) {
        let count = Int(mysql_num_fields(metadata))
        let fields = mysql_fetch_fields(metadata)
        kinds = (0..<count).map { place in fields.map { Self.kind($0[place]) } ?? .text }
        binds = .allocate(capacity: max(1, count))
        binds.initialize(repeating: MYSQL_BIND(), count: count)
        buffer = .allocate(byteCount: max(1, count) * Self.room, alignment: 8)
        lengths = .allocate(capacity: max(1, count))
        lengths.initialize(repeating: 0, count: count)
        nulls = .allocate(capacity: max(1, count))
        nulls.initialize(repeating: 0, count: count)
        for place in 0..<count {
            binds[place].buffer_type =
                kinds[place] == .number ? MYSQL_TYPE_LONGLONG : MYSQL_TYPE_STRING
            binds[place].buffer = buffer + place * Self.room
            binds[place].buffer_length = UInt(Self.room)
            binds[place].length = lengths + place
            binds[place].is_null = nulls + place
        }
    }

    deinit {
        binds.deallocate()
        buffer.deallocate()
        lengths.deallocate()
        nulls.deallocate()
    }

    /// Character set 63 is MySQL's "binary". The connector spells times as texts.
    private static func kind(_ field: MYSQL_FIELD) -> Kind {
        switch field.type {
        case MYSQL_TYPE_TINY, MYSQL_TYPE_SHORT, MYSQL_TYPE_INT24, MYSQL_TYPE_LONG,
            MYSQL_TYPE_LONGLONG, MYSQL_TYPE_YEAR:
            .number
        case MYSQL_TYPE_TINY_BLOB, MYSQL_TYPE_BLOB, MYSQL_TYPE_MEDIUM_BLOB, MYSQL_TYPE_LONG_BLOB:
            field.charsetnr == 63 ? .blob : .text
        default: .text
        }
    }

    /// The values of the row that was just fetched.
    func values(of statement: UnsafeMutablePointer<MYSQL_STMT>) throws -> [SQLValue] {
        var values: [SQLValue] = []
        values.reserveCapacity(kinds.count)
        for place in kinds.indices { values.append(try value(place, statement)) }
        return values
    }

    private func value(
        _ place: Int, _ statement: UnsafeMutablePointer<MYSQL_STMT>
    ) throws -> SQLValue {
        if nulls[place] != 0 { return .null }
        let start = buffer + place * Self.room
        if kinds[place] == .number { return .int(start.load(as: Int64.self)) }
        let length = Int(lengths[place])
        if length <= Self.room {
            return value(UnsafeRawBufferPointer(start: start, count: length), kinds[place])
        }
        let long = UnsafeMutableRawBufferPointer.allocate(byteCount: length, alignment: 1)
        defer { long.deallocate() }
        try fetch(place, into: long, statement)
        return value(UnsafeRawBufferPointer(long), kinds[place])
    }

    private func value(_ bytes: UnsafeRawBufferPointer, _ kind: Kind) -> SQLValue {
        kind == .blob ? .blob([UInt8](bytes)) : .text(String(decoding: bytes, as: UTF8.self))
    }

    private func fetch(
        _ place: Int, into target: UnsafeMutableRawBufferPointer,
        _ statement: UnsafeMutablePointer<MYSQL_STMT>
    ) throws {
        var bind = MYSQL_BIND()
        bind.buffer_type = MYSQL_TYPE_STRING
        bind.buffer = target.baseAddress
        bind.buffer_length = UInt(target.count)
        if mysql_stmt_fetch_column(statement, &bind, UInt32(place), 0) != 0 {
            throw StoreError(statement)
        }
    }
}
