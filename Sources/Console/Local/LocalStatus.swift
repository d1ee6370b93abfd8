package import Client

/// What one node of a cluster on this machine is doing.
package struct LocalNodeStatus: Codable, Hashable, Sendable {
    package var id: Int
    package var pid: Int32?
    package var http: String
    package var beanstalk: String
    package var peer: String
    /// As the node says; `up` if it says no more without a token, `paused` if it stands still,
    /// `down` if it says nothing.
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
    /// Asks all nodes at once, each for itself, and waits about a second at most.
    ///
    /// - Parameter token: shown to nodes that ask for one.
    package static func of(_ record: LocalRecord, token: String?) async -> [LocalNodeStatus] {
        await withTaskGroup(of: LocalNodeStatus.self) { group in
            for id in record.layout.ids {
                group.addTask { await status(id, record, token) }
            }
            var all: [LocalNodeStatus] = []
            for await status in group { all.append(status) }
            return all.sorted { $0.id < $1.id }
        }
    }

    private static func status(
        _ id: Int, _ record: LocalRecord, _ token: String?
    ) async -> LocalNodeStatus {
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
        // Without one first: a token that the cluster does not know is refused also where none is
        // asked for.
        var answer = await view(layout.http(of: id), token: nil)
        if case .failure(.refused(let problem)) = answer, [401, 403].contains(problem.status) {
            status.role = askingForToken
            if let token { answer = await view(layout.http(of: id), token: token) }
        }
        guard let node = (try? answer.get())?.answering, node.id == UInt64(id) else {
            return status
        }
        status.role = node.role
        status.term = node.term
        status.commit = node.commit
        status.applied = node.applied
        status.store = node.store
        return status
    }

    /// What a node is that answers, and shows nothing else to whoever shows no token.
    private static let askingForToken = "up"

    private static func view(
        _ address: HostPort, token: String?
    ) async -> Result<ClusterView, ClientError> {
        await withNode(address, token: token) { (client) throws(ClientError) in
            try await client.cluster()
        }
    }

    /// A failure if the node does not answer soon.
    private static func withNode<Value>(
        _ address: HostPort, token: String? = nil,
        _ body: (TaskraftClient) async throws(ClientError) -> Value
    ) async -> Result<Value, ClientError> {
        guard let base = try? BaseURL("\(address)") else {
            return .failure(.unreachable("\(address)"))
        }
        let policy = RetryPolicy(
            deadline: .milliseconds(900), refusedDeadline: .zero, attempt: .milliseconds(900))
        let client = TaskraftClient(bases: [base], policy: policy, token: token)
        let result: Result<Value, ClientError>
        do throws(ClientError) {
            result = .success(try await body(client))
        } catch {
            result = .failure(error)
        }
        await client.shutdown()
        return result
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

    /// What to say below the table; nil if nothing is left out of it.
    package static func hint(_ nodes: [LocalNodeStatus]) -> String? {
        guard nodes.contains(where: { $0.role == askingForToken }) else { return nil }
        return "The nodes ask for a token: one in TASKRAFT_TOKEN that may read shows more."
    }
}

extension LocalStatus {
    /// What the node at the address says of itself; nil if it does not answer.
    package static func readiness(_ address: HostPort) async -> Readiness? {
        let answer = await withNode(address) { (client) throws(ClientError) in
            try await client.readiness()
        }
        return try? answer.get()
    }
}
