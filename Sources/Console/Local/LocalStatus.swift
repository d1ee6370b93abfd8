package import Client

/// What one node of a cluster on this machine is doing.
package struct LocalNodeStatus: Codable, Hashable, Sendable {
    package var id: Int
    package var pid: Int32?
    package var http: String
    package var beanstalk: String
    package var peer: String
    /// As the node says; `paused` if it stands still, `down` if it says nothing.
    package var role: String
    package var term: UInt64?
    package var commit: UInt64?
    package var applied: UInt64?
    package var store: ClusterView.Store?

    /// Writes absent values as null, so that every element has the same members.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(pid, forKey: .pid)
        try container.encode(http, forKey: .http)
        try container.encode(beanstalk, forKey: .beanstalk)
        try container.encode(peer, forKey: .peer)
        try container.encode(role, forKey: .role)
        try container.encode(term, forKey: .term)
        try container.encode(commit, forKey: .commit)
        try container.encode(applied, forKey: .applied)
        try container.encode(store, forKey: .store)
    }
}

package enum LocalStatus {
    /// Asks all nodes at once, each for itself, and waits a second at most.
    package static func of(_ record: LocalRecord) async -> [LocalNodeStatus] {
        await withTaskGroup(of: LocalNodeStatus.self) { group in
            for id in record.layout.ids {
                group.addTask { await status(id, record) }
            }
            var all: [LocalNodeStatus] = []
            for await status in group { all.append(status) }
            return all.sorted { $0.id < $1.id }
        }
    }

    private static func status(_ id: Int, _ record: LocalRecord) async -> LocalNodeStatus {
        let layout = record.layout
        var status = LocalNodeStatus(
            id: id, pid: record.process(of: id)?.pid, http: "\(layout.http(of: id))",
            beanstalk: "\(layout.beanstalk(of: id))", peer: "\(layout.peer(of: id))",
            role: "down", term: nil, commit: nil, applied: nil, store: nil)
        // Without a process of ours, whoever answers there is somebody else.
        guard let process = record.process(of: id) else { return status }
        if process.isStopped {
            status.role = "paused"
            return status
        }
        let answer = await withNode(layout.http(of: id)) { (client) throws(ClientError) in
            try await client.cluster()
        }
        guard let node = answer?.answering, node.id == UInt64(id) else { return status }
        status.role = node.role
        status.term = node.term
        status.commit = node.commit
        status.applied = node.applied
        status.store = node.store
        return status
    }

    /// nil if the node does not answer soon.
    static func withNode<Value>(
        _ address: HostPort, _ body: (TaskraftClient) async throws(ClientError) -> Value
    ) async -> Value? {
        guard let base = try? BaseURL("\(address)") else { return nil }
        let policy = RetryPolicy(
            deadline: .milliseconds(900), refusedDeadline: .zero, attempt: .milliseconds(900))
        let client = TaskraftClient(bases: [base], policy: policy)
        let value = try? await body(client)
        await client.shutdown()
        return value
    }

    package static func table(_ nodes: [LocalNodeStatus]) -> TextTable {
        var table = TextTable([
            .init("NODE"), .init("PID", .right), .init("ROLE"), .init("TERM", .right),
            .init("COMMIT", .right), .init("APPLIED", .right), .init("STORE"),
            .init("LAG", .right), .init("PAGE"), .init("BEANSTALKD"), .init("PEERS"),
        ])
        for node in nodes {
            table.append([
                .init("n\(node.id)"), .init(node.pid.map { String($0) } ?? "-"),
                .init(node.role, ClusterText.colour(role: node.role)),
                .init(text(node.term)), .init(text(node.commit)), .init(text(node.applied)),
                .init(node.store.map { "\($0.kind) \($0.state)" } ?? "-"),
                .init(text(node.store?.lag)), .init("http://\(node.http)"),
                .init(node.beanstalk), .init(node.peer),
            ])
        }
        return table
    }

    private static func text(_ number: UInt64?) -> String { number.map { String($0) } ?? "-" }
}

extension LocalStatus {
    /// What the node at the address says of itself; nil if it does not answer.
    package static func readiness(_ address: HostPort) async -> Readiness? {
        await withNode(address) { (client) throws(ClientError) in try await client.readiness() }
    }
}
