import Work

/// Where among the tasks somebody is, as `place.js` writes it into the address of the page.
struct TasksPlace {
    /// nil for the tasks of all boards, which only the list can show.
    let board: BoardID?
    let isList: Bool
    let query: TaskQuery

    /// Cards that a page comes with: more than fit on a screen, and no more than its script makes
    /// in one frame.
    static let cards = 100

    /// nil for what only the script of the page knows how to ask for: a filter, whose last word
    /// may still be being typed, and the past.
    init?(_ target: Target) {
        guard let given = try? target.parameters(["board", "view", "sort", "q", "as_of"]),
            given["q"] == nil, given["as_of"] == nil
        else { return nil }
        let isOfAll = given["board"] == "all"
        board = isOfAll ? nil : given["board"].map { BoardID(UInt64($0) ?? 0) } ?? .first
        isList = isOfAll || given["view"] == "list"
        var query = TaskQuery()
        if isList {
            let sort = given["sort"] ?? "-created"
            guard let parsed = try? TaskListInput.parsed("sort:" + sort, "sort") else { return nil }
            query.sort = parsed.sort
        }
        if let board { query.conditions = [.init(.board([board]))] }
        query.limit = Self.cards
        self.query = query
    }
}
