import HTTPTypes
package import Work

/// What a path names beside single tasks and jobs: boards, comments, saved views, and what is done
/// to many tasks at once.
package enum ItemRoute: Hashable, Sendable {
    case boards
    case board(BoardID)
    /// A board as it was at a log index.
    case boardTasks(BoardID)
    case comment(CommentID)
    case views
    case view(ViewID)
    case labels
    case bulk
    case exportFile(FileFormat)
    case importFile
    case calendar

    /// The names after `/v1/`.
    init?(_ names: ArraySlice<Substring>) {
        let names = Array(names)
        switch (names[0], names.count) {
        case ("boards", 1): self = .boards
        case ("boards", 2): self.init(numbered: names[1]) { .board(BoardID($0)) }
        case ("boards", 3) where names[2] == "tasks":
            self.init(numbered: names[1]) { .boardTasks(BoardID($0)) }
        case ("comments", 2): self.init(numbered: names[1]) { .comment(CommentID($0)) }
        case ("views", 1): self = .views
        case ("views", 2): self.init(numbered: names[1]) { .view(ViewID($0)) }
        case ("labels", 1): self = .labels
        case ("tasks:bulk", 1): self = .bulk
        case ("export.csv", 1): self = .exportFile(.csv)
        case ("export.json", 1): self = .exportFile(.json)
        case ("import", 1): self = .importFile
        case ("calendar.ics", 1): self = .calendar
        default: return nil
        }
    }

    private init?(numbered name: Substring, _ route: (UInt64) -> ItemRoute) {
        guard let id = TaskID(digits: name) else { return nil }
        self = route(id.rawValue)
    }

    /// As `Allow` lists them.
    var methods: String {
        switch self {
        case .boards, .views: "GET, HEAD, POST"
        case .board: "GET, HEAD, PATCH, DELETE"
        case .comment, .view: "PATCH, DELETE"
        case .boardTasks, .labels, .exportFile, .calendar: "GET, HEAD"
        case .bulk, .importFile: "POST"
        }
    }
}

/// What is done to one task beside reading and changing its fields.
package enum TaskPart: String, Hashable, Sendable, CaseIterable {
    case history, comments, move, undo, restore

    var methods: String {
        switch self {
        case .history: "GET, HEAD"
        case .comments: "GET, HEAD, POST"
        case .move, .undo, .restore: "POST"
        }
    }
}

/// Files of tasks, both ways.
package enum FileFormat: String, Hashable, Sendable, CaseIterable {
    case csv, json
}

extension String {
    /// As `Allow` lists them: whether the method is one of them, before anything else is looked at.
    func check(_ method: HTTPRequest.Method) throws(Problem) {
        let isOffered = split(separator: ", ").contains { $0 == method.rawValue }
        if !isOffered { throw .methodNotAllowed(self) }
    }
}
