/// What days, ages and orders come to, for matching in memory and in SQL alike.
extension TaskQuery.Moment {
    private static let day: Int64 = 86_400_000

    /// Milliseconds of wall time from the lower bound up to, and without, the upper one. Days begin
    /// at midnight in `zone`.
    package func bounds(
        _ comparison: TaskQuery.Comparison, at now: Timestamp, in zone: ZoneOffset = .utc
    ) -> Range<Int64> {
        let (low, high) = (Timestamp.zero.milliseconds, Timestamp.latest.milliseconds + 1)
        func clamped(_ value: Int64) -> Int64 { min(max(value, low), high) }
        let (start, end): (Int64, Int64)
        switch self {
        case .date(let date):
            start = Int64(date.days) * Self.day - zone.milliseconds
            end = start + Self.day
        case .days(let days):
            let today = Int64(CalendarDate.today(now, in: zone).days)
            start = (today + Int64(days)) * Self.day - zone.milliseconds
            end = start + Self.day
        case .age(let hours):
            // Whoever is less old came later.
            let then = now.milliseconds - Int64(hours) * 3_600_000
            return switch comparison {
            case .less: clamped(then + 1)..<high
            case .atMost, .equal: clamped(then)..<high
            case .greater: low..<clamped(then)
            case .atLeast: low..<clamped(then + 1)
            }
        }
        return switch comparison {
        case .less: low..<clamped(start)
        case .atMost: low..<clamped(end)
        case .greater: clamped(end)..<high
        case .atLeast: clamped(start)..<high
        case .equal: clamped(start)..<clamped(end)
        }
    }
}

extension TaskQuery.Due {
    /// Days since 1970 from the first to the last; empty if no day fits. nil for `none`.
    package func days(at now: Timestamp, in zone: ZoneOffset = .utc) -> Range<Int>? {
        let (low, high) = (CalendarDate.first.days, CalendarDate.last.days + 1)
        func clamped(_ value: Int) -> Int { min(max(value, low), high) }
        let today = CalendarDate.today(now, in: zone).days
        switch self {
        case .none: return nil
        case .overdue: return low..<clamped(today)
        case .day(let comparison, let day):
            let start =
                switch day {
                case .date(let date): date.days
                case .days(let days): today + days
                }
            return switch comparison {
            case .less: low..<clamped(start)
            case .atMost: low..<clamped(start + 1)
            case .greater: clamped(start + 1)..<high
            case .atLeast: clamped(start)..<high
            case .equal: clamped(start)..<clamped(start + 1)
            }
        }
    }

    func matches(_ fields: TaskFields, at now: Timestamp, in zone: ZoneOffset) -> Bool {
        guard let days = days(at: now, in: zone) else { return fields.due == nil }
        guard let due = fields.due, days.contains(due.days) else { return false }
        return self != .overdue || fields.status != .done
    }
}

extension CalendarDate {
    package static let first = CalendarDate(days: -719_162)
    package static let last = CalendarDate(days: 2_932_896)

    package static func today(_ now: Timestamp, in zone: ZoneOffset = .utc) -> CalendarDate {
        CalendarDate(days: Int(zone.clock(at: now).milliseconds / 86_400_000))
    }
}

extension TaskQuery.Sort.Key {
    package func value(of task: TaskRecord) -> QueryCursor.Value {
        switch self {
        case .rank: .number(task.rank)
        case .created: .text(task.created.sql)
        case .updated: .text(task.updated.sql)
        case .due: task.fields.due.map { .text($0.text) } ?? .none
        case .priority: task.fields.priority == 0 ? .none : .number(Int64(task.fields.priority))
        case .title: .text(task.fields.title)
        case .id: .number(Int64(bitPattern: task.id.rawValue))
        }
    }
}

extension QueryCursor {
    /// Whether the first place comes behind the second. Tasks without a value come last, in both
    /// directions; among equals the number decides, in the direction of the rest.
    package static func follows(
        _ one: QueryCursor, _ other: QueryCursor, _ sort: TaskQuery.Sort
    ) -> Bool {
        if (one.value == .none) != (other.value == .none) { return one.value == .none }
        let isLess = less(one.value, other.value)
        let isGreater = less(other.value, one.value)
        if !isLess, !isGreater { return sort.isDescending ? one.id < other.id : one.id > other.id }
        return sort.isDescending ? isLess : isGreater
    }

    private static func less(_ one: Value, _ other: Value) -> Bool {
        switch (one, other) {
        case (.number(let one), .number(let other)): one < other
        case (.text(let one), .text(let other)):
            one.utf8.lexicographicallyPrecedes(other.utf8)
        default: false
        }
    }
}

extension Terms {
    /// Whether the terms follow each other somewhere in the text.
    package static func contain(_ words: [String], in text: String) -> Bool {
        let words = words.map { Array($0.utf8) }
        guard let first = words.first else { return false }
        var terms = Terms(text)
        // How many words each place has had that may still become the phrase.
        var begun: [Int] = []
        while terms.advance() {
            if !begun.isEmpty {
                begun = begun.compactMap { words[$0] == terms.term ? $0 + 1 : nil }
            }
            if terms.term == first { begun.append(1) }
            if begun.first == words.count { return true }
        }
        return false
    }
}

extension Text {
    static func hasPrefix(_ text: String, _ prefix: String) -> Bool {
        text.utf8.starts(with: prefix.utf8)
    }
}
