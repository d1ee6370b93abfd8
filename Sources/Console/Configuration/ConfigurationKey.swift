/// Every value that a node can be given. Its place in the file, its variable and its flag all
/// follow from here.
package enum ConfigurationKey: String, CaseIterable, Sendable {
    case cluster
    case nodeID = "node.id"
    case nodeName = "node.name"
    case initialMembers = "initial_members"
    case dataDirectory = "data_dir"
    case listenHTTP = "listen.http"
    case listenBeanstalk = "listen.beanstalk"
    case listenPeer = "listen.peer"
    case advertiseHTTP = "advertise.http"
    case storeURL = "store.url"
    case storePassword = "store.password"
    case storePasswordFile = "store.password_file"
    case storeVerifySeconds = "store.verify_seconds"
    case limitRequests = "limit.requests"
    case logLevel = "log.level"
    case logFormat = "log.format"
    case insecure
    case users

    /// Where it stands in the file: `node.id` is `id` below `node`.
    package var path: String { rawValue }
    package var components: [String] { path.split(separator: ".").map(String.init) }

    /// `TASKRAFT_NODE_ID`
    package var variable: String {
        "TASKRAFT_" + path.uppercased().map { $0 == "." ? "_" : String($0) }.joined()
    }

    /// `--id`; nil for what must not stand on a command line.
    package var flag: String? {
        switch self {
        case .nodeID: "--id"
        case .nodeName: "--name"
        case .storeURL: "--store"
        case .storePassword: nil
        case .cluster, .initialMembers, .dataDirectory, .listenHTTP, .listenBeanstalk,
            .listenPeer, .advertiseHTTP, .storePasswordFile, .storeVerifySeconds, .limitRequests,
            .logLevel, .logFormat, .insecure, .users:
            "--" + path.map { "._".contains($0) ? "-" : String($0) }.joined()
        }
    }

    package var isSecret: Bool { self == .storePassword }

    /// What to write, as part of an error that tells how to mend it.
    package var example: String {
        switch self {
        case .cluster: "taskraft"
        case .nodeID: "1"
        case .nodeName: "n1"
        case .initialMembers: "1=127.0.0.1:8280,2=127.0.0.1:8281,3=127.0.0.1:8282"
        case .dataDirectory: "./data"
        case .listenHTTP, .advertiseHTTP: "127.0.0.1:8080"
        case .listenBeanstalk: "127.0.0.1:8180"
        case .listenPeer: "127.0.0.1:8280"
        case .storeURL: "sqlite or mysql://taskraft@127.0.0.1:3306/taskraft"
        case .storePassword: "..."
        case .storePasswordFile: "/run/secrets/mysql"
        case .storeVerifySeconds: "300"
        case .limitRequests: "600000"
        case .logLevel: "info"
        case .logFormat: "text"
        case .insecure, .users: "false"
        }
    }

    /// The three ways to set it.
    package var waysToSet: String {
        let ways = ["'\(path)' in the file", variable] + (flag.map { [$0] } ?? [])
        return ways.dropLast().joined(separator: ", ") + " or " + (ways.last ?? "")
    }

    /// Parts of a path that hold further keys, such as `node`.
    static let sections: [String: [String]] = Dictionary(
        grouping: allCases.map(\.components).filter { $0.count == 2 }, by: { $0[0] }
    ).mapValues { $0.map { $0[1] } }
}
