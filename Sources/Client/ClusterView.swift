/// The cluster as one node sees it.
package struct ClusterView: Codable, Hashable, Sendable {
    package var clusterID: String
    package var cluster: String
    /// The node that answered.
    package var node: UInt64
    package var leader: UInt64?
    package var term: UInt64
    /// How long the cluster remembers an idempotency key.
    package var idempotencyWindowSeconds: UInt64?
    package var nodes: [Member]
    /// How many more nodes may be lost; -1 without a quorum.
    package var tolerates: Int

    enum CodingKeys: String, CodingKey {
        case clusterID = "cluster_id"
        case cluster, node, leader, term
        case idempotencyWindowSeconds = "idempotency_window_seconds"
        case nodes, tolerates
    }

    package struct Member: Codable, Hashable, Sendable {
        package var id: UInt64
        package var name: String
        package var http: String
        package var role: String
        package var term: UInt64
        package var commit: UInt64
        package var applied: UInt64
        package var lastIndex: UInt64
        package var base: Base
        package var store: Store
        package var stateHash: String?
        /// Milliseconds since the answering node heard of it; nil for that node itself.
        package var lastContact: UInt64?
        package var incarnation: String?

        enum CodingKeys: String, CodingKey {
            case id, name, http, role, term, commit, applied
            case lastIndex = "last_index"
            case base, store
            case stateHash = "state_hash"
            case lastContact = "last_contact_ms"
            case incarnation
        }
    }

    package struct Base: Codable, Hashable, Sendable {
        package var index: UInt64
        package var lag: UInt64
        package var state: String
    }

    package struct Store: Codable, Hashable, Sendable {
        package var kind: String
        package var state: String
        package var index: UInt64
        package var lag: UInt64
        package var error: String?
    }

    /// The entry of the node that answered.
    package var answering: Member? { nodes.first { $0.id == node } }
}

/// What `/readyz?verbose` says.
package struct Readiness: Codable, Hashable, Sendable {
    package struct Check: Codable, Hashable, Sendable {
        package var name: String
        package var ok: Bool
        package var detail: String?
    }

    package var status: String
    package var checks: [Check]
}
