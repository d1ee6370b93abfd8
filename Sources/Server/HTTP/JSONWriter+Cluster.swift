import Node
import Work

extension JSONWriter {
    mutating func cluster(_ status: ClusterStatus) {
        object {
            $0.member("cluster_id", hex: status.clusterID)
            $0.member("cluster", status.cluster)
            $0.member("node", status.node)
            $0.member("leader", optional: status.leader)
            $0.member("term", status.term)
            $0.member("idempotency_window_seconds", Limits.keyWindow / 1000)
            $0.name("nodes")
            $0.array(status.nodes) { $0.node($1) }
            $0.member("tolerates", status.tolerates)
        }
    }

    private mutating func node(_ node: NodeStatus) {
        object {
            $0.member("id", node.id)
            $0.member("name", node.name)
            $0.member("http", node.http)
            $0.member("role", node.role.rawValue)
            $0.member("term", node.term)
            $0.member("commit", node.commit)
            $0.member("applied", node.applied)
            $0.member("last_index", node.lastIndex)
            $0.name("base")
            $0.store(node.base, isBase: true, commit: node.commit)
            $0.name("store")
            $0.store(node.store, isBase: false, commit: node.commit)
            $0.member("state_hash", hex: node.stateHash)
            $0.member("last_contact_ms", optional: node.lastContact)
            $0.member("incarnation", hex: node.incarnation)
            $0.member("repairing", optional: node.repairing)
        }
    }

    /// The lag is counted in entries behind what the node knows to be committed.
    mutating func store(_ store: StoreStatus, isBase: Bool, commit: UInt64) {
        object {
            if !isBase { $0.member("kind", store.kind.rawValue) }
            $0.member("state", store.state.rawValue)
            $0.member("index", store.index)
            $0.member("lag", commit > store.index ? commit - store.index : 0)
            $0.member("error", optional: store.error)
        }
    }
}
