import HTTPTypes
import Hummingbird
import NIOCore
import Node
import ServiceLifecycle

extension Responder {
    /// `GET /v1/cluster/events`: what the nodes show of themselves, ten times a second, until
    /// somebody hangs up.
    func clusterEvents(
        _ call: Call, _ pass: StreamPass<Node>, headOnly: Bool
    ) throws(Problem) -> Response {
        _ = try call.target.parameters()
        let node = node
        let hasLevers = levers != nil
        var body = ResponseBody()
        if !headOnly {
            guard let subscription = node.views.subscribe() else {
                throw .overloaded("\(ViewBoard.watchersMax) people watch this node already")
            }
            body = ResponseBody { writer in
                var stream = ClusterStream(
                    node: node, subscription: subscription, hasLevers: hasLevers, pass: pass)
                try await stream.run(&writer)
                try await writer.finish(nil)
            }
        }
        return streaming(body)
    }
}

/// One person's stream of views, and of the state of the cluster as `/v1/events` has it.
struct ClusterStream<Node: TaskService & ClusterService> {
    private let node: Node
    private let subscription: ViewSubscription
    private let hasLevers: Bool
    private var pass: StreamPass<Node>
    private var clusterSent: ContinuousClock.Instant?
    private var outline = ClusterOutline()

    /// Nobody else's news for so long: the state of the cluster is told all the same.
    private static var tick: Duration { .milliseconds(500) }
    private static var clusterInterval: Duration { .seconds(2) }

    init(
        node: Node, subscription: ViewSubscription, hasLevers: Bool, pass: StreamPass<Node>
    ) {
        self.node = node
        self.pass = pass
        self.subscription = subscription
        self.hasLevers = hasLevers
    }

    @concurrent
    mutating func run(_ writer: inout any ResponseBodyWriter) async throws {
        let subscription = subscription
        async let clock: Void = Self.tick(subscription)
        try await withGracefulShutdownHandler {
            try await send(to: &writer)
        } onGracefulShutdown: {
            subscription.finish()
        }
        _ = await clock
    }

    private static func tick(_ subscription: ViewSubscription) async {
        while (try? await Task.sleep(for: tick)) != nil, subscription.wake() {}
    }

    @concurrent
    private mutating func send(to writer: inout any ResponseBodyWriter) async throws {
        var piece = ServerSentEvents()
        piece.start(retryMilliseconds: 1000, id: nil)
        // Where there are none, a page shall not even ask.
        if hasLevers { piece.event("levers", id: nil) { $0.object { _ in } } }
        addCluster(to: &piece)
        try await writer.write(piece.buffer)
        for await _ in subscription.wakeups {
            guard await pass.holds() else { return subscription.finish() }
            piece = ServerSentEvents()
            addCluster(to: &piece)
            for seen in subscription.take() {
                piece.event("view", id: nil) { $0.view(seen.view, of: seen.node) }
            }
            if !piece.isEmpty { try await writer.write(piece.buffer) }
        }
    }

    private mutating func addCluster(to piece: inout ServerSentEvents) {
        let now = ContinuousClock.now
        let status = node.status()
        let changed = outline.update(status)
        if changed || clusterSent.map({ now - $0 >= Self.clusterInterval }) ?? true {
            piece.event("cluster", id: nil) { $0.cluster(status) }
            clusterSent = now
        }
    }
}
