import FoundationEssentials
package import Node
package import Work

/// The place where a page of a list ended, as clients hand it back. What is inside is nobody's
/// business but ours, and may change with its version.
package enum Cursor: Hashable, Sendable {
    case tasks(status: TaskStatus?, after: TaskID)
    case history(TaskID, after: EventPosition)
    case jobs(QueueName, JobState?, after: JobID)
    case comments(TaskID, after: CommentID)
    /// Of a list that is mostly read as a whole, by number, or by the place of a queue.
    case whole(WholeList, after: UInt64)
    case labels(after: String)
    /// Of a query, by its hash.
    case query(UInt64, QueryCursor)
    /// Of a board at a log index.
    case past(BoardID, index: UInt64, after: TaskID)

    package var text: String {
        let plain =
            switch self {
            case .tasks(let status, let after):
                "1 tasks \(status?.name ?? "any") \(after.rawValue)"
            case .history(let id, let after):
                "1 history \(id.rawValue) \(after.index) \(after.ordinal)"
            case .comments(let id, let after): "1 comments \(id.rawValue) \(after.rawValue)"
            case .whole(let list, let after): "1 whole \(list.rawValue) \(after)"
            case .labels(let after): "1 labels \(after)"
            case .query(let print, let after): "1 query \(print) \(after.text)"
            case .past(let board, let index, let after):
                "1 past \(board.rawValue) \(index) \(after.rawValue)"
            case .jobs(let queue, let state, let after):
                "1 jobs \(queue.text) \(state?.name ?? "any") \(after.rawValue)"
            }
        let encoded = Data(plain.utf8).base64EncodedString()
        return String(
            encoded.compactMap { character -> Character? in
                switch character {
                case "+": "-"
                case "/": "_"
                case "=": nil
                default: character
                }
            })
    }

    package init(text: String) throws(Problem) {
        let problem = Problem.badRequest("the cursor is not one that was handed out here")
        let standard = String(
            text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
        let padding = String(repeating: "=", count: (4 - standard.count % 4) % 4)
        guard text.utf8.count <= 2_048, let data = Data(base64Encoded: standard + padding),
            let plain = String(validating: data, as: UTF8.self),
            let cursor = Self(query: plain) ?? Self(labels: plain)
                ?? Self(parts: plain.split(separator: " ")),
            cursor.text == text
        else { throw problem }
        self = cursor
    }

    /// This one and the next have a text of somebody's in them, which may hold spaces.
    private init?(query plain: String) {
        let parts = plain.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "1", parts[1] == "query",
            let print = UInt64(parts[2]), let after = QueryCursor(text: String(parts[3]))
        else { return nil }
        self = .query(print, after)
    }

    private init?(labels plain: String) {
        let start = "1 labels ".utf8
        // By bytes: a mark at the start of a label makes one character with the space.
        guard plain.utf8.starts(with: start) else { return nil }
        self = .labels(after: String(Substring(plain.utf8.dropFirst(start.count))))
    }

    private init?(parts: [Substring]) {
        guard parts.count >= 4, parts[0] == "1" else { return nil }
        switch parts[1] {
        case "tasks":
            let status = TaskStatus(name: parts[2])
            guard let after = TaskID(digits: parts[3]), status != nil || parts[2] == "any"
            else { return nil }
            self = .tasks(status: status, after: after)
        case "history":
            guard parts.count == 5, let id = TaskID(digits: parts[2]),
                let index = Int64(parts[3]), index >= 0, let ordinal = UInt32(parts[4])
            else { return nil }
            self = .history(id, after: EventPosition(index: UInt64(index), ordinal: ordinal))
        case "comments":
            guard parts.count == 4, let id = TaskID(digits: parts[2]),
                let after = TaskID(digits: parts[3])
            else { return nil }
            self = .comments(id, after: CommentID(after.rawValue))
        case "whole":
            guard parts.count == 4, let list = WholeList(rawValue: String(parts[2])),
                let after = UInt64(parts[3])
            else { return nil }
            self = .whole(list, after: after)
        case "past":
            guard parts.count == 5, let board = TaskID(digits: parts[2]),
                let index = TaskID(digits: parts[3]), let after = TaskID(digits: parts[4])
            else { return nil }
            self = .past(BoardID(board.rawValue), index: index.rawValue, after: after)
        case "jobs":
            let state = JobState(name: parts[3])
            guard parts.count == 5, let queue = QueueName(String(parts[2])),
                state != nil || parts[3] == "any", let after = TaskID(digits: parts[4])
            else { return nil }
            self = .jobs(queue, state, after: JobID(after.rawValue))
        default: return nil
        }
    }
}

/// A list that is short in most clusters, and then comes in one page.
package enum WholeList: String, Hashable, Sendable {
    case boards, views, users, tokens, queues
}

extension JobState {
    init?(name: some StringProtocol) {
        guard let state = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = state
    }
}
