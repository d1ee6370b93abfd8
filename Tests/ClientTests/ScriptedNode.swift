import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A node that answers as it was told, one request after the other, and remembers what came.
final class ScriptedNode: Sendable {
    enum Step: Sendable {
        case answer(Int, String)
        /// Takes the request, and closes the connection without an answer.
        case hangUp
    }

    struct Received: Sendable {
        var method: String
        var path: String
        var headers: HTTPHeaders
        var body: String

        var key: String? { headers.first(name: "Idempotency-Key") }
        var ifMatch: String? { headers.first(name: "If-Match") }
        var ifNoneMatch: String? { headers.first(name: "If-None-Match") }
    }

    private struct State {
        var script: [Step]
        var received: [Received] = []
    }

    private let state: Mutex<State>
    private let channel: any Channel

    var received: [Received] { state.withLock { $0.received } }
    var url: String { "http://127.0.0.1:\(channel.localAddress?.port ?? 0)" }

    private init(_ channel: any Channel, _ state: consuming Mutex<State>) {
        self.channel = channel
        self.state = state
    }

    /// Runs a node while the body runs.
    static func run<Result>(
        _ script: [Step], _ body: (ScriptedNode) async throws -> Result
    ) async throws -> Result {
        let place = Place()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 16)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(place))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let node = ScriptedNode(channel, Mutex(State(script: script)))
        place.node.withLock { $0 = node }
        do {
            let result = try await body(node)
            try await channel.close()
            return result
        } catch {
            try? await channel.close()
            throw error
        }
    }

    /// An address at which nobody listens: bound, never listening.
    static func withNobody<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let result = try await body("http://127.0.0.1:\(channel.localAddress?.port ?? 0)")
        try await channel.close()
        return result
    }

    fileprivate func next(_ received: Received) -> Step {
        state.withLock { state in
            state.received.append(received)
            return state.script.isEmpty ? .answer(500, "{}") : state.script.removeFirst()
        }
    }

    /// Where handlers find the node, which exists only after its channel.
    fileprivate final class Place: Sendable {
        let node = Mutex<ScriptedNode?>(nil)
    }
}

private final class Handler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let place: ScriptedNode.Place
    private var head: HTTPRequestHead?
    private var body = ""

    init(_ place: ScriptedNode.Place) { self.place = place }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = ""
        case .body(let part):
            body += String(buffer: part)
        case .end:
            answer(context)
        }
    }

    private func answer(_ context: ChannelHandlerContext) {
        guard let head, let node = place.node.withLock({ $0 }) else {
            return context.close(promise: nil)
        }
        let received = ScriptedNode.Received(
            method: head.method.rawValue, path: head.uri, headers: head.headers, body: body)
        switch node.next(received) {
        case .hangUp:
            context.close(promise: nil)
        case .answer(let status, let text):
            let headers: HTTPHeaders = [
                "Content-Type": "application/json", "Content-Length": String(text.utf8.count),
            ]
            let answer = HTTPResponseHead(
                version: .http1_1, status: HTTPResponseStatus(statusCode: status),
                headers: headers)
            context.write(wrapOutboundOut(.head(answer)), promise: nil)
            context.write(
                wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
