package import Client

/// The cluster, as a terminal shows it.
package enum ClusterText {
    package static func table(_ cluster: ClusterView) -> TextTable {
        var table = TextTable([
            .init("NODE"), .init("ROLE"), .init("TERM", .right), .init("COMMIT", .right),
            .init("APPLIED", .right), .init("STORE"), .init("LAG", .right), .init("HTTP"),
            .init("LAST CONTACT"),
        ])
        for node in cluster.nodes {
            table.append([
                .init(node.name), .init(node.role, colour(role: node.role)),
                .init(String(node.term)), .init(String(node.commit)),
                .init(String(node.applied)),
                .init(
                    "\(node.store.kind) \(node.store.state)",
                    node.store.state == "ok" ? nil : .yellow),
                .init(String(node.store.lag)), .init(node.http),
                .init(node.lastContact.map { "\($0) ms ago" } ?? "answers"),
            ])
        }
        return table
    }

    /// One sentence that tells the truth.
    package static func summary(_ cluster: ClusterView) -> String {
        let name = { (id: UInt64) in cluster.nodes.first { $0.id == id }?.name ?? "node \(id)" }
        let head = "cluster \(cluster.cluster), term \(cluster.term): "
        guard let leader = cluster.leader, cluster.tolerates >= 0 else {
            return head + "no quorum; changes are refused until a majority of nodes is back"
        }
        let more = switch cluster.tolerates {
        case 0: "can lose no node"
        case 1: "can lose 1 more node"
        default: "can lose \(cluster.tolerates) more nodes"
        }
        return head + "\(name(leader)) leads, \(more)"
    }

    package static func colour(role: String) -> Colour? {
        switch role {
        case "leader": .green
        case "down", "unreachable": .red
        case "candidate", "pre_candidate": .yellow
        default: nil
        }
    }
}
