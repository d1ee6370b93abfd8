import Dispatch
import Raft

/// The thread that makes batches durable. Batches that came while a sync was under way share the
/// next one.
final class LogThread: Sendable {
    private enum Order: Sendable {
        case write(LogBatch)
        case remember(PeerMemory)
    }

    private let mailbox = Mailbox<Order>()
    let meter = WriteMeter()
    private let store: any LogStore & Sendable
    /// What to tell of when the disk is at fault.
    let file: String
    private let persisted: @Sendable (Ticket) -> Void
    private let failed: @Sendable (any Error) -> Void

    /// The mark is a lower bound that may lag so many seconds behind the log.
    private static let markDelay = 0.1

    init(
        store: any LogStore & Sendable, file: String,
        persisted: @escaping @Sendable (Ticket) -> Void,
        failed: @escaping @Sendable (any Error) -> Void
    ) {
        self.store = store
        self.file = file
        self.persisted = persisted
        self.failed = failed
    }

    func start(stopped: @escaping @Sendable () -> Void) {
        Threads.start("raft-log") { [self] in
            do {
                var marked = DispatchTime.now()
                while let orders = mailbox.take(timeout: Self.markDelay) {
                    try perform(orders)
                    try store.maintain()
                    if DispatchTime.now() < marked + Self.markDelay { continue }
                    try store.syncMark()
                    marked = .now()
                }
            } catch {
                failed(error)
            }
            store.close()
            stopped()
        }
    }

    func write(_ batch: LogBatch) { mailbox.put(.write(batch)) }

    func remember(_ peer: PeerMemory) { mailbox.put(.remember(peer)) }

    /// Writes what is in the mailbox, and closes the store.
    func stop() { mailbox.close() }

    private func perform(_ orders: [Order]) throws {
        var batch = LogBatch()
        for order in orders {
            switch order {
            case .write(let next): batch.merge(next)
            case .remember(let peer): try store.remember(peer)
            }
        }
        if batch.ticket > .none {
            let began = Clocks.monotonic()
            try store.write(batch)
            let span = Clocks.monotonic().since(began)
            persisted(batch.ticket)
            meter.wrote(
                entries: batch.entries.count,
                bytes: batch.entries.reduce(0) { $0 + $1.payload.count }, in: span)
        }
    }
}

/// The thread that reads old entries back, on a connection of its own.
final class LogReadThread: Sendable {
    private let mailbox = Mailbox<LogRead>()
    private let store: any LogStore & Sendable
    private let done: @Sendable (Ticket, [Entry]) -> Void
    private let failed: @Sendable (any Error) -> Void

    init(
        store: any LogStore & Sendable, done: @escaping @Sendable (Ticket, [Entry]) -> Void,
        failed: @escaping @Sendable (any Error) -> Void
    ) {
        self.store = store
        self.done = done
        self.failed = failed
    }

    func start() {
        Threads.start("raft-read") { [self] in
            do {
                while let reads = mailbox.take() {
                    for read in reads {
                        let entries = try store.read(
                            from: read.first, through: read.last, byteLimit: read.byteLimit)
                        done(read.ticket, entries)
                    }
                }
            } catch {
                failed(error)
            }
        }
    }

    func read(_ read: LogRead) { mailbox.put(read) }
    func stop() { mailbox.close() }
}
