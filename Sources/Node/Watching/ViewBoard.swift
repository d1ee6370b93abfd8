package import Replica
import Synchronization

/// The latest views of all nodes that this one sees, for the people who look at them through it.
///
/// Views are kept once, in a short ring; a subscription is a place in it. So a browser that reads
/// slowly costs nothing: it misses views, which are outdated by then.
package final class ViewBoard: Sendable {
    package struct Seen: Sendable {
        package let node: UInt64
        package let view: NodeView
    }

    /// More people than this look at another node.
    package static let watchersMax = 16
    /// Some seconds of a large cluster.
    private static let ringMax = 256

    private struct State {
        var ring: [Seen] = []
        /// The number of the oldest one in the ring; they count from 0.
        var first = 0
        var followers: [Int: AsyncStream<Void>.Continuation] = [:]
        var nextFollower = 0
    }

    private let state = Mutex(State())
    /// Read by the loop ten times a second; everything else happens only while it is set.
    private let watched = Atomic(false)

    package init() {}

    package var isWatched: Bool { watched.load(ordering: .relaxed) }

    /// How many watch.
    package var watchers: Int { state.withLock { $0.followers.count } }

    package func publish(_ node: UInt64, _ view: NodeView) {
        let followers = state.withLock { state in
            if state.ring.count == Self.ringMax {
                state.ring.removeFirst(Self.ringMax / 2)
                state.first += Self.ringMax / 2
            }
            state.ring.append(Seen(node: node, view: view))
            return state.followers
        }
        for follower in followers.values { follower.yield() }
    }

    /// nil if too many watch already.
    package func subscribe() -> ViewSubscription? {
        let (wakeups, follower) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let place: (number: Int, next: Int)? = state.withLock { state in
            guard state.followers.count < Self.watchersMax else { return nil }
            // What is left from somebody who watched earlier is of no interest.
            if state.followers.isEmpty {
                state.first += state.ring.count
                state.ring = []
            }
            state.nextFollower += 1
            state.followers[state.nextFollower] = follower
            watched.store(true, ordering: .relaxed)
            return (state.nextFollower, state.first + state.ring.count)
        }
        guard let place else { return nil }
        return ViewSubscription(
            board: self, number: place.number, next: place.next, wakeups: wakeups,
            follower: follower)
    }

    fileprivate func remove(_ number: Int) {
        state.withLock { state in
            state.followers[number] = nil
            if state.followers.isEmpty { watched.store(false, ordering: .relaxed) }
        }
    }

    fileprivate func take(from next: inout Int) -> [Seen] {
        state.withLock { state in
            let start = max(next - state.first, 0)
            next = state.first + state.ring.count
            return Array(state.ring[start...])
        }
    }
}

/// One person who watches: waits on `wakeups`, then takes what there is. One task at a time.
package final class ViewSubscription: Sendable {
    package let wakeups: AsyncStream<Void>
    private let board: ViewBoard
    private let number: Int
    private let next: Mutex<Int>
    private let follower: AsyncStream<Void>.Continuation

    fileprivate init(
        board: ViewBoard, number: Int, next: Int, wakeups: AsyncStream<Void>,
        follower: AsyncStream<Void>.Continuation
    ) {
        self.board = board
        self.number = number
        self.next = Mutex(next)
        self.wakeups = wakeups
        self.follower = follower
    }

    deinit {
        board.remove(number)
        follower.finish()
    }

    package func take() -> [ViewBoard.Seen] { next.withLock { board.take(from: &$0) } }

    /// Wakes the reader though nothing was published. False once it was finished.
    package func wake() -> Bool {
        if case .terminated = follower.yield() { false } else { true }
    }

    /// Ends `wakeups`.
    package func finish() { follower.finish() }
}
