import Node
import Replica
import StateStore
import Wire
import Work

/// The tasks that one request for a bulk change is about, by their numbers: those that are still to
/// be changed, and those that an earlier try under the same key has changed, which the filter may
/// find no more.
struct BulkPiece {
    /// What was done before, and by which entry.
    let done: [(id: TaskID, index: UInt64)]
    /// What is left to be done.
    let tasks: [TaskRecord]
    /// Where the next piece begins.
    let next: QueryCursor?

    /// - Parameter end: where the page ended that was looked at; nil if nothing is behind it.
    /// - Parameter left: tasks of that page which are still to be changed.
    /// - Parameter earlier: tasks that were changed before, with the entries that did it; by rising
    ///   number more than `limit` of them, or all.
    init(to end: QueryCursor?, left: [TaskRecord], earlier: [TaskID: UInt64], limit: Int) {
        // Behind the page that was found there may be others, which are for the next piece.
        let last = end?.id ?? TaskID(.max)
        let all = (left.map(\.id) + earlier.keys.filter { $0 <= last }).sorted()
        let ids = all.prefix(limit)
        if let last = ids.last, all.count > limit {
            next = QueryCursor(value: .number(Int64(last.rawValue)), id: last)
        } else {
            next = end
        }
        let wanted = Set(ids)
        tasks = left.filter { wanted.contains($0.id) }
        done = ids.compactMap { id in earlier[id].map { (id: id, index: $0) } }
    }
}

extension Responder {
    /// The next piece of a bulk change.
    func piece(
        of input: BulkInput, _ key: String?, after: QueryCursor?
    ) async throws(Problem) -> (BulkPiece, ReadPoint) {
        let point: ReadPoint
        let found: TaskPage
        do {
            point = try await node.readPoint(.linearizable)
            found = try await node.tasks(
                matching: input.query, after: after, atLeast: point.index)
        } catch {
            throw Problem(error)
        }
        var earlier: [TaskID: UInt64] = [:]
        if let key { earlier = try await changed(under: key, input, after: after?.id, point) }
        let left = try await left(of: found.tasks, input.query, besides: earlier)
        let end = try await end(of: found, besides: earlier)
        let piece = BulkPiece(to: end, left: left, earlier: earlier, limit: input.query.limit)
        return (piece, point)
    }

    /// Which tasks were changed under the request's key, and by which entries.
    private func changed(
        under key: String, _ input: BulkInput, after: TaskID?, _ point: ReadPoint
    ) async throws(Problem) -> [TaskID: UInt64] {
        let print = input.print
        let known: [KeyRecord]
        do {
            known = try await node.keys(
                of: caller.credential?.principal ?? "", from: BulkInput.prefix(of: key),
                print: print, after: after, limit: input.query.limit + 1, atLeast: point.index)
        } catch {
            throw Problem(error)
        }
        if let first = known.first, first.fingerprint != print { throw .keyReused }
        return Dictionary(known.map { ($0.outcome.task, $0.index) }) { $1 }
    }

    /// Where the page ends; nil where all that is behind it is none of the request's business.
    /// Numbers rise: if the last task was made since the earlier try, so were those behind it.
    private func end(
        of page: TaskPage, besides earlier: [TaskID: UInt64]
    ) async throws(Problem) -> QueryCursor? {
        guard let next = page.next, let newest = earlier.values.max(),
            let last = page.tasks.last, last.changedIndex > newest
        else { return page.next }
        let steps: [HistoryRecord]
        do {
            steps = try await node.history(of: last.id, after: nil, limit: 1, atLeast: newest)
        } catch {
            throw Problem(error)
        }
        if let first = steps.first, first.index > newest { return nil }
        return next
    }

    /// Which of the tasks found are still to be changed. What somebody changed since the earlier
    /// try is looked at as it was then: whether it was there, and was meant. So what was refused
    /// can be mended and sent again, and what came to be found since is left alone.
    private func left(
        of found: [TaskRecord], _ query: TaskQuery, besides earlier: [TaskID: UInt64]
    ) async throws(Problem) -> [TaskRecord] {
        let others = found.filter { earlier[$0.id] == nil }
        guard let newest = earlier.values.max(),
            others.contains(where: { $0.changedIndex > newest })
        else { return others }
        let boards = try await boards()
        var left: [TaskRecord] = []
        for task in others {
            if task.changedIndex > newest {
                let isMeant = try await isMeant(task.id, by: query, at: newest, boards)
                if !isMeant { continue }
            }
            left.append(task)
        }
        return left
    }

    /// Whether the query found the task after the entry at `index`.
    private func isMeant(
        _ id: TaskID, by query: TaskQuery, at index: UInt64, _ boards: [BoardID: BoardFields]
    ) async throws(Problem) -> Bool {
        let past: TaskRecord?
        do {
            past = try await node.task(id, asOf: index, atLeast: index)
        } catch {
            throw Problem(error)
        }
        guard let past else { return false }
        return query.matches(past, at: .now) { boards[$0] }
    }
}

extension BulkInput {
    /// What the keys of all changes of a request begin with; a task's number follows.
    static func prefix(of key: String) -> String { "\(KeyHeader.stem(of: key))#bulk#" }

    /// Each change has a key of its own, which follows from the request's. A repetition finds
    /// another version of the task, and is the same request all the same.
    func identity(_ key: String?, _ id: TaskID) -> IdempotencyKey? {
        key.map {
            IdempotencyKey(
                principal: "", text: Self.prefix(of: $0) + String(id.rawValue), fingerprint: print)
        }
    }

    /// Stands for the whole of what is asked for: the same filter, the same days, the same change.
    /// How it is cut into pieces is no part of it, so all of them may have one key.
    var print: UInt64 {
        let wish = Work.Request.fingerprint(of: wish)
        return Hash64.hash("bulk \(query.print) \(query.zone.minutes) \(wish)", seed: 2)
    }

    /// The change, of no task and no version.
    private var wish: Command {
        let id = TaskID(0)
        switch action {
        case .patch(let patch): return .updateTask(id, expected: nil, patch)
        case .move(let move): return .moveTask(id, expected: nil, move)
        case .label(let labels):
            var patch = TaskPatch()
            patch.labels = labels
            // Labels beside those that are there are not the same as labels instead of them; 0 is
            // the version of no task.
            return .updateTask(id, expected: 0, patch)
        case .delete: return .deleteTask(id, expected: nil)
        }
    }
}
