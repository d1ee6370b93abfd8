package import Beanstalk
package import Logging
package import NIOCore
import NIOPosix
package import Node
import ServiceLifecycle
import Synchronization

/// The front for clients of beanstalkd: every node takes every command, on TCP and Unix sockets.
package struct BeanstalkFront<Node: JobService>: Service {
    private let hall: BeanstalkHall<Node>
    private let addresses: [BeanstalkAddress]
    private let onListening: @Sendable ([SocketAddress]) -> Void

    /// Connections that have not ended so long after a stop was asked for are cut off.
    private static var stopTimeout: Duration { .seconds(3) }

    /// `onListening` gets the addresses, with the port that the system chose where 0 was asked for.
    package init(
        node: Node, addresses: [BeanstalkAddress], settings: BeanstalkSettings, logger: Logger,
        onListening: @escaping @Sendable ([SocketAddress]) -> Void = { _ in }
    ) {
        hall = BeanstalkHall(node: node, settings: settings, logger: logger)
        self.addresses = addresses
        self.onListening = onListening
    }

    /// From now on jobs are refused, and everything else goes on: so that the server can be taken
    /// away when its jobs are done.
    package func drain() { hall.ledger.withLock { $0.isDraining = true } }

    /// Serves until it is asked to stop. Throws `BeanstalkListenFailure` if it cannot listen.
    package func run() async throws {
        var listeners: [any Channel] = []
        do {
            for address in addresses { listeners.append(try await listen(address)) }
            onListening(listeners.compactMap(\.localAddress))
            // Cancelled is asked to stop as well.
            try? await gracefulShutdown()
        } catch {
            await close(listeners)
            throw error
        }
        await close(listeners)
    }

    private func close(_ listeners: [any Channel]) async {
        for listener in listeners { try? await listener.close() }
        for case .unix(let path) in addresses.prefix(listeners.count) { removeFile(path) }
        let endings = hall.stop()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for ending in endings { try? await ending.get() } }
            group.addTask { try? await Task.sleep(for: Self.stopTimeout) }
            await group.next()
            hall.cutOff()
            group.cancelAll()
        }
    }

    private func listen(_ address: BeanstalkAddress) async throws -> any Channel {
        let hall = hall
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptGuard(logger: hall.logger))
                }
            }
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(
                .writeBufferWaterMark, value: .init(low: 32 * 1024, high: 256 * 1024)
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(BeanstalkHandler(hall, channel))
                }
            }
        do {
            return try await address.bind(bootstrap)
        } catch {
            throw BeanstalkListenFailure(address, error)
        }
    }
}

/// What a listener for clients of beanstalkd may be told.
package struct BeanstalkSettings: Sendable {
    package var limits = ConnectionLimits()
    /// More connections than this are closed as soon as they come.
    package var connectionsMax = 16_384
    /// There is no other node, so tubes come and go as on a beanstalkd.
    package var isAlone = false
    /// What `stats` says of the program.
    package var facts: ServerFactsSource

    package init(facts: ServerFactsSource) { self.facts = facts }
}
