import HTTPTypes
import Node
import Replica
import Work

/// What a read may ask for beside being linearizable: to see a change that was acknowledged
/// elsewhere, or to see nothing that is too old.
extension Responder {
    /// Waits until this node is as far as `min_index`; refuses what is older than `max_staleness`.
    func keepTerms(_ target: Target) async throws(Problem) {
        if let text = try target.value("min_index") {
            guard let index = UInt64(text), index <= UInt64(Int64.max) else {
                throw .badRequest("min_index must be a log index")
            }
            try await reach(index)
        }
        if let text = try target.value("max_staleness") {
            guard let limit = Span.milliseconds(text) else {
                throw .badRequest("max_staleness must be a span such as 5s")
            }
            // A linearizable read is as young as can be, or refused.
            guard try target.value("consistency") == "stale" else { return }
            let age = node.staleness
            if age.map({ $0 > limit }) ?? true { throw .tooStale(age) }
        }
    }

    private func reach(_ index: UInt64) async throws(Problem) {
        if node.position.index >= index { return }
        // The leader knows how far the cluster is; then this node waits until it is there.
        let point: ReadPoint
        do { point = try await node.readPoint(.linearizable) } catch { throw Problem(error) }
        if point.index < index { throw .behind(index, point.index) }
    }
}

extension Problem {
    fileprivate static func behind(_ wanted: UInt64, _ index: UInt64) -> Problem {
        var problem = Problem(
            .serviceUnavailable, .behind, "The node is not there yet",
            "log index \(wanted) is not committed: the cluster is at \(index)")
        problem.retryAfter = 1
        return problem
    }

    fileprivate static func tooStale(_ age: UInt64?) -> Problem {
        var problem = Problem(
            .serviceUnavailable, .tooStale, "What this node has is too old",
            age.map { "all that is known is that it was complete \($0) ms ago" }
                ?? "it has not caught up with a leader since it started")
        problem.retryAfter = 1
        return problem
    }
}
