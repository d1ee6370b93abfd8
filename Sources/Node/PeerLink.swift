import Logging
import NIOCore
import NIOPosix
import Raft
import Replica
import Wire

#if canImport(Glibc)
    import Glibc
#endif

/// The connection this node dials to one peer, and sends over. Reconnects with back-off and jitter.
final class PeerLink {
    private enum State {
        case idle
        case dialling
        /// Said hello, waiting for the answer.
        case introduced(any Channel)
        case ready(any Channel)
        case stopped
    }

    let peer: NodeID
    private let endpoint: Endpoint
    private unowned let transport: PeerTransport
    private var state = State.idle
    private var failures = 0
    private var pending = ByteBuffer()
    private var writer = ByteWriter(capacity: 4096)
    /// What somebody does to what is sent, in a cluster that is there to be broken; else nil.
    private(set) var fault: LinkFault?
    private var late = LateFrames()
    private var hasDropped = false

    /// A peer that leaves so many bytes unread is cut off; it gets what it needs when it is back.
    private static let unsentMax = 32 << 20

    init(peer: NodeID, endpoint: Endpoint, transport: PeerTransport) {
        self.peer = peer
        self.endpoint = endpoint
        self.transport = transport
    }

    func dial() {
        guard case .idle = state else { return }
        state = .dialling
        let box = NIOLoopBound(self, eventLoop: transport.eventLoop)
        ClientBootstrap(group: transport.eventLoop)
            .connectTimeout(.seconds(1))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.unacknowledged, value: 3_000)
            .channelOption(
                .writeBufferWaterMark, value: .init(low: Self.unsentMax / 2, high: Self.unsentMax)
            )
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(OutboundHandler(box.value))
                }
            }
            .connect(host: endpoint.host, port: endpoint.port)
            .whenFailure { error in box.value.failed("cannot be reached: \(Self.reason(error))") }
    }

    /// The system's word for it, without the layers it came through.
    private static func reason(_ error: any Error) -> String {
        let inner = (error as? NIOConnectionError)?.connectionErrors.first?.error ?? error
        guard let code = (inner as? IOError)?.errnoCode else { return "\(inner)" }
        return code == ECONNREFUSED ? "nothing listens there" : String(cString: strerror(code))
    }

    func stop() {
        let channel = self.channel
        state = .stopped
        channel?.close(promise: nil)
    }

    func write(_ message: PeerMessage) {
        guard case .ready = state else { return }
        writer.reset()
        message.encode(into: &writer)
        if let fault { return delay(writer.bytes, by: fault) }
        Frames.append(writer.bytes, to: &pending)
    }

    func flush() {
        guard case .ready(let channel) = state, pending.readableBytes > 0 else { return }
        if !channel.isWritable {
            transport.note(peer, "does not read what it is sent; the connection was closed")
            channel.close(promise: nil)
            return
        }
        channel.writeAndFlush(pending, promise: nil)
        pending = channel.allocator.buffer(capacity: 4096)
    }

    // MARK: Faults

    var isReady: Bool { if case .ready = state { true } else { false } }

    /// What is shown to people who watch is no part of what is broken.
    func writePastFaults(_ message: PeerMessage) {
        guard isReady else { return }
        writer.reset()
        message.encode(into: &writer)
        Frames.append(writer.bytes, to: &pending)
    }

    /// nil ends it. A connection on which something was lost is closed then, as a cut one would
    /// be in the end: so both sides learn that they must not count on what was sent.
    func set(_ fault: LinkFault?) {
        self.fault = fault
        if fault?.isCut == true { return }
        if hasDropped { channel?.close(promise: nil) }
        if fault == nil { sendLate(until: .distantFuture) }
    }

    private func delay(_ payload: [UInt8], by fault: LinkFault) {
        if fault.isCut || late.bytes > Self.unsentMax {
            hasDropped = true
            return
        }
        let isFirst = late.nextDue == nil
        late.add(payload, due: .now() + .milliseconds(Int64(fault.delay)))
        if isFirst { waitForLate() }
    }

    private func waitForLate() {
        guard let due = late.nextDue else { return }
        let box = NIOLoopBound(self, eventLoop: transport.eventLoop)
        transport.eventLoop.scheduleTask(deadline: due) {
            box.value.sendLate(until: .now())
            box.value.waitForLate()
        }
    }

    private func sendLate(until now: NIODeadline) {
        guard late.nextDue != nil else { return }
        while let payload = late.take(at: now) { Frames.append(payload, to: &pending) }
        flush()
    }

    private func forgetLate() {
        late.removeAll()
        hasDropped = false
    }

    // MARK: From the handler

    func opened(_ channel: any Channel) {
        guard case .dialling = state, let hello = transport.makeHello(to: peer) else {
            channel.close(promise: nil)
            return
        }
        state = .introduced(channel)
        var writer = ByteWriter(capacity: 96)
        hello.encode(into: &writer)
        var buffer = channel.allocator.buffer(capacity: 128)
        Frames.append(writer.bytes, to: &buffer)
        channel.writeAndFlush(buffer, promise: nil)
        // Somebody who does not answer is no peer.
        let box = NIOLoopBound(self, eventLoop: transport.eventLoop)
        transport.eventLoop.scheduleTask(in: .seconds(3)) {
            if case .introduced(let waiting) = box.value.state, waiting === channel {
                channel.close(promise: nil)
            }
        }
    }

    /// The peer has just dialled in, so it can be reached: no reason to wait.
    func hurry() {
        guard case .idle = state else { return }
        failures = 0
        dial()
    }

    func received(_ payload: [UInt8]) throws {
        guard case .introduced(let channel) = state else { return }
        switch try HandshakeAnswer(payload) {
        case .welcome(let hello):
            if let reason = transport.delegate?.refusal(hello) {
                refused(channel, "was found at \(endpoint.host):\(endpoint.port), but \(reason)")
                return
            }
            state = .ready(channel)
            failures = 0
            pending = channel.allocator.buffer(capacity: 4096)
            transport.connected(peer, hello)
        case .refused(let reason):
            refused(channel, "refused this node: \(reason)")
        }
    }

    private func refused(_ channel: any Channel, _ reason: String) {
        transport.note(peer, reason, level: .error)
        // A refusal rarely heals by itself: ask again, but seldom.
        failures = 6
        channel.close(promise: nil)
    }

    func closed() {
        forgetLate()
        if case .ready = state {
            transport.disconnected(peer)
            failed("closed the connection")
        } else {
            failed(nil)
        }
    }

    private func failed(_ reason: String?) {
        if case .stopped = state { return }
        if let reason { transport.note(peer, reason) }
        state = .idle
        let ceiling = min(50 << min(failures, 6), 3_000)
        failures += 1
        // Jitter, so that nodes that lost each other do not all dial at once.
        let delay = Int64.random(in: Int64(ceiling / 2)...Int64(ceiling))
        let box = NIOLoopBound(self, eventLoop: transport.eventLoop)
        transport.eventLoop.scheduleTask(in: .milliseconds(delay)) { box.value.dial() }
    }

    private var channel: (any Channel)? {
        switch state {
        case .idle, .dialling, .stopped: nil
        case .introduced(let channel), .ready(let channel): channel
        }
    }
}

/// Bytes to frames, for what the peer answers on the connection this node dialled.
private final class OutboundHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let link: PeerLink
    private var buffer = ByteBuffer()

    init(_ link: PeerLink) { self.link = link }

    func channelActive(context: ChannelHandlerContext) { link.opened(context.channel) }

    func channelInactive(context: ChannelHandlerContext) { link.closed() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        buffer.writeBuffer(&bytes)
        do {
            while let payload = try Frames.next(in: &buffer) { try link.received(payload) }
            buffer.discardReadBytes()
        } catch {
            context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}

/// The connection a peer dialled, and sends over: first its hello, then messages.
final class InboundHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let transport: PeerTransport
    private var peer: NodeID?
    private var buffer = ByteBuffer()
    private var deadline: Scheduled<Void>?

    init(_ transport: PeerTransport) { self.transport = transport }

    func channelActive(context: ChannelHandlerContext) {
        // Somebody who says nothing is no peer.
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: .seconds(3)) { channel.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        if let peer { transport.dropped(peer, context.channel) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        buffer.writeBuffer(&bytes)
        do {
            while let payload = try Frames.next(in: &buffer) {
                if let peer {
                    try transport.received(payload, from: peer)
                } else {
                    try introduce(payload, context)
                }
            }
            buffer.discardReadBytes()
        } catch {
            transport.noteDamage(peer, error)
            context.close(promise: nil)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) { transport.receivedBatch() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func introduce(_ payload: [UInt8], _ context: ChannelHandlerContext) throws {
        var reader = ByteReader(payload)
        let hello = try Hello(from: &reader)
        deadline?.cancel()
        let answer = transport.admit(hello, on: context.channel)
        var buffer = context.channel.allocator.buffer(capacity: 128)
        Frames.append(answer.encoded(), to: &buffer)
        let written = context.channel.writeAndFlush(buffer)
        if case .refused = answer {
            let channel = context.channel
            written.whenComplete { _ in channel.close(promise: nil) }
        } else {
            peer = hello.node
        }
    }
}
