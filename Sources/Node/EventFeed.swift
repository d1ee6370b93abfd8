import Synchronization
import Work

/// The recent events of this node, and whoever follows them.
///
/// Events are kept once, in a ring; a subscription is a place in it. So publishing costs the same
/// however slow the readers are. What the ring does not reach is read from the history in the
/// databases, so that a stream goes on where it stopped, also on another node and after a restart;
/// only who is farther behind than `reach` is told to start over.
package final class EventFeed: Sendable {
    /// Reads the events after one place and up to another, at most so many; nil if it cannot.
    package typealias Past = @Sendable (
        _ after: EventPosition, _ through: EventPosition, _ limit: Int
    ) async -> [FeedEvent]?

    /// So many log indexes back a stream can go on.
    package static let reach: UInt64 = 1_000_000

    private let ring: Mutex<EventRing>
    private let past = Mutex<Past?>(nil)

    /// Keeps at most so many events, of about so many bytes.
    package init(countMax: Int = 65_536, bytesMax: Int = 64 << 20) {
        ring = Mutex(EventRing(countMax: countMax, bytesMax: bytesMax))
    }

    /// Where to read what is no longer kept; without it, it is lost.
    package func remember(by past: @escaping Past) { self.past.withLock { $0 = past } }

    /// Every event after the entry at `index` will be published from here on: called when the
    /// state was loaded, or replaced by a snapshot. What was kept before is forgotten.
    package func begin(after index: UInt64) {
        let waiting = ring.withLock { ring in
            ring.restart(after: EventPosition(index: index, ordinal: .max))
            return ring.followers
        }
        for follower in waiting.values { follower.yield() }
    }

    /// Adds the events of one batch of applied entries, in log order. Never waits.
    package func publish(_ events: [FeedEvent]) {
        guard !events.isEmpty else { return }
        let waiting = ring.withLock { ring in
            for event in events { ring.append(event) }
            return ring.followers
        }
        for follower in waiting.values { follower.yield() }
    }

    /// Follows the events after `position`, or those still to come if there is none.
    package func subscribe(after position: EventPosition?) -> EventSubscription {
        let (wakeups, follower) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let (number, cursor) = ring.withLock { ring in
            (ring.add(follower), ring.cursor(after: position))
        }
        follower.yield()
        return EventSubscription(
            feed: self, number: number, cursor: cursor, wakeups: wakeups, follower: follower)
    }

    /// How many follow it.
    package var followers: Int { ring.withLock { $0.followers.count } }

    fileprivate func take(_ cursor: inout EventRing.Cursor, limit: Int) -> EventBatch {
        ring.withLock { $0.take(&cursor, limit: limit) }
    }

    /// What a reader has to read from the history; nil if the ring has it, or nothing does.
    fileprivate func missing(
        _ cursor: inout EventRing.Cursor
    ) -> (after: EventPosition, through: EventPosition, past: Past)? {
        guard let past = past.withLock({ $0 }),
            let (after, through) = ring.withLock({ $0.missing(&cursor) }),
            through.index - after.index <= Self.reach
        else { return nil }
        return (after, through, past)
    }

    fileprivate func remove(_ number: UInt64) {
        ring.withLock { $0.followers[number] = nil }
    }
}

/// What a subscription has to tell.
package struct EventBatch: Sendable {
    /// Events were missed: whoever follows must read the state anew. Comes before `events`.
    package var isReset = false
    package var events: [FeedEvent] = []
    /// Where the stream stands after the batch: what to resume from. nil before the first event.
    package var position: EventPosition?
    /// There is more to take at once.
    package var hasMore = false
}

/// One reader of the feed: waits on `wakeups`, then takes what there is. One task at a time.
///
///     for await _ in subscription.wakeups { send(await subscription.next(limit: 256)) }
package final class EventSubscription: Sendable {
    /// One element when there may be something to take, however much it is.
    package let wakeups: AsyncStream<Void>
    private let feed: EventFeed
    private let number: UInt64
    private let cursor: Mutex<EventRing.Cursor>
    private let follower: AsyncStream<Void>.Continuation

    fileprivate init(
        feed: EventFeed, number: UInt64, cursor: EventRing.Cursor, wakeups: AsyncStream<Void>,
        follower: AsyncStream<Void>.Continuation
    ) {
        self.feed = feed
        self.number = number
        self.cursor = Mutex(cursor)
        self.wakeups = wakeups
        self.follower = follower
    }

    deinit {
        feed.remove(number)
        follower.finish()
    }

    /// Where the stream stands, without any events.
    package func standing() -> EventBatch {
        if let (after, _, _) = cursor.withLock({ feed.missing(&$0) }) {
            return EventBatch(position: after)
        }
        return take(limit: 0)
    }

    /// What the ring has; what it has not any more is lost.
    package func take(limit: Int) -> EventBatch {
        cursor.withLock { feed.take(&$0, limit: limit) }
    }

    /// As `take`, but what the ring has not any more comes from the history first.
    package func next(limit: Int) async -> EventBatch {
        while let (after, through, past) = cursor.withLock({ feed.missing(&$0) }) {
            guard let events = await past(after, through, limit) else { break }
            let reached = events.last?.position ?? through
            cursor.withLock { $0.goOn(behind: reached) }
            if events.isEmpty { continue }
            return EventBatch(events: events, position: reached, hasMore: true)
        }
        return take(limit: limit)
    }

    /// Wakes the reader though nothing was published: for its timers. False once it was finished.
    package func wake() -> Bool {
        if case .terminated = follower.yield() { false } else { true }
    }

    /// Ends `wakeups`.
    package func finish() { follower.finish() }
}

/// The events by a rising sequence number: `first` is that of the oldest one kept.
private struct EventRing {
    struct Cursor {
        /// The number of the next event to take; 0 if the ring does not have it.
        var next: UInt64
        /// Events up to here were seen: here, on another node, or by an earlier connection.
        var seen: EventPosition?

        mutating func goOn(behind place: EventPosition) { self = Cursor(next: 0, seen: place) }
    }

    var followers: [UInt64: AsyncStream<Void>.Continuation] = [:]
    private let countMax: Int
    private let bytesMax: Int
    /// The kept ones start at `head`; the front is cut off now and then, not every time.
    private var events: [FeedEvent] = []
    private var head = 0
    private var first: UInt64 = 1
    private var bytes = 0
    /// Every event after it is here; nil until anything is known.
    private var floor: EventPosition?
    private var followerLast: UInt64 = 0

    init(countMax: Int, bytesMax: Int) {
        precondition(countMax > 0 && bytesMax > 0, "A ring holds something.")
        self.countMax = countMax
        self.bytesMax = bytesMax
    }

    private var count: Int { events.count - head }
    private var end: UInt64 { first + UInt64(count) }
    private var position: EventPosition? { count > 0 ? events.last?.position : floor }

    mutating func add(_ follower: AsyncStream<Void>.Continuation) -> UInt64 {
        followerLast += 1
        followers[followerLast] = follower
        return followerLast
    }

    mutating func restart(after position: EventPosition) {
        // A gap in the numbers: every cursor is behind it, and so learns that it missed something.
        first = end + 1
        (events, head, bytes) = ([], 0, 0)
        floor = position
    }

    mutating func append(_ event: FeedEvent) {
        if let position { precondition(position < event.position, "Events come in log order.") }
        if floor == nil { floor = EventPosition(index: event.position.index - 1, ordinal: .max) }
        events.append(event)
        bytes += event.size
        while count > countMax || (bytes > bytesMax && count > 1) { dropFirst() }
        if head > 1024, head > events.count / 2 {
            events.removeFirst(head)
            head = 0
        }
    }

    private mutating func dropFirst() {
        floor = events[head].position
        bytes -= events[head].size
        head += 1
        first += 1
    }

    func cursor(after seen: EventPosition?) -> Cursor {
        guard let seen else { return Cursor(next: end, seen: position) }
        guard let floor, seen >= floor else { return Cursor(next: 0, seen: seen) }
        return Cursor(next: first + UInt64(place(after: seen) - head), seen: seen)
    }

    /// The place in `events` of the first one after `seen`.
    private func place(after seen: EventPosition) -> Int {
        var (low, high) = (head, events.count)
        while low < high {
            let middle = (low + high) / 2
            if events[middle].position > seen { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// The stretch of the past that the cursor must cross before it is in the ring.
    func missing(_ cursor: inout Cursor) -> (after: EventPosition, through: EventPosition)? {
        guard cursor.next < first, let seen = cursor.seen, let floor else { return nil }
        if seen < floor { return (seen, floor) }
        cursor = self.cursor(after: seen)
        return nil
    }

    func take(_ cursor: inout Cursor, limit: Int) -> EventBatch {
        var batch = EventBatch()
        if cursor.next < first {
            batch.isReset = true
            cursor = Cursor(next: end, seen: position)
        }
        let start = head + Int(cursor.next - first)
        let stop = min(start + limit, events.count)
        batch.events = Array(events[start..<stop])
        if let seen = cursor.seen {
            // A node that is behind publishes again what the client knows from another one.
            batch.events.removeAll { $0.position <= seen }
        }
        cursor.next += UInt64(stop - start)
        let reached = stop > head ? events[stop - 1].position : floor
        batch.position = [reached, cursor.seen].compactMap(\.self).max()
        cursor.seen = batch.position
        batch.hasMore = stop < events.count
        return batch
    }
}

extension FeedEvent {
    /// About how much memory it holds.
    fileprivate var size: Int {
        switch self {
        case .task(let event):
            320 + event.task.fields.title.utf8.count + event.task.fields.description.utf8.count
                + event.task.fields.labels.reduce(0) { $0 + $1.utf8.count + 16 }
        case .item: 2_048
        }
    }
}
