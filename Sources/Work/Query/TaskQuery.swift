/// What a list asks for: which tasks, in which order, how many. The page, the API and the command
/// line write it as text; `TaskQuery(parsing:)` reads it and `description` writes it again.
package struct TaskQuery: Hashable, Sendable {
    /// All of them must hold.
    package var conditions: [Condition] = []
    package var sort = Sort()
    /// Tasks in one page.
    package var limit = 50
    /// Whose days "today" and dates are: no part of its text, and not of a place in its order.
    package var zone = ZoneOffset.utc

    package init() {}

    /// Whether only deleted tasks are asked for; otherwise only live ones are.
    package var isAboutDeleted: Bool {
        conditions.contains { $0.test == .isDeleted && !$0.isNegated }
    }

    package struct Condition: Hashable, Sendable {
        package var isNegated: Bool
        package var test: Test

        package init(_ test: Test, isNegated: Bool = false) {
            self.test = test
            self.isNegated = isNegated
        }
    }

    /// Of lists of values, one must fit.
    package enum Test: Hashable, Sendable {
        /// The term is in title or description; with `isPrefix`, one that begins with it.
        case word(String, isPrefix: Bool)
        /// These terms, two at least, follow each other in the title, or in the description.
        case phrase([String])
        case status([TaskStatus])
        case column([String])
        case board([BoardID])
        case label([String])
        case assignee([String])
        case author([String])
        case priority(ClosedRange<UInt8>)
        case due(Due)
        case created(Comparison, Moment)
        case updated(Comparison, Moment)
        case id([TaskID])
        case isDeleted
        case isUnassigned
    }

    package enum Comparison: String, Hashable, Sendable, CaseIterable {
        case less = "<"
        case atMost = "<="
        case greater = ">"
        case atLeast = ">="
        /// On that day.
        case equal = ":"
    }

    package enum Due: Hashable, Sendable {
        case day(Comparison, Day)
        /// Before today, and not done.
        case overdue
        case none
    }

    package enum Day: Hashable, Sendable {
        case date(CalendarDate)
        /// So many days from today.
        case days(Int)
    }

    /// For `created` and `updated`.
    package enum Moment: Hashable, Sendable {
        case date(CalendarDate)
        /// So many days from today.
        case days(Int)
        /// So many hours ago. Of ages, "less" is later.
        case age(hours: Int)
    }

    package struct Sort: Hashable, Sendable {
        package enum Key: String, Hashable, Sendable, CaseIterable {
            case rank, created, updated, due, priority, title, id
        }

        package var key: Key
        package var isDescending: Bool

        package init(_ key: Key = .rank, isDescending: Bool = false) {
            self.key = key
            self.isDescending = isDescending
        }
    }
}

/// Where a page ended, for the page that follows. Its text is opaque to clients.
package struct QueryCursor: Hashable, Sendable {
    package enum Value: Hashable, Sendable {
        /// Tasks without a value come last.
        case none
        case number(Int64)
        case text(String)
    }

    package var value: Value
    package var id: TaskID

    package init(value: Value, id: TaskID) {
        self.value = value
        self.id = id
    }

    package var text: String {
        switch value {
        case .none: "\(id.rawValue)"
        case .number(let number): "\(id.rawValue).n\(number)"
        case .text(let text): "\(id.rawValue).t\(text)"
        }
    }

    package init?(text: String) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let id = UInt64(parts[0]), String(id) == parts[0] else { return nil }
        self.id = TaskID(id)
        if parts.count == 1 {
            value = .none
        } else if parts[1].first == "n", let number = Int64(parts[1].dropFirst()) {
            value = .number(number)
        } else if parts[1].first == "t" {
            value = .text(String(parts[1].dropFirst()))
        } else {
            return nil
        }
    }
}

/// Why a text is no query, and where.
package struct QueryError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Unicode scalars before the place that is wrong.
    package var offset: Int
    /// What is expected there.
    package var expected: String

    package init(offset: Int, expected: String) {
        self.offset = offset
        self.expected = expected
    }

    package var description: String { "at \(offset): expected \(expected)" }
}
