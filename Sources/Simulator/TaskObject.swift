/// One task as clients see it: what it can answer, and when.
enum TaskObject: SequentialObject {
    struct State: Hashable {
        /// 0 before it was made.
        var version: UInt64 = 0
        /// Which operation gave it its title.
        var title = 0
        var isGone = false

        var seen: Seen? { version == 0 || isGone ? nil : Seen(version: version, title: title) }
    }

    struct Seen: Hashable {
        var version: UInt64
        var title: Int
    }

    enum Result: Hashable {
        case done(version: UInt64)
        case notFound
        case mismatch(Seen)
        case unknown
    }

    enum Action: Hashable {
        case create(title: Int)
        case update(expected: UInt64?, title: Int, Result)
        case delete(expected: UInt64?, Result)
        case read(Seen?)
    }

    static let initial = State()

    static func apply(_ action: Action, to state: State) -> State? {
        switch action {
        case .create(let title):
            return state.version == 0 ? State(version: 1, title: title) : nil
        case .update(let expected, let title, let result):
            var next = state
            next.version += 1
            next.title = title
            return change(state, to: next, expected, result)
        case .delete(let expected, let result):
            var next = state
            next.version += 1
            next.isGone = true
            return change(state, to: next, expected, result)
        case .read(let seen): return state.seen == seen ? state : nil
        }
    }

    private static func change(
        _ state: State, to next: State, _ expected: UInt64?, _ result: Result
    ) -> State? {
        let isPossible = state.seen != nil && (expected ?? state.version) == state.version
        switch result {
        case .done(let version): return isPossible && next.version == version ? next : nil
        case .notFound: return state.seen == nil ? state : nil
        case .mismatch(let seen): return state.seen == seen && !isPossible ? state : nil
        case .unknown: return isPossible ? next : state
        }
    }
}
