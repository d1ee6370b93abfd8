/// The one text of a query: what parses to it, and to nothing else.
extension TaskQuery: CustomStringConvertible {
    package var description: String {
        var parts = conditions.map(\.description)
        if sort != Sort() {
            parts.append("sort:" + (sort.isDescending ? "-" : "") + sort.key.rawValue)
        }
        return parts.joined(separator: " ")
    }
}

extension TaskQuery.Condition: CustomStringConvertible {
    package var description: String { (isNegated ? "-" : "") + test.description }
}

extension TaskQuery.Test: CustomStringConvertible {
    package var description: String {
        switch self {
        case .word(let word, let isPrefix):
            if isPrefix { return word + "*" }
            return QueryParser.priority(short: word) == nil ? word : "\"\(word)\""
        case .phrase(let words): return "\"" + words.joined(separator: " ") + "\""
        case .status(let list): return "status:" + list.map(\.name).joined(separator: ",")
        case .column(let list): return "column:" + list.joined(separator: ",")
        case .board(let list): return "board:" + Self.list(list.map { String($0.rawValue) })
        case .label(let list): return "label:" + Self.list(list)
        case .assignee(let list): return "assignee:" + Self.list(list)
        case .author(let list): return "author:" + Self.list(list)
        case .priority(let range):
            return range.count == 1
                ? "priority:\(range.lowerBound)"
                : "priority:\(range.lowerBound)..\(range.upperBound)"
        case .due(let due): return "due" + due.description
        case .created(let comparison, let moment):
            return "created" + comparison.rawValue + moment.description
        case .updated(let comparison, let moment):
            return "updated" + comparison.rawValue + moment.description
        case .id(let list): return "id:" + Self.list(list.map { String($0.rawValue) })
        case .isDeleted: return "is:deleted"
        case .isUnassigned: return "is:unassigned"
        }
    }

    private static func list(_ values: [String]) -> String {
        values.map { quoted($0) }.joined(separator: ",")
    }

    private static func quoted(_ value: String) -> String {
        let isPlain = value.unicodeScalars.allSatisfy { scalar in
            scalar != " " && scalar != "," && scalar != "\"" && scalar != "\\"
        }
        if isPlain, !value.isEmpty { return value }
        var text = String.UnicodeScalarView("\"".unicodeScalars)
        for scalar in value.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { text.append("\\") }
            text.append(scalar)
        }
        return String(text) + "\""
    }
}

extension TaskQuery.Due: CustomStringConvertible {
    package var description: String {
        switch self {
        case .overdue: ":overdue"
        case .none: ":none"
        case .day(let comparison, .date(let date)): comparison.rawValue + date.text
        case .day(let comparison, .days(let days)): comparison.rawValue + relativeDay(days)
        }
    }
}

extension TaskQuery.Moment: CustomStringConvertible {
    package var description: String {
        switch self {
        case .date(let date): date.text
        case .days(let days): relativeDay(days)
        case .age(let hours): hours % 24 == 0 ? "\(hours / 24)d" : "\(hours)h"
        }
    }
}

private func relativeDay(_ days: Int) -> String {
    switch days {
    case 0: "today"
    case 1: "tomorrow"
    case -1: "yesterday"
    default: "\(days)d"
    }
}
