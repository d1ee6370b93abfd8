package import Work

extension NodeStatus {
    package init(
        id: UInt64, name: String, http: String, role: Role, term: UInt64, applied: UInt64,
        base: StoreStatus, store: StoreStatus, incarnation: UInt64
    ) {
        self.init(
            id: id, name: name, http: http, role: role, term: term, commit: applied,
            applied: applied, lastIndex: applied, base: base, store: store, stateHash: 0,
            incarnation: incarnation, lastContact: nil, repairing: nil)
    }
}

extension ClusterStatus {
    /// One node that follows itself.
    package init(cluster: String, clusterID: UInt64, alone node: NodeStatus) {
        self.init(
            cluster: cluster, clusterID: clusterID, node: node.id, leader: node.id,
            term: node.term, nodes: [node], tolerates: 0)
    }
}

extension TaskEvent {
    package init(_ step: HistoryRecord, _ task: TaskRecord) {
        self.init(
            index: step.index, ordinal: step.ordinal, term: step.term, node: step.node,
            step: step.step, task: task)
    }
}
