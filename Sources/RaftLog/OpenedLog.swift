package import Raft

/// A log store that was opened, and what it found.
package struct OpenedLog<Store: LogStore> {
    package let store: Store
    /// With the boot count of this opening, which is durable.
    package let identity: LogIdentity
    package let recovered: LogRecovery.Recovered
    /// What was remembered of each peer, by rising node ID.
    package let peers: [PeerMemory]
}

/// What a node is configured as, checked against what a directory belongs to.
struct LogOwner {
    /// Named in errors: a directory, or the memory that stands for one.
    let directory: String
    let cluster: UInt64
    let node: NodeID

    func check(_ identity: LogIdentity) throws(LogStoreError) {
        guard identity.cluster == cluster else {
            throw .wrongCluster(
                directory: directory, found: identity.cluster, expected: cluster)
        }
        guard identity.node == node else {
            throw .wrongNode(directory: directory, found: identity.node, expected: node)
        }
    }

    /// A node whose log vanished has forgotten its vote and what it acknowledged.
    func refuseMissingLog(witness: String) -> LogStoreError {
        .refused(
            "\(directory): the log is missing (raft.sqlite), but \(witness) shows that this node "
                + "ran before. It would forget its vote and what it acknowledged. Put the file "
                + "back, or: " + LogStoreError.replaceMember)
    }
}
