import ArgumentParser
import Console
import Foundation

/// One node.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run one node.",
        discussion: """
            Every value can stand in the file, in an environment variable or in a flag; a flag beats
            a variable, a variable beats the file. A key such as listen.http is TASKRAFT_LISTEN_HTTP
            in the environment. Passwords never go into flags: use TASKRAFT_STORE_PASSWORD or
            store.password_file.

            EXAMPLES
              taskraft serve --config taskraft.yaml
              taskraft serve --id 1 --initial-members 1=127.0.0.1:8280
              TASKRAFT_NODE_ID=1 TASKRAFT_INITIAL_MEMBERS=1=127.0.0.1:8280 taskraft serve
            """)

    @Option(help: "The configuration file. [TASKRAFT_CONFIG]")
    var config: String?
    @Option(help: "This node's ID, from 1. [TASKRAFT_NODE_ID]")
    var id: String?
    @Option(help: "This node's name.")
    var name: String?
    @Option(help: "The cluster's name, the same on all nodes.")
    var cluster: String?
    @Option(help: "The founding members, as 1=host:port,2=host:port,... of their peer listeners.")
    var initialMembers: String?
    @Option(help: "Where this node keeps its data.")
    var dataDir: String?
    @Option(help: "host:port for the page and the API.")
    var listenHttp: String?
    @Option(help: "host:port for clients of beanstalkd.")
    var listenBeanstalk: String?
    @Option(help: "host:port for the other nodes.")
    var listenPeer: String?
    @Option(help: "host:port at which people reach the page, if it is not --listen-http.")
    var advertiseHttp: String?
    @Option(help: "sqlite, or mysql://user@host:port/database.")
    var store: String?
    @Option(help: "A file that holds the password of the database's user.")
    var storePasswordFile: String?
    @Option(help: "Seconds between two comparisons of the database with what it should hold.")
    var storeVerifySeconds: String?
    @Option(help: "Requests over HTTP that one client may make in a minute; 0 for no limit.")
    var limitRequests: String?
    @Option(help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel: String?
    @Option(help: "text or json.")
    var logFormat: String?
    @Flag(help: "Listen beyond loopback without tokens and TLS.")
    var insecure = false
    @Flag(help: "Ask everybody for a token; the first start makes an admin and prints a link.")
    var users = false

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let configuration = try await ServeConfiguration.load(
            file: config ?? environment["TASKRAFT_CONFIG"], environment: environment, flags: flags)
        try await NodeRun(configuration, environment: environment).run()
    }

    private var flags: [ConfigurationKey: String] {
        let given: [ConfigurationKey: String?] = [
            .nodeID: id, .nodeName: name, .cluster: cluster, .initialMembers: initialMembers,
            .dataDirectory: dataDir, .listenHTTP: listenHttp, .listenBeanstalk: listenBeanstalk,
            .listenPeer: listenPeer, .advertiseHTTP: advertiseHttp, .storeURL: store,
            .storePasswordFile: storePasswordFile, .storeVerifySeconds: storeVerifySeconds,
            .limitRequests: limitRequests, .logLevel: logLevel, .logFormat: logFormat,
            .insecure: insecure ? "true" : nil, .users: users ? "true" : nil,
        ]
        return given.compactMapValues { $0 }
    }
}

struct Config: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at configuration files.", subcommands: [Check.self])

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say what is wrong with a file, line by line, and what to do.",
            discussion: """
                EXAMPLE
                  taskraft config check taskraft.yaml
                """)

        @Argument(help: "The file.")
        var file: String

        func run() async throws {
            _ = try await ServeConfiguration.load(file: file, environment: [:], flags: [:])
            print("\(file): ok")
        }
    }
}
