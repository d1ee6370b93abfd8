import Node
import Replica
import Server
import StateStore
import Synchronization
import Work

/// Queries, answered from what apply reported by the rules themselves.
extension MemoryService {
    private static let now = Timestamp(milliseconds: 1_795_235_603_123)

    func tasks(
        matching query: TaskQuery, after: QueryCursor?, atLeast index: UInt64
    ) async throws(ReadFailure) -> TaskPage {
        let found = matches(query)
        let rest = found.filter { task in
            after.map { QueryCursor.follows(query.cursor(of: task), $0, query.sort) } ?? true
        }
        let page = Array(rest.prefix(query.limit))
        return TaskPage(
            tasks: page, next: rest.count > page.count ? page.last.map(query.cursor) : nil)
    }

    func count(
        matching query: TaskQuery, atLeast index: UInt64
    ) async throws(ReadFailure) -> Int {
        matches(query).count
    }

    private func matches(_ query: TaskQuery) -> [TaskRecord] {
        state.withLock { state in
            state.rows.values.filter { task in
                query.matches(task, at: Self.now) { state.work.items.board($0)?.fields }
            }.sorted { query.precedes($0, $1) }
        }
    }

    func keys(
        of principal: String, from prefix: String, print: UInt64, after: TaskID?, limit: Int,
        atLeast index: UInt64
    ) async throws(ReadFailure) -> [KeyRecord] {
        let all = state.withLock { state in
            state.keys.values.filter { key in
                key.name.principal == principal
                    && key.name.text == prefix + String(key.outcome.task.rawValue)
            }
        }.sorted { $0.outcome.task < $1.outcome.task }
        let others = all.filter { $0.fingerprint != print }
        let own = all.filter { $0.fingerprint == print && $0.outcome.task > after ?? TaskID(0) }
        return Array((others + own).prefix(limit))
    }

    func labels(
        after: String?, limit: Int, atLeast index: UInt64
    ) async throws(ReadFailure) -> [LabelCount] {
        var counts: [String: Int] = [:]
        for task in state.withLock({ $0.work.tasks.values.map(\.self) }) {
            for label in Set(task.fields.labels) { counts[label, default: 0] += 1 }
        }
        func comes(_ one: String, before other: String) -> Bool {
            one.utf8.lexicographicallyPrecedes(other.utf8)
        }
        let all = counts.map { LabelCount(label: $0, count: $1) }
            .sorted { comes($0.label, before: $1.label) }
        return Array(all.filter { comes(after ?? "", before: $0.label) }.prefix(limit))
    }

    func comments(
        of task: TaskID, after: CommentID?, limit: Int, atLeast index: UInt64
    ) async throws(ReadFailure) -> [CommentRecord] {
        let all = state.withLock { $0.work.items.comments.values.filter { $0.task == task } }
        let rest = all.sorted { $0.id < $1.id }.filter { $0.id > after ?? CommentID(0) }
        return Array(rest.prefix(limit))
    }

    func task(
        _ id: TaskID, asOf past: UInt64, atLeast index: UInt64
    ) async throws(ReadFailure) -> TaskRecord? {
        state.withLock { $0.task(id, asOf: past) }
    }

    func tasks(
        on board: BoardID, asOf past: UInt64, after: TaskID?, limit: Int, atLeast index: UInt64
    ) async throws(ReadFailure) -> PastPage {
        let all = state.withLock { state in
            state.rows.keys.sorted().filter { $0 > after ?? TaskID(0) }
                .compactMap { state.task($0, asOf: past) }.filter { $0.fields.board == board }
        }
        return PastPage(
            tasks: Array(all.prefix(limit)),
            next: all.count > limit ? all[limit - 1].id : nil)
    }

    func items(
        _ query: ItemQuery, _ consistency: Consistency
    ) async throws(ReadFailure) -> ([Item], ReadPoint) {
        let point = try await readPoint(consistency)
        return (state.withLock { $0.work.items.answer(query) }, point)
    }

    var people: PeopleMark { state.withLock { $0.work.items.peopleMark } }
}

extension MemoryService.State {
    fileprivate func task(_ id: TaskID, asOf past: UInt64) -> TaskRecord? {
        guard let row = rows[id] else { return nil }
        return PastTask(row).task(asOf: past, steps: history.filter { $0.task == id })
    }
}
