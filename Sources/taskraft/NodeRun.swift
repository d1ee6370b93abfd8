import Console
import Logging
import Node
import Server
import ServiceLifecycle
import StateStore

/// Runs a node and its fronts until they are asked to stop.
struct NodeRun {
    private let configuration: ServeConfiguration
    private let environment: [String: String]

    init(_ configuration: ServeConfiguration, environment: [String: String]) {
        self.configuration = configuration
        self.environment = environment
    }

    func run() async throws {
        LineLogHandler.bootstrap(format: configuration.logFormat, level: configuration.logLevel)
        var logger = Logger(label: configuration.nodeName)
        logger.logLevel = configuration.logLevel
        for (name, meant) in ServeConfiguration.unknownVariables(environment) {
            logger.warning("the variable \(name) is not known; \(meant) is")
        }
        ProcessSetup.raiseOpenFileLimit(logger)
        let node = try ProcessSetup.stoppable { try makeNode(logger) }
        let address = configuration.listenHTTP
        logger.notice(
            """
            node \(configuration.nodeID) of \(configuration.cluster): \
            the page is at http://\(address)/
            """
        )
        let line = environment[ControlSocket.variable].map { LeverLine(path: $0, node: node) }
        let meter = HTTPMeter(version: Taskraft.version)
        let http = HTTPFront(
            node: node, host: address.host, port: address.port,
            isInsecure: configuration.insecure, logger: logger, levers: line,
            requestsPerMinute: configuration.limitRequests, meter: meter)
        let levers: [any Service] = line.map { [$0] } ?? []
        try await ProcessSetup.serve(
            node, levers + people(node, meter, logger) + [http, beanstalk(node, logger)], logger)
        logger.notice("stopped")
    }

    /// The door in the data directory, and the first user where users are wanted.
    private func people(
        _ node: RunningNode, _ meter: HTTPMeter, _ logger: Logger
    ) -> [any Service] {
        var services: [any Service] = []
        let socket = DirectoryDoor.socket(in: configuration.dataDirectory)
        if let socket {
            services.append(HTTPFront(node: node, socket: socket, logger: logger, meter: meter))
        } else {
            logger.warning("the path of the data directory is too long for a socket in it")
        }
        if configuration.users {
            services.append(
                FirstUser(
                    node: node, address: "\(configuration.advertiseHTTP)",
                    directory: configuration.dataDirectory, logger: logger))
        }
        return services
    }

    private func beanstalk(_ node: RunningNode, _ logger: Logger) -> BeanstalkFront<RunningNode> {
        let address = configuration.listenBeanstalk
        let facts = ServerFactsSource(
            version: Taskraft.name, id: .random(in: .min ... .max))
        return BeanstalkFront(
            node: node, addresses: [.tcp(host: address.host, port: address.port)],
            settings: BeanstalkSettings(facts: facts), logger: logger)
    }

    private func makeNode(_ logger: Logger) throws -> RunningNode {
        do {
            return try RunningNode(settings: settings(), logger: logger)
        } catch {
            throw Failure("\(error)")
        }
    }

    private func settings() -> NodeSettings {
        NodeSettings(
            cluster: configuration.cluster, id: configuration.nodeID,
            name: configuration.nodeName,
            members: configuration.members.mapValues { "\($0)" },
            dataDirectory: configuration.dataDirectory, peerListen: "\(configuration.listenPeer)",
            httpAdvertise: "\(configuration.advertiseHTTP)",
            store: configuration.store,
            storePassword: configuration.storePassword,
            storeVerifySeconds: configuration.storeVerifySeconds)
    }
}
