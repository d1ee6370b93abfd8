import Console
import Dispatch
import Foundation
import Logging
import Node
import Server
import ServiceLifecycle
import StateStore
import UnixSignals

#if canImport(Glibc)
    import Glibc
#endif

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
        raiseOpenFileLimit(logger)
        let node = try stoppable { try makeNode(logger) }
        let address = configuration.listenHTTP
        logger.notice(
            """
            node \(configuration.nodeID) of \(configuration.cluster): \
            the page is at http://\(address)/
            """
        )
        let group = ServiceGroup(
            configuration: .init(
                services: [
                    .init(
                        service: NodeService(node: node),
                        successTerminationBehavior: .gracefullyShutdownGroup,
                        // Cancelled in the middle of accepting a connection, the front would trap.
                        failureTerminationBehavior: .gracefullyShutdownGroup),
                    .init(
                        service: HTTPFront(
                            node: node, host: address.host, port: address.port, logger: logger)),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet(logger)))
        do {
            try await group.run()
        } catch {
            logger.critical("\(error)")
            throw Failure("\(error)")
        }
        logger.notice("stopped")
    }

    /// Opening a large data directory takes a while, and until it is open there is nothing to
    /// finish: whoever asks the program to stop then is obeyed at once.
    private func stoppable<Result>(_ body: () throws -> Result) rethrows -> Result {
        let sources = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { exit(0) }
            source.resume()
            return source
        }
        defer { for source in sources { source.cancel() } }
        return try body()
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

    /// Connections are files: as many as the system lets this process have.
    private func raiseOpenFileLimit(_ logger: Logger) {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0,
            limit.rlim_cur < limit.rlim_max
        else { return }
        limit.rlim_cur = limit.rlim_max
        if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) != 0 {
            logger.warning("the limit of open files stays at \(limit.rlim_cur)")
        }
    }

    /// The service group tells each of its steps at info.
    private func quiet(_ logger: Logger) -> Logger {
        var quiet = logger
        quiet.logLevel = max(.warning, logger.logLevel)
        return quiet
    }
}

/// The node as a service: asked to stop, it hands leadership over first.
private struct NodeService: Service {
    let node: RunningNode

    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await node.run() }
            group.addTask {
                try? await gracefulShutdown()
                await node.shutdown()
            }
            // The node's end is the service's; the other task only waits for the wish.
            defer { group.cancelAll() }
            for try await _ in group {}
        }
    }
}
