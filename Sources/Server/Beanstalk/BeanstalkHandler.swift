import Beanstalk
import Logging
import NIOCore
import Node
import Raft
import Replica
import Synchronization
import Work

/// A client's connection: brings what happens to the machine that decides, and does what it asks.
/// Belongs to the connection's event loop.
final class BeanstalkHandler<Node: JobService>: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let hall: BeanstalkHall<Node>
    private let channel: any Channel
    private let desk: BeanstalkDesk<Node>
    private var connection: (machine: ClientConnection, session: SessionID)?
    private var turn = ConnectionTurn(now: Instant(nanoseconds: 0))
    private var needsFlush = false
    /// The channel wants to read, and the machine would not look at it yet.
    private var wantsRead = false
    private var alarm: (deadline: Instant, task: Scheduled<Void>)?

    init(_ hall: BeanstalkHall<Node>, _ channel: any Channel) {
        self.hall = hall
        self.channel = channel
        desk = hall.desk(of: channel.eventLoop)
    }

    private var guest: BeanstalkDesk<Node>.Guest {
        NIOLoopBound(self, eventLoop: channel.eventLoop)
    }

    // MARK: From the channel

    func channelActive(context: ChannelHandlerContext) {
        guard hall.admits() else { return context.close(promise: nil) }
        let (desk, guest) = (desk, guest)
        let session = hall.node.openSession(isAttached: true) { desk.post(.lost, to: guest) }
        let machine = hall.ledger.withLock { ledger in
            ClientConnection(session: session, limits: hall.settings.limits, &ledger)
        }
        connection = (machine, session)
        hall.entered(session, channel)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        alarm?.task.cancel()
        alarm = nil
        if let session = connection?.session {
            hall.ledger.withLock { connection?.machine.closed(&$0) }
            connection = nil
            hall.node.closeSession(session)
            hall.left(session)
        }
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        happen(.received(Array(buffer.readableBytesView)))
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        flush()
        context.fireChannelReadComplete()
    }

    /// The kernel keeps what the machine would not look at; and a client that sends more is slowed
    /// down by its own kernel.
    func read(context: ChannelHandlerContext) {
        if connection?.machine.wantsInput ?? true {
            context.read()
        } else {
            wantsRead = true
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        takeMore()
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed: happen(.inputClosed)
        case is StopWish: happen(.stopping)
        default: context.fireUserInboundEventTriggered(event)
        }
        flush()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        hall.logger.debug("a beanstalkd connection ended: \(error)")
        context.close(promise: nil)
    }

    // MARK: From the node

    func take(_ answer: BeanstalkDesk<Node>.Answer) {
        switch answer {
        case .decided(let tag, let outcome): happen(.decided(tag: tag, outcome))
        case .waited(let wait, let outcome): happen(.waited(wait: wait, outcome))
        case .looked(let tag, let answer):
            happen(.looked(tag: tag, answer, hall.settings.facts.now()))
        case .lost: channel.close(promise: nil)
        case .outputTaken: takeMore()
        }
    }

    func flush() {
        if !needsFlush { return }
        needsFlush = false
        channel.flush()
    }

    // MARK: To the machine, and what it asks for

    private func happen(_ event: ConnectionEvent) {
        guard connection != nil else { return }
        turn.begin(at: .now)
        hall.ledger.withLock { ledger in
            connection?.machine.handle(event, &ledger, &turn)
        }
        let requests = turn.requests
        for request in requests { perform(request) }
        if !turn.output.isEmpty {
            channel.write(ByteBuffer(bytes: turn.output), promise: nil)
            needsFlush = true
        }
        if turn.isClosing { return close() }
        setAlarm()
        if connection?.machine.isBlocked == true { desk.post(.outputTaken, to: guest) }
        if wantsRead, connection?.machine.wantsInput == true {
            wantsRead = false
            channel.read()
        }
    }

    /// If the client has taken so much that the channel would take more.
    private func takeMore() {
        guard channel.isWritable, connection?.machine.isBlocked == true else { return }
        happen(.outputTaken)
        flush()
    }

    private func perform(_ request: ConnectionRequest) {
        guard let session = connection?.session else { return }
        let (desk, guest) = (desk, guest)
        switch request {
        case .perform(let tag, let command):
            hall.node.perform(command, key: nil) { outcome in
                desk.post(.decided(tag: tag, outcome), to: guest)
            }
        case .wait(let wish):
            hall.node.wait(wish) { desk.post(.waited(wait: wish.wait, $0), to: guest) }
        case .endWait(let wait): hall.node.endWait(of: session, wait: wait)
        case .look(let tag, let query):
            hall.node.look(query, .linearizable) { desk.post(.looked(tag: tag, $0), to: guest) }
        }
    }

    /// After everything that was written.
    private func close() {
        let channel = channel
        needsFlush = false
        channel.writeAndFlush(ByteBuffer()).whenComplete { _ in channel.close(promise: nil) }
    }

    /// One alarm at a time, and none for a worker who waits without an end. One that turns out
    /// to be too early costs less than to set it anew for each command.
    private func setAlarm() {
        guard let deadline = connection?.machine.deadline(at: turn.now) else { return }
        if let alarm, alarm.deadline <= deadline { return }
        alarm?.task.cancel()
        let guest = guest
        let time = NIODeadline.uptimeNanoseconds(deadline.nanoseconds)
        let task = channel.eventLoop.scheduleTask(deadline: time) { guest.value.ring() }
        alarm = (deadline, task)
    }

    private func ring() {
        alarm = nil
        happen(.timePassed)
        flush()
    }
}

extension Instant {
    fileprivate static var now: Instant {
        Instant(nanoseconds: NIODeadline.now().uptimeNanoseconds)
    }
}
