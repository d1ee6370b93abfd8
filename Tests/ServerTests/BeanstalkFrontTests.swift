import Beanstalk
import Foundation
import Logging
import NIOCore
import NIOPosix
import Server
import ServiceLifecycle
import Synchronization
import Testing

/// The front for clients of beanstalkd with real connections.
@Suite(.timeLimit(.minutes(5))) struct BeanstalkFrontTests {
    @Test func `A conversation over TCP`() async throws {
        try await withFront { front in
            let client = try await front.connect()
            #expect(try await client.ask("put 1 0 60 3\r\nabc\r\n", "\r\n") == "INSERTED 1\r\n")
            #expect(try await client.ask("reserve\r\n", "abc\r\n") == "RESERVED 1 3\r\nabc\r\n")
            #expect(try await client.ask("delete 1\r\n", "\r\n") == "DELETED\r\n")
            let stats = try await client.ask("stats\r\n", "\n\r\n")
            #expect(stats.contains("\ncmd-stats: 1\n") && stats.contains("\ntotal-connections: 1\n"))
            #expect(stats.contains("\nversion: \"9.9\"\n") && stats.contains("\npid: \(getpid())\n"))
            #expect(stats.contains("\nuptime: ") && !stats.contains("\"\"\n"))
        }
    }

    @Test func `A conversation over a Unix socket, whose file goes with the server`() async throws {
        let path = "/tmp/taskraft-\(UUID().uuidString)"
        try await withFront(.unix(path: path)) { front in
            let client = try await front.connect()
            #expect(try await client.ask("use x\r\n", "\r\n") == "USING x\r\n")
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func `A worker waits until another connection puts a job`() async throws {
        try await withFront { front in
            let (worker, producer) = (try await front.connect(), try await front.connect())
            try await worker.send("reserve\r\n")
            try await front.until("it waits") { $0.waits == 1 }
            _ = try await producer.ask("put 1 0 60 1\r\nx\r\n", "\r\n")
            #expect(try await worker.read(until: "x\r\n") == "RESERVED 1 1\r\nx\r\n")
        }
    }

    @Test func `A wait with an end times out`() async throws {
        try await withFront { front in
            let client = try await front.connect()
            #expect(try await client.ask("reserve-with-timeout 1\r\n", "\r\n") == "TIMED_OUT\r\n")
            #expect(front.node.waits == 0)
        }
    }

    @Test func `A client that sends no more is answered, and then the connection ends`() async throws {
        try await withFront { front in
            let client = try await front.connect()
            try await client.send("put 1 0 60 1\r\nx\r\nreserve\r\nreserve\r\nuse t\r\n")
            try await client.endInput()
            let answer = "INSERTED 1\r\nRESERVED 1 1\r\nx\r\nTIMED_OUT\r\nUSING t\r\n"
            #expect(try await client.readToEnd() == answer)
            try await front.until("its session is closed") { $0.sessions == 0 }
        }
    }

    @Test func `What a lost client held is ready, also if it waited`() async throws {
        try await withFront { front in
            let client = try await front.connect()
            _ = try await client.ask("put 1 0 60 1\r\nx\r\nreserve\r\n", "x\r\n")
            try await client.send("reserve\r\n")
            try await front.until("it waits") { $0.waits == 1 }
            try await client.close()
            try await front.until("its session is closed") { $0.sessions == 0 }
            let next = try await front.connect()
            #expect(try await next.ask("reserve\r\n", "x\r\n") == "RESERVED 1 1\r\nx\r\n")
        }
    }

    @Test func `Puts that come together are proposed together, and answered in order`() async throws {
        try await withFront { front in
            front.node.hold()
            let client = try await front.connect()
            let puts = (1...50).map { "put 1 0 60 2\r\n\(10 + $0 % 10)\r\n" }.joined()
            try await client.send(puts)
            try await front.until("all are proposed") { $0.held == 50 }
            front.node.release()
            let answers = (1...50).map { "INSERTED \($0)\r\n" }.joined()
            #expect(try await client.read(until: "INSERTED 50\r\n") == answers)
        }
    }

    @Test func `Who does not take replies gets no more of them than fit`() async throws {
        try await withFront { front in
            let client = try await front.connect(reads: false)
            let body = String(repeating: "z", count: 60_000)
            let count = 2_000
            try await client.send("put 1 0 60 60000\r\n\(body)\r\n")
            try await client.send(String(repeating: "peek 1\r\n", count: count))
            // The kernel's buffers take some: what counts is that it ends, far from the last.
            try await front.until("nothing happens any more") { node in
                let before = node.looks
                try await Task.sleep(for: .milliseconds(300))
                return before > 0 && before == node.looks
            }
            #expect(front.node.looks < 500)
            try await client.startReading()
            let reply = "FOUND 1 60000\r\n\(body)\r\n"
            let length = "INSERTED 1\r\n".utf8.count + count * reply.utf8.count
            #expect(try await client.read(length).hasSuffix(reply))
        }
    }

    @Test func `A draining front takes no jobs`() async throws {
        try await withFront { front in
            let client = try await front.connect()
            front.front.drain()
            #expect(try await client.ask("put 1 0 60 1\r\nx\r\n", "\r\n") == "DRAINING\r\n")
        }
    }

    @Test func `A connection whose session is lost ends`() async throws {
        try await withFront { front in
            let client = try await front.connect()
            #expect(try await client.ask("use t\r\n", "\r\n") == "USING t\r\n")
            front.node.loseSessions()
            #expect(try await client.readToEnd() == "")
            try await front.until("its session is closed") { $0.sessions == 0 }
        }
    }

    @Test func `More connections than allowed are closed`() async throws {
        try await withFront(connectionsMax: 2) { front in
            let (first, second) = (try await front.connect(), try await front.connect())
            #expect(try await first.ask("use t\r\n", "\r\n") == "USING t\r\n")
            #expect(try await second.ask("use t\r\n", "\r\n") == "USING t\r\n")
            #expect(try await front.connect().readToEnd() == "")
            try await first.close()
            try await front.until("there is room") { $0.sessions == 1 }
            #expect(try await front.connect().ask("use t\r\n", "\r\n") == "USING t\r\n")
        }
    }

    @Test func `A stop ends idle and waiting connections, and finishes what is under way`() async throws {
        try await withFront { front in
            let clients = [
                try await front.connect(), try await front.connect(), try await front.connect(),
            ]
            #expect(try await clients[0].ask("use t\r\n", "\r\n") == "USING t\r\n")
            try await clients[1].send("reserve\r\n")
            try await front.until("it waits") { $0.waits == 1 }
            front.node.hold()
            try await clients[2].send("delete 5\r\n")
            try await front.until("it is under way") { $0.held == 1 }
            await front.stop()
            #expect(try await clients[0].readToEnd() == "")
            #expect(try await clients[1].readToEnd() == "")
            front.node.release()
            #expect(try await clients[2].readToEnd() == "NOT_FOUND\r\n")
        }
    }

    @Test func `A port in use is named`() async throws {
        try await withFront { front in
            let port = try #require(front.address.port)
            let second = BeanstalkFront(
                node: front.node, addresses: [.tcp(host: "127.0.0.1", port: port)],
                settings: settings(), logger: quiet)
            let error = await #expect(throws: BeanstalkListenFailure.self) {
                try await second.run()
            }
            #expect(
                error?.description
                    == "the port or socket is in use (beanstalkd protocol, 127.0.0.1:\(port))")
        }
    }
}

private func settings(connectionsMax: Int = 100) -> BeanstalkSettings {
    var settings = BeanstalkSettings(facts: ServerFactsSource(version: "9.9", id: 5))
    settings.connectionsMax = connectionsMax
    return settings
}

private struct RunningFront: Sendable {
    let node: MemoryJobs
    let front: BeanstalkFront<MemoryJobs>
    let address: SocketAddress
    let group: ServiceGroup

    func connect(reads: Bool = true) async throws -> TestClient {
        try await TestClient.connect(to: address, reads: reads)
    }

    func stop() async { await group.triggerGracefulShutdown() }

    /// Waits for something; the test ends by its time limit if it does not come.
    func until(_ what: String, _ holds: (MemoryJobs) async throws -> Bool) async throws {
        while try await !holds(node) { try await Task.sleep(for: .milliseconds(5)) }
    }
}

private func withFront(
    _ address: BeanstalkAddress = .tcp(host: "127.0.0.1", port: 0), connectionsMax: Int = 100,
    _ body: @escaping @Sendable (RunningFront) async throws -> Void
) async throws {
    let node = MemoryJobs()
    let (addresses, found) = AsyncStream.makeStream(of: SocketAddress.self)
    let front = BeanstalkFront(
        node: node, addresses: [address], settings: settings(connectionsMax: connectionsMax),
        logger: quiet
    ) { for address in $0 { found.yield(address) } }
    let group = ServiceGroup(configuration: .init(services: [front], logger: quiet))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        let address = try #require(await addresses.first { _ in true })
        try await body(RunningFront(node: node, front: front, address: address, group: group))
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
    }
}

/// A connection on which text is sent and awaited.
private final class TestClient: @unchecked Sendable {
    // Unchecked: used by one task, the body of the test, alone.
    private let channel: any Channel
    private var pieces: AsyncStream<ByteBuffer>.AsyncIterator
    private var received = ByteBuffer()

    private init(_ channel: any Channel, _ pieces: AsyncStream<ByteBuffer>) {
        self.channel = channel
        self.pieces = pieces.makeAsyncIterator()
    }

    static func connect(to address: SocketAddress, reads: Bool) async throws -> TestClient {
        let (pieces, found) = AsyncStream.makeStream(of: ByteBuffer.self)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.autoRead, value: reads)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Collector(found))
                }
            }
            .connect(to: address).get()
        return TestClient(channel, pieces)
    }

    func send(_ text: String) async throws {
        try await channel.writeAndFlush(ByteBuffer(string: text))
    }

    func endInput() async throws { try await channel.close(mode: .output) }
    func close() async throws { try await channel.close() }

    func startReading() async throws {
        try await channel.setOption(.autoRead, value: true).get()
    }

    func ask(_ text: String, _ end: String) async throws -> String {
        try await send(text)
        return try await read(until: end)
    }

    /// What came, up to this end of it; or to the connection's.
    func read(until end: String) async throws -> String {
        let end = Array(end.utf8)
        while !received.readableBytesView.suffix(end.count).elementsEqual(end),
            let piece = await pieces.next()
        {
            received.writeImmutableBuffer(piece)
        }
        return take()
    }

    func read(_ length: Int) async throws -> String {
        while received.readableBytes < length, let piece = await pieces.next() {
            received.writeImmutableBuffer(piece)
        }
        return take()
    }

    func readToEnd() async throws -> String {
        while let piece = await pieces.next() { received.writeImmutableBuffer(piece) }
        return take()
    }

    private func take() -> String {
        defer { received.clear() }
        return String(buffer: received)
    }
}

private final class Collector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let found: AsyncStream<ByteBuffer>.Continuation

    init(_ found: AsyncStream<ByteBuffer>.Continuation) { self.found = found }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        found.yield(unwrapInboundIn(data))
    }

    func channelInactive(context: ChannelHandlerContext) { found.finish() }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { found.finish() }
}
