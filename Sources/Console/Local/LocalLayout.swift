import StateStore

/// What a cluster on this machine consists of: addresses, directories and variables of each
/// node follow from a few numbers.
package struct LocalLayout: Codable, Hashable, Sendable {
    package var nodes: Int
    package var basePort: Int
    /// With `{node}` where the node's number goes.
    package var store: String
    /// Its own, so that two clusters on one machine are never taken for one.
    package var cluster: String

    enum CodingKeys: String, CodingKey {
        case cluster
        case nodes
        case basePort = "base_port"
        case store
    }

    package static let standard = LocalLayout(nodes: 3, basePort: 8080, store: "sqlite")

    package static func newName() -> String {
        "local-" + String(UInt32.random(in: .min ... .max), radix: 16)
    }

    package init(nodes: Int, basePort: Int, store: String, cluster: String = "local") {
        self.cluster = cluster
        self.nodes = nodes
        self.basePort = basePort
        self.store = store
    }

    /// What is wrong with it, for people; nil if nothing is.
    package var problem: String? {
        guard [1, 3, 5, 7].contains(nodes) else { return "--nodes must be 1, 3, 5 or 7" }
        // The last port is that of the last node's peers.
        guard basePort >= 1024, basePort + 200 + nodes <= 65_535 else {
            return "--base-port must be between 1024 and \(65_535 - 200 - nodes)"
        }
        do throws(StoreSettingsError) {
            // The last number is the longest.
            _ = try StoreSettings(store(of: nodes))
        } catch {
            return "--store: \(error)"
        }
        if nodes > 1, store != "sqlite", !store.contains("{node}") {
            return "--store: all nodes would share one database; put {node} into its name, "
                + "as in mysql://taskraft@127.0.0.1:3306/taskraft-{node}"
        }
        return nil
    }

    package var ids: [Int] { Array(1...nodes) }

    package func name(of id: Int) -> String { "n\(id)" }
    package func http(of id: Int) -> HostPort { loopback(basePort + id - 1) }
    package func beanstalk(of id: Int) -> HostPort { loopback(basePort + 100 + id - 1) }
    package func peer(of id: Int) -> HostPort { loopback(basePort + 200 + id - 1) }

    package func store(of id: Int) -> String {
        store.split(separator: "{node}", omittingEmptySubsequences: false)
            .joined(separator: String(id))
    }

    private func loopback(_ port: Int) -> HostPort { HostPort(host: "127.0.0.1", port: port) }

    /// All ports, with what they are for.
    package var ports: [(port: Int, purpose: String)] {
        ids.flatMap { id in
            [
                (http(of: id).port, "HTTP of \(name(of: id))"),
                (beanstalk(of: id).port, "beanstalkd of \(name(of: id))"),
                (peer(of: id).port, "peers of \(name(of: id))"),
            ]
        }
    }

    /// All that a node is told. Logging, the limit of requests, and the password or the file that
    /// holds it, come from the caller's own variables; nothing stands on a command line.
    package func environment(
        of id: Int, directory: String, inherited: [String: String]
    ) -> [String: String] {
        let kept: Set<ConfigurationKey> = [
            .storePassword, .storePasswordFile, .storeVerifySeconds, .limitRequests, .logLevel,
            .logFormat, .cluster,
        ]
        var variables = inherited
        for key in ConfigurationKey.allCases where !kept.contains(key) {
            variables[key.variable] = nil
        }
        variables["TASKRAFT_CONFIG"] = nil
        variables[ControlSocket.variable] = ControlSocket.path(in: directory)
        let members = ids.map { "\($0)=\(peer(of: $0))" }.joined(separator: ",")
        let own: [ConfigurationKey: String] = [
            .nodeID: String(id), .nodeName: name(of: id), .initialMembers: members,
            .dataDirectory: "\(directory)/\(name(of: id))", .listenHTTP: "\(http(of: id))",
            .listenBeanstalk: "\(beanstalk(of: id))", .listenPeer: "\(peer(of: id))",
            .storeURL: store(of: id),
        ]
        for (key, value) in own { variables[key.variable] = value }
        if variables[ConfigurationKey.cluster.variable] == nil {
            variables[ConfigurationKey.cluster.variable] = cluster
        }
        return variables
    }
}
