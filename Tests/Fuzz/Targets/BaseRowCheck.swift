import StateStore
import Wire
import Work

/// Rows of the base: what is taken was written by this program, so it is written again with the
/// very same values. Anything else is an error of the row, and no trap.
enum BaseRowCheck {
    /// The input: a table, then values.
    static func check(_ bytes: [UInt8]) throws(Broken) -> Bool {
        var reader = ByteReader(bytes)
        guard let table = try? reader.readByte(), let values = try? reader.readValues() else {
            return false
        }
        switch table {
        case 0: return try check(TaskRecord.self, values)
        case 1: return try check(HistoryRecord.self, values)
        case 2: return try check(NodeRecord.self, values)
        case 3: return try check(OriginRecord.self, values)
        case 4: return try check(KeyRecord.self, values)
        case 5: return try check(StateScalars.self, values)
        case 6: return try check(JobRecord.self, values)
        case 7: return try check(QueueRecord.self, values)
        case 8: return try check(SessionRecord.self, values)
        case 9: return try check(UniqueRecord.self, values)
        case 10: return try check(TouchedJobs.self, values)
        case 11: return try check(BoardRecord.self, values)
        case 12: return try check(UserRecord.self, values)
        case 13: return try check(TokenRecord.self, values)
        case 14: return try check(ViewRecord.self, values)
        case 15: return try check(CommentRecord.self, values)
        default: return false
        }
    }

    private static func check<Row: StoredRow>(
        _ type: Row.Type, _ values: [SQLValue]
    ) throws(Broken) -> Bool {
        var row = SQLRow(values)
        let record: Row
        do {
            record = try Row(row: &row)
        } catch let error as StoreError {
            try expect(error.code == .format, "the error is \(error.code)")
            return false
        } catch {
            throw Broken("the error is \(error)")
        }
        let again = record.values
        try expect(again.count <= values.count, "more values are written than were read")
        for (place, value) in again.enumerated() {
            try expect(
                value.isIdentical(to: values[place]),
                "value \(place) of \(Row.table.name) is written as \(value)")
        }
        if let origin = record as? OriginRecord {
            for (one, next) in zip(origin.seen, origin.seen.dropFirst()) {
                try expect(one < next, "the numbers do not rise")
            }
        }
        return true
    }
}

extension SQLValue {
    fileprivate func isIdentical(to other: SQLValue) -> Bool {
        if case .text(let text) = self, case .text(let others) = other {
            return text.isIdentical(to: others)
        }
        return self == other
    }
}

extension ByteReader {
    fileprivate mutating func readValues() throws(WireError) -> [SQLValue] {
        var values: [SQLValue] = []
        while remaining > 0 {
            switch try readByte() {
            case 0: values.append(.null)
            case 1: values.append(.int(try readSigned()))
            case 2: values.append(.text(try readString(limit: 1 << 20)))
            case 3: values.append(.blob(Array(try readBytes(limit: 1 << 20))))
            case let other: throw .unknownTag(other)
            }
        }
        return values
    }
}
