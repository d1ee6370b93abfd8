package import Work

extension ItemTable {
    package var peopleMark: PeopleMark { PeopleMark(index: peopleIndex, hasUsers: !users.isEmpty) }

    package func answer(_ query: ItemQuery) -> [Item] {
        switch query {
        case .item(let id): return item(id).map { [$0] } ?? []
        case .boards: return boards.map { .board($0) }
        case .views: return views.values.sorted { $0.id < $1.id }.map { .view($0) }
        case .users: return users.values.sorted { $0.id < $1.id }.map { .user($0) }
        case .userNamed(let name): return user(named: name).map { [.user($0)] } ?? []
        case .tokens(let user):
            let found = tokens.values.filter { user == nil || $0.user == user }
            return found.sorted { $0.id < $1.id }.map { .token($0) }
        case .token(let secretHash):
            guard let token = token(secretHash: secretHash) else { return [] }
            return [.token(token)] + (users[token.user].map { [.user($0)] } ?? [])
        }
    }
}

extension ReplicaEffects {
    /// What an entry did to tasks, boards and saved views, for whoever follows.
    package mutating func stream(_ applied: AppliedEntry, _ state: WorkState) {
        var last: TaskRecord?
        var ordinal: UInt32 = 0
        for change in applied.changes {
            if case .task(let task) = change { last = task }
            guard case .history(let history) = change else { continue }
            ordinal = history.ordinal + 1
            // What is said about a task does not change it.
            let known = last?.id == history.task ? last : state.tasks[history.task]
            if let task = known { changes.append(.task(history, task)) }
        }
        for case .item(let item) in applied.changes where item.isStreamed {
            let place = StreamedPlace(index: applied.scalars.index, ordinal: ordinal)
            changes.append(.item(item, place))
            ordinal += 1
        }
    }
}

extension Item {
    /// Comments are steps of their task; users and tokens are nobody's business.
    package var isStreamed: Bool {
        switch self {
        case .board, .view: true
        case .user, .token, .comment: false
        }
    }
}
