import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import NIOPosix
package import Node
import ServiceLifecycle

#if canImport(Glibc)
    import Glibc
#endif

/// The HTTP front of a node: the API, the stream of events and the page, on one address.
package struct HTTPFront<Node: TaskService & JobService & ClusterService>: Service {
    private let node: Node
    private let place: Place
    private let logger: Logger
    private let levers: (any LeverDoor)?
    private let requestsPerMinute: Int
    private let meter: HTTPMeter
    private let onListening: @Sendable (Int) -> Void

    private enum Place {
        case network(host: String, port: Int, isInsecure: Bool)
        case socket(String)

        var door: FrontDoor {
            switch self {
            case .network(let host, _, let isInsecure):
                .network(host: host, isInsecure: isInsecure)
            case .socket: .directory
            }
        }

        var address: BindAddress {
            switch self {
            case .network(let host, let port, _): .hostname(host, port: port)
            case .socket(let path): .unixDomainSocket(path: path)
            }
        }
    }

    /// More connections than this wait until others are closed.
    package static var connectionsMax: Int { 4096 }
    /// A connection without a request for so long is closed.
    private static var idleTimeout: TimeAmount { .seconds(75) }
    /// Answers and streams that have not ended so long after a stop was asked for are cut off.
    private static var stopTimeout: Duration { .seconds(5) }

    /// `onListening` gets the port, which is the system's choice where 0 was asked for.
    /// `requestsPerMinute` is what one client may make; 0 is no limit.
    package init(
        node: Node, host: String, port: Int, isInsecure: Bool = false, logger: Logger,
        levers: (any LeverDoor)? = nil, requestsPerMinute: Int = 0, meter: HTTPMeter = HTTPMeter(),
        onListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.node = node
        place = .network(host: host, port: port, isInsecure: isInsecure)
        self.logger = logger
        self.levers = levers
        self.requestsPerMinute = requestsPerMinute
        self.meter = meter
        self.onListening = onListening
    }

    /// The door for whoever may open a socket in the data directory: nobody who could not read
    /// and write the data itself. There are no users and tokens to be asked for, so this is the
    /// way back in for an admin who has lost his.
    package init(
        node: Node, socket path: String, logger: Logger, meter: HTTPMeter = HTTPMeter()
    ) {
        self.node = node
        place = .socket(path)
        self.logger = logger
        levers = nil
        requestsPerMinute = 0
        self.meter = meter
        onListening = { _ in }
    }

    /// Serves until it is asked to stop. Throws `ListenFailure` if it cannot listen.
    package func run() async throws {
        if case .socket(let path) = place { unlink(path) }
        let application = makeApplication()
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await application.run() }
                group.addTask { try await Self.waitForStop() }
                // Whichever ends first, the server or the patience with it, ends the other.
                try await group.next()
                group.cancelAll()
            }
        } catch let error as IOError {
            switch place {
            case .network(let host, let port, _):
                throw ListenFailure(host: host, port: port, error: error)
            case .socket(let path): throw ListenFailure(socket: path, error: error)
            }
        }
    }

    private static func waitForStop() async throws {
        try await gracefulShutdown()
        try await Task.sleep(for: stopTimeout)
    }

    private func makeApplication() -> Application<Responder<Node>> {
        let logger = logger
        let onListening = onListening
        let meter = meter
        return Application(
            responder: Responder(
                node: node, door: place.door, levers: levers, requestsPerMinute: requestsPerMinute,
                meter: meter),
            server: .perLoop(
                HTTP1Channel.Configuration(
                    additionalChannelHandlers: [Hangup(meter)], idleTimeout: Self.idleTimeout)),
            configuration: ApplicationConfiguration(
                address: place.address,
                availableConnectionsDelegate: .maximum(Self.connectionsMax, logger: logger)),
            onServerRunning: { [place] channel in
                if case .socket(let path) = place { chmod(path, 0o600) }
                let guardian = AcceptGuard(logger: logger)
                try? await channel.pipeline.addHandler(guardian, position: .first)
                onListening(channel.localAddress?.port ?? 0)
            },
            logger: logger)
    }
}

/// Why the front cannot listen, in the words of somebody who has to change a setting.
package struct ListenFailure: Error, CustomStringConvertible {
    package let description: String

    init(socket path: String, error: IOError) {
        description = "cannot listen on \(path): \(error)"
    }

    init(host: String, port: Int, error: IOError) {
        switch error.errnoCode {
        case EADDRINUSE: description = "port \(port) is in use (HTTP, \(host))"
        case EACCES: description = "port \(port) may not be used by this user (HTTP, \(host))"
        case EADDRNOTAVAIL: description = "\(host) is no address of this machine (HTTP)"
        default: description = "cannot listen on \(host):\(port) (HTTP): \(error)"
        }
    }
}

/// Keeps the listener going when a single connection could not be accepted.
final class AcceptGuard: ChannelInboundHandler, Sendable {
    typealias InboundIn = Channel

    private let logger: Logger

    init(logger: Logger) { self.logger = logger }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        logger.warning("a connection could not be accepted: \(error)")
    }
}
