import Dispatch
import Logging
import StateStore
import Synchronization

/// The thread that keeps a node's MySQL database equal to its base. Nothing waits for it.
final class ProjectionThread: Sendable {
    private let mailbox = Mailbox<Void>()
    private let shared: Mutex<StoreStatus>
    private let address: MySQLAddress
    private let password: String?
    private let base: Base
    private let owner: StoreOwner
    private let verifyEvery: Double
    private let logger: Logger

    /// Between two tries to reach a database that is away, in seconds.
    private static let retryFirst = 0.2
    private static let retryMax = 2.0
    /// Rest between two steps, so that rows that change again are copied once.
    private static let rest = 0.02

    /// nil if the node has no MySQL.
    init?(_ settings: NodeSettings, cluster: UInt64, base: Base, logger: Logger) {
        guard case .mysql(let address) = settings.store else { return nil }
        self.address = address
        password = settings.storePassword
        self.base = base
        owner = StoreOwner(cluster: cluster, node: settings.id)
        verifyEvery = Double(settings.storeVerifySeconds)
        self.logger = logger
        shared = Mutex(StoreStatus(kind: .mysql, state: .down, index: 0, error: "not reached yet"))
    }

    var status: StoreStatus { shared.withLock { $0 } }

    /// A connection for queries, for one other thread.
    func makeQueries() -> MySQLQueries { MySQLQueries(address: address, password: password) }

    /// The base moved on.
    func wake() { mailbox.put(()) }

    func stop() { mailbox.close() }

    func start() { Threads.start("projection") { [self] in run() } }

    private func run() {
        guard let source = try? base.reader() else {
            publish(ProjectionStatus(error: "the base cannot be read"))
            return
        }
        let projection = Projection(
            address: address, password: password, source: source, owner: owner)
        var wait = 0.0
        var retry = Self.retryFirst
        var verified = DispatchTime.now()
        while mailbox.take(timeout: wait) != nil {
            var status = projection.step()
            if status.state == .ok, verifyEvery > 0, .now() > verified + verifyEvery {
                status = projection.verify()
                verified = .now()
            }
            publish(status)
            switch status.state {
            case .down:
                wait = 0
                pause(retry)
                retry = min(retry * 2, Self.retryMax)
            case .catchingUp, .rebuilding: wait = 0
            case .ok:
                retry = Self.retryFirst
                pause(Self.rest)
                wait = projection.status.index < base.index ? 0 : verifyEvery > 0 ? 0.5 : 5
            }
        }
        projection.close()
    }

    /// Sleeps, but not through the end of the node.
    private func pause(_ seconds: Double) {
        let limit = DispatchTime.now() + seconds
        while DispatchTime.now() < limit, !mailbox.isClosed {
            _ = DispatchSemaphore(value: 0).wait(timeout: min(limit, .now() + 0.1))
        }
    }

    private func publish(_ status: ProjectionStatus) {
        let new = StoreStatus(status)
        let old = shared.withLock { shared in
            defer { shared = new }
            return shared
        }
        guard old.state != new.state || (new.error != nil && old.error != new.error) else { return }
        switch new.state {
        case .ok: logger.info("the database \(address.database) is up to date")
        case .down: logger.warning("the database \(address.database) is away: \(new.error ?? "")")
        case .catchingUp: logger.info("the database \(address.database) catches up")
        case .rebuilding: logger.warning("\(new.error ?? "the database is rebuilt from the base")")
        }
    }
}

extension StoreStatus {
    init(_ status: ProjectionStatus) {
        let state: State =
            switch status.state {
            case .ok: .ok
            case .down: .down
            case .catchingUp: .catchingUp
            case .rebuilding: .rebuilding
            }
        self.init(kind: .mysql, state: state, index: status.index, error: status.error)
    }
}
