import HTTPTypes
import Hummingbird
import NIOCore
import Node
import Replica
import ServiceLifecycle

extension Responder {
    /// `GET /v1/events`: server-sent events (WHATWG HTML, section 9.2) until somebody hangs up.
    func events(
        _ call: Call, _ pass: StreamPass<Node>, headOnly: Bool
    ) throws(Problem) -> Response {
        _ = try call.target.parameters()
        let resume = try EventStream<Node>.position(call.headers)
        let node = node
        let body =
            headOnly
            ? ResponseBody()
            : ResponseBody { writer in
                let after = try await EventStream.known(resume, node, &writer)
                var stream = EventStream(node: node, after: after, pass: pass)
                try await stream.run(&writer)
                try await writer.finish(nil)
            }
        return streaming(body)
    }

    func streaming(_ body: ResponseBody) -> Response {
        var response = Response(status: .ok, body: body)
        response.headers[.contentLength] = nil
        response.headers[.contentType] = "text/event-stream"
        response.headers[.cacheControl] = "no-store"
        response.headers[.accelBuffering] = "no"
        response.stamp(node.position, servedBy: node.id)
        return response
    }
}

/// One client's stream: task events as they are applied, and the state of the cluster when its
/// leader or a role changes, at least every two seconds.
///
/// One task writes. It is woken by the feed and by a clock, takes everything there is, and sends
/// it as one piece; a client that reads slowly makes nothing grow but its distance.
struct EventStream<Node: TaskService> {
    private let node: Node
    private let subscription: EventSubscription
    private var pass: StreamPass<Node>
    private var clusterSent: ContinuousClock.Instant?
    private var pinged = ContinuousClock.now
    private var outline = ClusterOutline()

    static var tick: Duration { .milliseconds(250) }
    static var clusterInterval: Duration { .seconds(2) }
    static var pingInterval: Duration { .seconds(15) }
    static var eventsPerPiece: Int { 256 }

    init(node: Node, after: EventPosition?, pass: StreamPass<Node>) {
        self.node = node
        self.pass = pass
        subscription = node.events.subscribe(after: after)
    }

    /// A place that nobody in this cluster has reached belongs to another one, which had this
    /// address before: waiting for it would be waiting for long. What lies before the first event
    /// makes the feed say `reset`.
    ///
    /// Who comes from a leader that was killed is often ahead of this node, and of all that this
    /// node has heard of the others: only a leader knows how far the cluster is.
    @concurrent
    static func known(
        _ resume: EventPosition?, _ node: Node, _ writer: inout any ResponseBodyWriter
    ) async throws -> EventPosition? {
        guard let resume, resume.index > node.position.index else { return resume }
        while !Task.isShuttingDownGracefully {
            if let point = try? await node.readPoint(.linearizable) {
                return resume.index <= point.index ? resume : EventPosition(index: 0, ordinal: 0)
            }
            // Tells the client that it is connected, and this node if the client has hung up.
            var piece = ServerSentEvents()
            piece.comment("waiting for a leader")
            try await writer.write(piece.buffer)
            try await Task.sleep(for: tick)
        }
        return resume
    }

    /// Reads `Last-Event-ID`, such as `12.0`. It comes from browsers, which send what they got.
    static func position(_ headers: HTTPFields) throws(Problem) -> EventPosition? {
        guard let text = headers[.lastEventID], !text.isEmpty else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let index = UInt64(parts[0]), let ordinal = UInt32(parts[1]) else {
            throw .badRequest("Last-Event-ID must be the id of an event, such as 12.0")
        }
        return EventPosition(index: index, ordinal: ordinal)
    }

    /// Ends when the client hangs up, when what it has shown holds no more, or the server stops.
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

    private static func tick(_ subscription: EventSubscription) async {
        while (try? await Task.sleep(for: tick)) != nil, subscription.wake() {}
    }

    @concurrent
    private mutating func send(to writer: inout any ResponseBodyWriter) async throws {
        var piece = greeting()
        addCluster(to: &piece)
        try await writer.write(piece.buffer)
        for await _ in subscription.wakeups {
            var isMore = true
            while isMore {
                piece = ServerSentEvents()
                isMore = await addEvents(to: &piece)
                addCluster(to: &piece)
                // After they were taken: none of them may be younger than the look.
                guard await pass.holds() else { return subscription.finish() }
                if !piece.isEmpty { try await writer.write(piece.buffer) }
            }
        }
    }

    /// Names the place where the stream starts, so that even a client that has seen no event can
    /// go on from there elsewhere.
    private func greeting() -> ServerSentEvents {
        var piece = ServerSentEvents()
        let batch = subscription.standing()
        piece.start(retryMilliseconds: 1000, id: batch.position)
        if batch.isReset { piece.reset(id: batch.position) }
        return piece
    }

    private mutating func addEvents(to piece: inout ServerSentEvents) async -> Bool {
        let batch = await subscription.next(limit: Self.eventsPerPiece)
        if batch.isReset { piece.reset(id: batch.position) }
        for event in batch.events {
            piece.event(event.streamName, id: event.position) { writer in
                switch event {
                case .task(let task): writer.event(task)
                case .item(let item): writer.event(item)
                }
            }
        }
        return batch.hasMore
    }

    private mutating func addCluster(to piece: inout ServerSentEvents) {
        let now = ContinuousClock.now
        let status = node.status()
        let changed = outline.update(status)
        if changed || clusterSent.map({ now - $0 >= Self.clusterInterval }) ?? true {
            piece.event("cluster", id: nil) { $0.cluster(status) }
            clusterSent = now
        }
        if now - pinged >= Self.pingInterval {
            piece.comment("ping")
            pinged = now
        }
    }
}

/// What makes the page look different at once.
struct ClusterOutline: Equatable {
    private var leader: UInt64?
    private var roles: [NodeStatus.Role] = []

    /// True if it is not what it was.
    mutating func update(_ status: ClusterStatus) -> Bool {
        var next = ClusterOutline()
        next.leader = status.leader
        next.roles = status.nodes.map(\.role)
        defer { self = next }
        return self != next
    }
}
