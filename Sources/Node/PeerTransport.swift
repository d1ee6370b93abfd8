import Logging
import NIOCore
import NIOPosix
import Raft
import Replica
import Wire

/// What the transport tells the node; all on the node's event loop.
protocol PeerTransportDelegate: AnyObject {
    /// The own introduction, with the present term and last position.
    func hello(to peer: NodeID) -> Hello
    /// Why a peer is refused, or nil.
    func refusal(_ hello: Hello) -> String?
    func welcomed(_ hello: Hello)
    func connected(_ peer: NodeID, machineVersion: UInt32)
    func disconnected(_ peer: NodeID)
    func received(_ message: PeerMessage, from peer: NodeID)
    func receivedBatch()
}

/// Connections between members: each node dials every other one and sends over what it dialled,
/// so a link has two connections, one for each direction. Lives on the node's event loop.
final class PeerTransport {
    private let loop: any EventLoop
    private let logger: Logger
    private let own: NodeID
    private let listen: Endpoint?
    private var links: [NodeID: PeerLink] = [:]
    private var inbound: [NodeID: (channel: any Channel, bootCount: UInt64)] = [:]
    private var listener: (any Channel)?
    private var said = OnceLog()
    weak var delegate: (any PeerTransportDelegate)?

    init(
        loop: any EventLoop, own: NodeID, members: [NodeID: Endpoint], listen: Endpoint?,
        logger: Logger
    ) {
        self.loop = loop
        self.own = own
        self.listen = listen
        self.logger = logger
        for (peer, endpoint) in members where peer != own {
            links[peer] = PeerLink(peer: peer, endpoint: endpoint, transport: self)
        }
    }

    /// Listens and begins to dial. Fails if the address cannot be had.
    func start() -> EventLoopFuture<Void> {
        loop.preconditionInEventLoop()
        guard let listen else { return loop.makeSucceededVoidFuture() }
        let box = NIOLoopBound(self, eventLoop: loop)
        return ServerBootstrap(group: loop)
            .serverChannelOption(.backlog, value: 64)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.unacknowledged, value: 3_000)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(InboundHandler(box.value))
                }
            }
            .bind(host: listen.host, port: listen.port)
            .map { channel in
                box.value.listener = channel
                for link in box.value.links.values { link.dial() }
            }
    }

    func stop() {
        listener?.close(promise: nil)
        for link in links.values { link.stop() }
        for (channel, _) in inbound.values { channel.close(promise: nil) }
        inbound = [:]
    }

    /// Sends what one turn of the loop produced, with one write for each peer. A message to a peer
    /// that is not connected is dropped: consensus repeats itself.
    func send(_ messages: [(to: NodeID, message: PeerMessage)]) {
        for (peer, message) in messages { links[peer]?.write(message) }
        for link in links.values { link.flush() }
    }

    func broadcast(_ message: PeerMessage) {
        for link in links.values {
            link.write(message)
            link.flush()
        }
    }

    /// For people who watch, past whatever is done to the link.
    func show(_ messages: [(to: NodeID, message: PeerMessage)]) {
        for (peer, message) in messages {
            links[peer]?.writePastFaults(message)
            links[peer]?.flush()
        }
    }

    func set(_ fault: LinkFault?, to peer: NodeID) { links[peer]?.set(fault) }

    var faults: [LinkFault] {
        links.values.compactMap(\.fault).sorted { $0.to < $1.to }
    }

    /// What becomes of a message that is sent to the peer now.
    func fate(to peer: NodeID) -> NodeView.Fate {
        guard let link = links[peer], link.isReady else { return .lost }
        guard let fault = link.fault else { return .sent }
        return fault.isCut ? .lost : .delayed(fault.delay)
    }

    // MARK: For links and inbound connections

    func makeHello(to peer: NodeID) -> Hello? { delegate?.hello(to: peer) }

    var eventLoop: any EventLoop { loop }

    func connected(_ peer: NodeID, _ hello: Hello) {
        if said.changed(peer, "connected") {
            logger.info("connected to \(peer)", metadata: ["peer": "\(peer)"])
        }
        // What the peer said before it was started anew counts no more, even if it is still on
        // its way: the peer may have lost what it acknowledged then.
        if let old = inbound[peer], old.bootCount < hello.bootCount {
            old.channel.close(promise: nil)
            inbound[peer] = nil
        }
        delegate?.welcomed(hello)
        delegate?.connected(peer, machineVersion: hello.machineVersion)
    }

    func disconnected(_ peer: NodeID) { delegate?.disconnected(peer) }

    /// Says why a peer cannot be reached, once for each new reason.
    func note(_ peer: NodeID, _ problem: String, level: Logger.Level = .info) {
        if said.changed(peer, problem) {
            logger.log(level: level, "\(peer): \(problem)", metadata: ["peer": "\(peer)"])
        }
    }

    func admit(_ hello: Hello, on channel: any Channel) -> HandshakeAnswer {
        guard let delegate else { return .refused("the node is stopping") }
        if let reason = delegate.refusal(hello) {
            if said.isNew("\(hello.cluster)/\(hello.node)/\(reason)") {
                logger.warning("refused a peer: \(reason)", metadata: ["peer": "\(hello.node)"])
            }
            return .refused(reason)
        }
        inbound[hello.node]?.channel.close(promise: nil)
        inbound[hello.node] = (channel, hello.bootCount)
        delegate.welcomed(hello)
        links[hello.node]?.hurry()
        return .welcome(delegate.hello(to: hello.node))
    }

    func dropped(_ peer: NodeID, _ channel: any Channel) {
        if inbound[peer]?.channel === channel { inbound[peer] = nil }
    }

    func received(_ payload: [UInt8], from peer: NodeID) throws {
        var reader = ByteReader(payload)
        delegate?.received(try PeerMessage(from: &reader), from: peer)
    }

    func receivedBatch() { delegate?.receivedBatch() }

    func noteDamage(_ peer: NodeID?, _ error: any Error) {
        let who = peer.map { "\($0)" } ?? "an unknown peer"
        if said.isNew("\(who)/\(error)") {
            logger.warning("closed a connection of \(who): \(error)")
        }
    }
}

extension ChannelOption where Self == ChannelOptions.Types.SocketOption {
    /// TCP_USER_TIMEOUT of Linux, in milliseconds: what was sent and not acknowledged for so long
    /// means that the connection is cut, though nobody closed it.
    static var unacknowledged: Self { Self(level: .tcp, name: .init(rawValue: 18)) }
}

/// Keeps repeated complaints out of the log.
private struct OnceLog {
    private var last: [NodeID: String] = [:]
    private var seen: Set<String> = []

    mutating func changed(_ peer: NodeID, _ text: String) -> Bool {
        defer { last[peer] = text }
        return last[peer] != text
    }

    /// Forgets everything after many different texts, rather than growing for ever.
    mutating func isNew(_ text: String) -> Bool {
        if seen.count > 256 { seen = [] }
        return seen.insert(text).inserted
    }
}
