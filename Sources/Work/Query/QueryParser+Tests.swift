/// What each field takes.
extension QueryParser {
    private static let names = [
        "status", "column", "board", "label", "assignee", "author", "priority", "due", "created",
        "updated", "id", "is", "sort",
    ]

    mutating func parseTest(
        _ name: String, _ comparison: TaskQuery.Comparison, at start: Int
    ) throws(QueryError) -> TaskQuery.Test {
        switch name {
        case "due": return .due(try due(comparison))
        case "created": return .created(comparison, try moment(comparison))
        case "updated": return .updated(comparison, try moment(comparison))
        default: break
        }
        guard Self.names.contains(name) else {
            let names = Self.names.joined(separator: ", ")
            throw QueryError(offset: start, expected: "a text, or one of the fields \(names)")
        }
        if comparison != .equal { throw error("\(name): and a value") }
        switch name {
        case "status":
            let names = TaskStatus.allCases.map(\.name).joined(separator: ", ")
            return .status(try list("one of \(names)") { TaskStatus(name: $0) })
        case "column":
            return .column(try list("the key of a column") { Column.isKey($0) ? $0 : nil })
        case "board":
            return .board(
                try list("the number of a board") { Self.number($0).map { BoardID($0) } })
        case "label": return .label(try list("a label") { Self.text($0) })
        case "assignee": return .assignee(try list("a name") { Self.text($0) })
        case "author": return .author(try list("a name") { Self.text($0) })
        case "id":
            return .id(try list("the number of a task") { Self.number($0).map { TaskID($0) } })
        case "priority": return .priority(try priorities())
        default: return try flag()
        }
    }

    private static func text(_ text: String) -> String? { text.isEmpty ? nil : text }

    private static func number(_ text: String) -> UInt64? {
        guard let number = UInt64(text), String(number) == text, number <= UInt64(Int64.max) else {
            return nil
        }
        return number
    }

    private mutating func flag() throws(QueryError) -> TaskQuery.Test {
        let here = error("deleted or unassigned")
        switch try value() {
        case "deleted": return .isDeleted
        case "unassigned": return .isUnassigned
        default: throw here
        }
    }

    /// `2`, `1..3` or `none`.
    private mutating func priorities() throws(QueryError) -> ClosedRange<UInt8> {
        let here = error("a priority from 0 (none) to \(Limits.priority), or two with .. between")
        let text = try value()
        if text == "none" { return 0...0 }
        let scalars = Array(text.unicodeScalars)
        func digit(_ place: Int) -> UInt8? {
            let value = UInt8(ascii: "0")
            guard scalars[place].isASCII, scalars[place].value >= UInt32(value) else { return nil }
            let digit = UInt8(scalars[place].value) - value
            return digit <= Limits.priority ? digit : nil
        }
        if scalars.count == 1, let only = digit(0) { return only...only }
        guard scalars.count == 4, scalars[1] == ".", scalars[2] == ".", let low = digit(0),
            let high = digit(3), low <= high
        else { throw here }
        return low...high
    }

    private mutating func due(
        _ comparison: TaskQuery.Comparison
    ) throws(QueryError) -> TaskQuery.Due {
        let here = error("a date such as 2026-12-01, days such as 7d, today, overdue or none")
        let text = try value()
        if comparison == .equal, text == "overdue" { return .overdue }
        if comparison == .equal, text == "none" { return .none }
        guard let day = Self.day(text) else { throw here }
        return .day(comparison, day)
    }

    private static func day(_ text: String) -> TaskQuery.Day? {
        if let date = CalendarDate(text: text) { return .date(date) }
        return relativeDay(text).map { .days($0) } ?? span(text, ["d": 1, "w": 7]).map { .days($0) }
    }

    private static func relativeDay(_ text: String) -> Int? {
        switch text {
        case "today": 0
        case "tomorrow": 1
        case "yesterday": -1
        default: nil
        }
    }

    private mutating func moment(
        _ comparison: TaskQuery.Comparison
    ) throws(QueryError) -> TaskQuery.Moment {
        let here = error(
            "a date such as 2026-12-01, today, or with < or > an age such as 30d or 6h")
        let text = try value()
        if let date = CalendarDate(text: text) { return .date(date) }
        if let day = Self.relativeDay(text) { return .days(day) }
        guard comparison != .equal,
            let hours = Self.span(text, ["h": 1, "d": 24, "w": 168]), hours >= 0
        else { throw here }
        return .age(hours: hours)
    }

    /// A whole number with a unit. What comes of it has four digits at most too, in whatever unit
    /// it is written: else its own text could not be read again.
    private static func span(_ text: String, _ units: [String: Int]) -> Int? {
        guard let unit = text.last, let factor = units[String(unit)],
            let number = Int(text.dropLast()), String(number) == text.dropLast(),
            (-9_999...9_999).contains(number),
            (-9_999...9_999).contains(number * factor / (units["d"] ?? 1))
        else { return nil }
        return number * factor
    }
}
