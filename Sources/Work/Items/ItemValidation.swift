/// What both databases take and a page can show, as with tasks.
extension BoardFields {
    package var problems: [FieldProblem] {
        var found: [FieldProblem] = []
        func check(_ pointer: String, _ problem: String?) {
            if let problem { found.append(FieldProblem(pointer: pointer, detail: problem)) }
        }
        check("/name", Text.problem(name, 1...Limits.nameCharacters))
        if !(1...Limits.columns).contains(columns.count) {
            check("/columns", "must be 1 to \(Limits.columns)")
        }
        var keys: Set<[UInt8]> = []
        for (place, column) in columns.enumerated() {
            if !Column.isKey(column.key) {
                check(
                    "/columns/\(place)/key",
                    "must be 1 to \(Limits.columnKeyBytes) of a-z, 0-9, _ and -")
            }
            if !keys.insert(Array(column.key.utf8)).inserted {
                check("/columns/\(place)/key", "is another column's")
            }
            check(
                "/columns/\(place)/name", Text.problem(column.name, 1...Limits.nameCharacters))
        }
        return found
    }

    /// Each status has one home: the column that was it, while it is there, else the first.
    func withHomes(from old: BoardFields?) -> BoardFields {
        var fields = self
        for place in fields.columns.indices { fields.columns[place].isHome = false }
        for status in TaskStatus.allCases {
            let kept = old?.home(of: status).flatMap { home in
                fields.columns.firstIndex { $0.key == home.key && $0.status == status }
            }
            if let home = kept ?? fields.columns.firstIndex(where: { $0.status == status }) {
                fields.columns[home].isHome = true
            }
        }
        return fields
    }
}

extension Column {
    package static func isKey(_ text: String) -> Bool {
        (1...Limits.columnKeyBytes).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}

extension CommentRecord {
    package static func problem(_ text: String) -> FieldProblem? {
        let problem =
            text.isEmpty
            ? "must not be empty" : Text.problem(bytes: text, limit: Limits.commentBytes)
        return problem.map { FieldProblem(pointer: "/text", detail: $0) }
    }
}

extension ViewRecord {
    package static func problems(name: String?, query: String?) -> [FieldProblem] {
        var found: [FieldProblem] = []
        if let name, let problem = Text.problem(name, 1...Limits.nameCharacters) {
            found.append(FieldProblem(pointer: "/name", detail: problem))
        }
        if let query {
            if query.utf8.count > Limits.queryBytes {
                found.append(
                    FieldProblem(
                        pointer: "/query",
                        detail: "at most \(Limits.queryBytes) bytes are allowed"))
            } else if Text.hasControl(query) {
                found.append(
                    FieldProblem(pointer: "/query", detail: "must not contain control characters"))
            }
        }
        return found
    }
}

extension UserRecord {
    package static func problems(
        name: String?, email: String?, passwordHash: String?
    ) -> [FieldProblem] {
        var found: [FieldProblem] = []
        if let name, let problem = Text.problem(name, 1...Limits.nameCharacters) {
            found.append(FieldProblem(pointer: "/name", detail: problem))
        }
        if let email {
            let problem = Text.problem(email, 3...Limits.emailCharacters)
                ?? (email.utf8.contains(UInt8(ascii: "@")) ? nil : "must contain @")
            if let problem { found.append(FieldProblem(pointer: "/email", detail: problem)) }
        }
        if let passwordHash, passwordHash.utf8.count > Limits.passwordHashBytes {
            found.append(FieldProblem(pointer: "/password", detail: "its hash is too long"))
        }
        return found
    }
}

extension [FieldProblem] {
    /// The first as a refusal has it.
    var refusal: Refusal? { first.map { .invalid("\($0.pointer) \($0.detail)") } }
}
