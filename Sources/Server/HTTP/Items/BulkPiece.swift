import Node
import Replica
import StateStore
import Work

/// The tasks that one request for a bulk change is about, by their numbers: those that the filter
/// finds, and those that an earlier try under the same key has changed, which it may find no more.
struct BulkPiece {
    /// What was done before, and by which entry.
    private(set) var done: [(id: TaskID, index: UInt64)] = []
    /// What is left to be done.
    private(set) var tasks: [TaskRecord]
    /// Where the next piece begins.
    private(set) var next: QueryCursor?

    /// What came to be found since that try, or changed, is none of the request's business.
    ///
    /// - Parameter earlier: tasks that were changed before, with the entries that did it; by rising
    ///   number more than `limit` of them, or all.
    init(_ found: TaskPage, earlier: [TaskID: UInt64], limit: Int) {
        (tasks, next) = (found.tasks, found.next)
        guard let newest = earlier.values.max() else { return }
        // Behind the page that was found there may be others, which are for the next piece.
        let end = found.next?.id ?? TaskID(.max)
        let left = found.tasks.filter { earlier[$0.id] == nil && $0.changedIndex <= newest }
        let all = (left.map(\.id) + earlier.keys.filter { $0 <= end }).sorted()
        let ids = Set(all.prefix(limit))
        if let last = all.prefix(limit).last, all.count > limit {
            next = QueryCursor(value: .number(Int64(last.rawValue)), id: last)
        }
        tasks = left.filter { ids.contains($0.id) }
        done = ids.sorted().compactMap { id in earlier[id].map { (id: id, index: $0) } }
    }
}

extension Responder {
    /// The next piece of a bulk change.
    func piece(
        of input: BulkInput, _ key: String?, after: QueryCursor?
    ) async throws(Problem) -> (BulkPiece, ReadPoint) {
        do {
            let point = try await node.readPoint(.linearizable)
            let found = try await node.tasks(
                matching: input.query, after: after, atLeast: point.index)
            var earlier: [TaskID: UInt64] = [:]
            if let key {
                let known = try await node.keys(
                    of: caller.credential?.principal ?? "", from: BulkInput.prefix(of: key),
                    after: after?.id, limit: input.query.limit + 1, atLeast: point.index)
                earlier = input.done(known, key)
            }
            return (BulkPiece(found, earlier: earlier, limit: input.query.limit), point)
        } catch {
            throw Problem(error)
        }
    }
}

extension BulkInput {
    /// What the keys of all changes of a request begin with.
    static func prefix(of key: String) -> String { "\(key.prefix(200))#" }

    /// Which tasks were changed under the request's key as it asks for.
    func done(_ known: [KeyRecord], _ key: String) -> [TaskID: UInt64] {
        var done: [TaskID: UInt64] = [:]
        for record in known where isOfTask(record.outcome.kind) {
            let id = record.outcome.task
            guard let identity = identity(key, id), identity.text == record.name.text,
                identity.fingerprint == record.fingerprint
            else { continue }
            done[id] = record.index
        }
        return done
    }

    private func isOfTask(_ kind: KeyOutcome.Kind) -> Bool { kind == .updated || kind == .deleted }
}
