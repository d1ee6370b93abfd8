import Raft
import Replica
import Synchronization

/// How fresh the state is: the loop finds out, fronts ask.
final class FreshnessBoard: Sendable {
    private let freshness = Mutex(Freshness())

    var moment: Instant? { freshness.withLock { $0.moment } }

    func asked(at moment: Instant) { freshness.withLock { $0.asked(at: moment) } }

    func answered(_ moment: Instant, by peer: NodeID) -> Bool {
        freshness.withLock { $0.answered(moment, by: peer) }
    }

    func confirmed(_ moment: Instant) { freshness.withLock { $0.confirmed(moment) } }

    func applied(_ position: LogPosition) { freshness.withLock { $0.applied(position) } }

    /// What a peer says counts if it leads in the term of this node.
    func heard(_ report: NodeReport, from peer: NodeID, by replica: borrowing Replica) {
        guard report.role == NodeStatus.Role.leader.code, report.term == replica.term.rawValue,
            replica.leader == peer
        else { return }
        let committed = LogPosition(term: replica.term, index: LogIndex(report.commit))
        let applied = replica.appliedPosition
        freshness.withLock { freshness in
            freshness.heard(committed, from: peer)
            freshness.applied(applied)
        }
    }
}

extension RunningNode {
    /// Milliseconds since the last moment of which this node is known to have everything that was
    /// committed then; nil if there was none since it started.
    package var staleness: UInt64? {
        parts.freshness.moment.map { Clocks.monotonic().since($0).milliseconds }
    }
}
