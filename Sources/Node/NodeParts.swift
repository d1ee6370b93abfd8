import NIOCore
import Raft
package import Replica
import StateStore
import Synchronization
import Work

#if canImport(Glibc)
    import Glibc
#endif

/// What the loop hands its effects to; each part has a thread of its own.
struct NodeParts: Sendable {
    let log: LogThread
    let logReads: LogReadThread
    let base: BaseThread
    let feed: EventFeed
    let position: PositionBoard
    let contacts: ContactBoard
    let freshness = FreshnessBoard()
    let views: ViewBoard
    let rolesChanged: @Sendable () -> Void
    let failed: @Sendable (any Error) -> Void
}

/// Where the state stands, for whoever wants to know without asking the loop.
final class PositionBoard: Sendable {
    private struct Board {
        var point = ReadPoint(index: 0, term: 0, leader: nil)
        var people = PeopleMark(index: 0, hasUsers: false)
    }

    private let board: Mutex<Board>

    /// As the state was loaded: a node that knows users asks for tokens from the first request on.
    init(_ people: PeopleMark) { board = Mutex(Board(people: people)) }

    var current: ReadPoint { board.withLock { $0.point } }
    var people: PeopleMark { board.withLock { $0.people } }

    func update(_ point: ReadPoint, _ people: PeopleMark) {
        board.withLock { $0 = Board(point: point, people: people) }
    }
}

/// What peers said of themselves, and when they were last heard of.
final class ContactBoard: Sendable {
    struct Contact {
        var heard: Instant
        var report: NodeReport?
        /// The connection broke, and nothing was heard since.
        var isCut = false
    }

    private let contacts = Mutex<[UInt64: Contact]>([:])

    func heard(from peer: UInt64) {
        let now = Clocks.monotonic()
        contacts.withLock { contacts in
            contacts[peer, default: Contact(heard: now)].heard = now
            contacts[peer]?.isCut = false
        }
    }

    func cut(_ peer: UInt64) { contacts.withLock { $0[peer]?.isCut = true } }

    func reported(_ peer: UInt64, _ report: NodeReport) {
        let now = Clocks.monotonic()
        contacts.withLock { contacts in
            contacts[peer, default: Contact(heard: now)].report = report
        }
    }

    subscript(_ peer: UInt64) -> Contact? { contacts.withLock { $0[peer] } }
}

/// Orders on their way to the loop.
final class Inbox: Sendable {
    enum Outcome {
        /// The loop must be woken.
        case first
        case queued
        /// The loop has ended: nobody will look at it.
        case closed
    }

    private struct State {
        var orders: [NodeLoop.Order] = []
        var isClosed = false
    }

    private let state = Mutex(State())

    func put(_ order: sending NodeLoop.Order) -> Outcome {
        state.withLock { state in
            if state.isClosed { return .closed }
            state.orders.append(order)
            return state.orders.count == 1 ? .first : .queued
        }
    }

    func take() -> [NodeLoop.Order] {
        state.withLock { state in
            defer { state.orders = [] }
            return state.orders
        }
    }

    /// What is left; nothing comes in any more.
    func close() -> [NodeLoop.Order] {
        state.withLock { state in
            defer { state = State(orders: [], isClosed: true) }
            return state.orders
        }
    }
}

/// The clocks of this machine: the only place that reads them for the replica.
enum Clocks {
    static func monotonic() -> Instant {
        Instant(nanoseconds: NIODeadline.now().uptimeNanoseconds)
    }

    static func deadline(_ instant: Instant) -> NIODeadline {
        .uptimeNanoseconds(instant.nanoseconds)
    }

    static func wall() -> Timestamp {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Timestamp(milliseconds: Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000)
    }
}

extension FeedEvent {
    package init(_ change: StreamedChange) {
        switch change {
        case .task(let history, let task): self = .task(TaskEvent(history, task))
        case .item(let item, let place):
            self = .item(
                ItemEvent(index: place.index, ordinal: place.ordinal, item: item))
        }
    }

    init(_ event: PastEvent) {
        switch event {
        case .task(let step, let task): self = .task(TaskEvent(step, task))
        case .item(let item, let place):
            self = .item(ItemEvent(index: place.index, ordinal: place.ordinal, item: item))
        }
    }
}
