import Node

extension Exposition {
    private static let roles: [NodeStatus.Role] = [.follower, .preCandidate, .candidate, .leader]

    /// How this node stands in its cluster.
    mutating func raft(_ measures: NodeMeasures) {
        let status = measures.status
        election(status)
        counter(
            "raft_leader_changes_total", "How often this node saw somebody begin to lead.",
            measures.leaderChanges)
        if let own = status.nodes.first(where: { $0.id == status.node }) { log(own) }
        gauge("raft_voters", "Nodes that vote.", measures.voters)
        gauge(
            "raft_tolerated_failures", "How many more nodes may be lost; -1 without a quorum.",
            status.tolerates)
        if let staleness = measures.staleness {
            metric(
                "staleness_seconds", .gauge,
                "Since the last moment of which this node has all that was committed.")
            sample(Double(staleness) / 1_000)
        }
    }

    private mutating func election(_ status: ClusterStatus) {
        let own = status.nodes.first { $0.id == status.node }
        metric("raft_role", .gauge, "1 for what this node is, 0 for what it is not.")
        for role in Self.roles { sample(own?.role == role, ["role": role.rawValue]) }
        gauge("raft_term", "The term of this node.", status.term)
        metric("raft_leader_known", .gauge, "Whether this node knows who leads.")
        sample(status.leader != nil)
    }

    private mutating func log(_ own: NodeStatus) {
        gauge("raft_commit_index", "The last entry known to be committed.", own.commit)
        gauge("raft_applied_index", "The last entry applied here.", own.applied)
        gauge("raft_last_log_index", "The last entry of this node's log.", own.lastIndex)
    }
}
