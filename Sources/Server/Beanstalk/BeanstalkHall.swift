import Beanstalk
import Logging
import NIOCore
import Node
import Synchronization
import Work

/// What the connections of a listener share. Any thread may use it.
final class BeanstalkHall<Node: JobService>: Sendable {
    let node: Node
    let settings: BeanstalkSettings
    let logger: Logger
    let ledger: Mutex<Ledger>
    private let guests = Mutex(Guests())

    private struct Guests {
        var channels: [SessionID: any Channel] = [:]
        var desks: [ObjectIdentifier: BeanstalkDesk<Node>] = [:]
        var isStopping = false
        var wasFull = false
    }

    init(node: Node, settings: BeanstalkSettings, logger: Logger) {
        self.node = node
        self.settings = settings
        self.logger = logger
        var ledger = Ledger()
        ledger.isAlone = settings.isAlone
        self.ledger = Mutex(ledger)
    }

    /// Where answers for the connections of a loop go.
    func desk(of loop: any EventLoop) -> BeanstalkDesk<Node> {
        guests.withLock { guests in
            let key = ObjectIdentifier(loop)
            if let desk = guests.desks[key] { return desk }
            let desk = BeanstalkDesk<Node>(loop: loop)
            guests.desks[key] = desk
            return desk
        }
    }

    /// False if there is no room, or no time any more.
    func admits() -> Bool {
        let (isAdmitted, isNews) = guests.withLock { guests in
            let isFull = guests.channels.count >= settings.connectionsMax
            defer { guests.wasFull = isFull }
            return (!isFull && !guests.isStopping, isFull && !guests.wasFull)
        }
        if isNews {
            logger.warning("no more than \(settings.connectionsMax) beanstalkd connections")
        }
        return isAdmitted
    }

    func entered(_ session: SessionID, _ channel: any Channel) {
        let isStopping = guests.withLock { guests in
            guests.channels[session] = channel
            return guests.isStopping
        }
        if isStopping { channel.close(promise: nil) }
    }

    func left(_ session: SessionID) {
        guests.withLock { guests in _ = guests.channels.removeValue(forKey: session) }
    }

    /// Asks all connections to end, and says when each has.
    func stop() -> [EventLoopFuture<Void>] {
        let channels = guests.withLock { guests in
            guests.isStopping = true
            return Array(guests.channels.values)
        }
        for channel in channels { channel.pipeline.fireUserInboundEventTriggered(StopWish()) }
        return channels.map(\.closeFuture)
    }

    func cutOff() {
        let channels = guests.withLock { Array($0.channels.values) }
        for channel in channels { channel.close(promise: nil) }
    }
}

/// The server is about to stop.
struct StopWish: Sendable {}
