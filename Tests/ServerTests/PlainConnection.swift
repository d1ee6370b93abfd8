import Logging
import NIOCore
import NIOPosix
import Server
import ServiceLifecycle
import Testing

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// Runs a front on a port of the system's choice, with one connection to it.
func withFront(
    _ body: @escaping @Sendable (MemoryService, PlainConnection) async throws -> Void
) async throws {
    let node = MemoryService()
    let (ports, found) = AsyncStream.makeStream(of: Int.self)
    let front = HTTPFront(node: node, host: "127.0.0.1", port: 0, logger: quiet) { port in
        found.yield(port)
    }
    let group = ServiceGroup(configuration: .init(services: [front], logger: quiet))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        let port = try #require(await ports.first { _ in true })
        try await PlainConnection.with(port: port, group: group) { connection in
            try await body(node, connection)
        }
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
    }
}

/// One TCP connection on which text is sent and awaited.
final class PlainConnection: @unchecked Sendable {
    // Unchecked: used by one task, the body of the test, alone.
    let port: Int
    private let group: ServiceGroup
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private var received = ""

    private init(
        port: Int, group: ServiceGroup, outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>,
        inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    ) {
        self.port = port
        self.group = group
        self.outbound = outbound
        self.inbound = inbound
    }

    static func with(
        port: Int, group: ServiceGroup,
        _ body: @Sendable (PlainConnection) async throws -> Void
    ) async throws {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        let channel = try await bootstrap.connect(host: "127.0.0.1", port: port) { channel in
            channel.eventLoop.makeCompletedFuture {
                try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
            }
        }
        try await channel.executeThenClose { inbound, outbound in
            try await body(
                PlainConnection(
                    port: port, group: group, outbound: outbound,
                    inbound: inbound.makeAsyncIterator()))
        }
    }

    /// Another connection, which is closed at the end.
    func withAnother(_ body: @Sendable (PlainConnection) async throws -> Void) async throws {
        try await Self.with(port: port, group: group, body)
    }

    func stopFront() async { await group.triggerGracefulShutdown() }

    /// A request without its body.
    func request(_ line: String, _ headers: String...) async throws {
        let lines = ["\(line) HTTP/1.1", "Host: 127.0.0.1:\(port)"] + headers
        try await send(lines.joined(separator: "\r\n") + "\r\n\r\n")
    }

    func send(_ text: String) async throws {
        try await outbound.write(ByteBuffer(string: text))
    }

    /// What came up to the awaited text, which is taken out; the test ends by its time limit if it
    /// does not come.
    func read(until end: String, times: Int = 1) async throws -> String {
        while received.components(end) < times {
            guard let piece = try await inbound.next() else {
                throw ClosedEarly(received: received)
            }
            received += String(buffer: piece)
        }
        defer { received = "" }
        return received
    }

    func readToEnd() async throws -> String {
        while let piece = try await inbound.next() { received += String(buffer: piece) }
        return received
    }
}

struct ClosedEarly: Error {
    var received: String
}

extension String {
    /// How often `part` occurs.
    func components(_ part: String) -> Int { ranges(of: part).count }
}
