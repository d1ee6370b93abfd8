import Raft
package import Replica

/// Who looks at a cluster, and moves its leadership.
package protocol ClusterService: Sendable {
    /// What this node sees of all nodes, while somebody watches.
    var views: ViewBoard { get }

    /// What this node counts and measures; nil if it is stopping.
    func measures() async -> NodeMeasures?

    /// Moves leadership, wherever it is; nil: to whoever has most. Returns when that is done, or
    /// it is clear that it did not work.
    func transfer(to target: UInt64?) async -> TransferOutcome
}

package enum TransferOutcome: Sendable, Hashable {
    case moved(to: UInt64, term: UInt64)
    /// It is where it was, or nobody leads now.
    case stayed(with: UInt64?)
    case noLeader
    case noSuchNode
}

extension RunningNode: ClusterService {
    /// A transfer takes one round; one that fails is given up after an election timeout.
    private static var transferLimit: Duration { .milliseconds(1_500) }

    package func transfer(to target: UInt64?) async -> TransferOutcome {
        if let target, settings.members[target] == nil { return .noSuchNode }
        let before = position
        guard let leader = before.leader else { return .noLeader }
        if leader == target { return .moved(to: leader, term: before.term) }
        nodeLoop.post(.transfer(to: target.map { NodeID($0) }))
        let limit = ContinuousClock.now + Self.transferLimit
        while ContinuousClock.now < limit, !Task.isCancelled {
            let now = position
            if let leader = now.leader, now.term > before.term {
                let isDone = target == nil || leader == target
                return isDone ? .moved(to: leader, term: now.term) : .stayed(with: leader)
            }
            try? await Task.sleep(for: .milliseconds(10))
        }
        return .stayed(with: position.leader)
    }

    /// Plays with what this node sends to a peer; nil ends that.
    package func set(_ fault: LinkFault?, to peer: UInt64) {
        nodeLoop.post(.fault(NodeID(peer), fault))
    }
}
