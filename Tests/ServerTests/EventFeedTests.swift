import Node
import Testing
import Work

@Suite struct EventFeedTests {
    private func event(_ index: UInt64, _ ordinal: UInt32 = 0, size: Int = 0) -> FeedEvent {
        var fields = TaskFields(title: "task at \(index)")
        fields.description = String(repeating: "a", count: size)
        let task = TaskRecord(
            id: TaskID(index), fields: fields, rank: 0, createdBy: 1, author: nil, version: 1,
            created: .zero, updated: .zero, deletedAt: nil, changedIndex: index)
        let step = HistoryRecord(
            index: index, ordinal: ordinal, term: 1, task: task.id, step: .create, actor: nil,
            node: 1, time: .zero, changes: "{}")
        return .task(TaskEvent(step, task))
    }

    private func indexes(_ batch: EventBatch) -> [UInt64] { batch.events.map(\.position.index) }

    @Test func aSubscriptionSeesWhatComesAfterIt() {
        let feed = EventFeed()
        feed.publish([event(1), event(2)])
        let subscription = feed.subscribe(after: nil)
        #expect(indexes(subscription.take(limit: 10)) == [])
        feed.publish([event(4), event(5), event(7)])
        let first = subscription.take(limit: 2)
        #expect(indexes(first) == [4, 5])
        #expect(first.hasMore)
        #expect(first.position == EventPosition(index: 5, ordinal: 0))
        let second = subscription.take(limit: 2)
        #expect(indexes(second) == [7])
        #expect(!second.hasMore)
        #expect(!second.isReset)
    }

    @Test func aSubscriptionGoesOnWhereAnotherStopped() {
        let feed = EventFeed()
        feed.begin(after: 2)
        feed.publish([event(3), event(4, 0), event(4, 1), event(6)])
        func resumed(_ index: UInt64, _ ordinal: UInt32) -> EventBatch {
            feed.subscribe(after: EventPosition(index: index, ordinal: ordinal)).take(limit: 10)
        }
        #expect(indexes(resumed(4, 0)) == [4, 6])
        #expect(indexes(resumed(5, 9)) == [6])
        #expect(indexes(resumed(6, 0)) == [])
        #expect(indexes(resumed(3, 0)) == [4, 4, 6])
        #expect(!resumed(3, 0).isReset)
        #expect(resumed(2, 0).isReset, "What else the entry at 2 changed is not known here.")
        #expect(indexes(resumed(2, .max)) == [3, 4, 4, 6])
    }

    @Test func aPlaceBeforeTheFirstKeptEventIsTooOld() {
        let feed = EventFeed(countMax: 3)
        feed.publish((1...5).map { event($0) })
        let old = feed.subscribe(after: EventPosition(index: 1, ordinal: 0)).take(limit: 10)
        #expect(old.isReset)
        #expect(old.events.isEmpty)
        #expect(old.position == EventPosition(index: 5, ordinal: 0))
        let kept = feed.subscribe(after: EventPosition(index: 2, ordinal: 0)).take(limit: 10)
        #expect(!kept.isReset)
        #expect(indexes(kept) == [3, 4, 5])
    }

    @Test func nothingIsKnownBeforeTheFirstEvent() {
        let feed = EventFeed()
        let subscription = feed.subscribe(after: EventPosition(index: 9, ordinal: 0))
        #expect(subscription.take(limit: 10).isReset)
        feed.publish([event(10)])
        #expect(indexes(subscription.take(limit: 10)) == [10])
    }

    @Test func aReaderThatFallsBehindIsToldToStartOver() {
        let feed = EventFeed(countMax: 4)
        let subscription = feed.subscribe(after: nil)
        feed.publish((1...9).map { event($0) })
        let batch = subscription.take(limit: 10)
        #expect(batch.isReset)
        #expect(batch.events.isEmpty)
        feed.publish([event(10)])
        #expect(indexes(subscription.take(limit: 10)) == [10])
    }

    @Test func theRingIsBoundedInBytes() {
        let feed = EventFeed(bytesMax: 10_000)
        let subscription = feed.subscribe(after: nil)
        feed.publish((1...5).map { event($0, size: 4_000) })
        #expect(subscription.take(limit: 10).isReset)
        let kept = feed.subscribe(after: EventPosition(index: 3, ordinal: 0)).take(limit: 10)
        #expect(indexes(kept) == [4, 5])
    }

    @Test func theRingGoesOnForLong() {
        let feed = EventFeed(countMax: 1500)
        let subscription = feed.subscribe(after: nil)
        var next: UInt64 = 1
        for _ in 0..<50 {
            feed.publish((next..<next + 500).map { event($0) })
            #expect(indexes(subscription.take(limit: 500)) == Array(next..<next + 500))
            next += 500
        }
        let late = feed.subscribe(after: EventPosition(index: next - 1500, ordinal: 0))
        #expect(late.take(limit: 9999).events.count == 1499)
    }

    @Test func whatAnotherNodeHasShownAlreadyIsNotShownAgain() {
        let feed = EventFeed()
        feed.publish([event(1)])
        let subscription = feed.subscribe(after: EventPosition(index: 3, ordinal: 0))
        feed.publish([event(2), event(3), event(4)])
        let batch = subscription.take(limit: 10)
        #expect(indexes(batch) == [4])
        #expect(!batch.isReset)
    }

    @Test func aReplacedStateResetsEverybody() {
        let feed = EventFeed()
        feed.publish([event(1)])
        let subscription = feed.subscribe(after: nil)
        feed.begin(after: 40)
        #expect(subscription.take(limit: 10).isReset)
        feed.publish([event(41)])
        #expect(indexes(subscription.take(limit: 10)) == [41])
    }

    @Test func aSleepingReaderIsWokenOnceForManyEvents() async {
        let feed = EventFeed()
        let subscription = feed.subscribe(after: nil)
        var wakeups = subscription.wakeups.makeAsyncIterator()
        await wakeups.next()
        for index in 1...100 { feed.publish([event(UInt64(index))]) }
        await wakeups.next()
        #expect(subscription.take(limit: 1000).events.count == 100)
        #expect(subscription.wake())
        await wakeups.next()
        subscription.finish()
        #expect(await wakeups.next() == nil)
        #expect(!subscription.wake())
    }

    // MARK: What the ring does not have any more

    /// A history that knows every event up to `last`, and notes what it was asked for.
    private func remembered(_ feed: EventFeed, through last: UInt64, isThere: Bool = true) {
        feed.remember { [events = (1...last).map { event($0) }] after, through, limit in
            guard isThere else { return nil }
            let found = events.filter { after < $0.position && $0.position <= through }
            return Array(found.prefix(limit))
        }
    }

    private func all(_ subscription: EventSubscription, limit: Int) async -> [UInt64] {
        var found: [UInt64] = []
        var hasMore = true
        while hasMore {
            let batch = await subscription.next(limit: limit)
            #expect(!batch.isReset)
            found += indexes(batch)
            hasMore = batch.hasMore
        }
        return found
    }

    @Test func `A stream goes on from the history into the ring, each event once`() async {
        let feed = EventFeed(countMax: 10, bytesMax: 1 << 20)
        feed.begin(after: 60)
        for index in 61...100 as ClosedRange<UInt64> { feed.publish([event(index)]) }
        remembered(feed, through: 95)
        let subscription = feed.subscribe(after: EventPosition(index: 3, ordinal: 0))
        #expect(subscription.standing().position == EventPosition(index: 3, ordinal: 0))
        #expect(!subscription.standing().isReset)
        #expect(await all(subscription, limit: 7) == Array(4...100))
        feed.publish([event(101)])
        #expect(await all(subscription, limit: 7) == [101])
    }

    @Test func `A reader that the ring has left behind misses nothing`() async {
        let feed = EventFeed(countMax: 5, bytesMax: 1 << 20)
        feed.begin(after: 0)
        remembered(feed, through: 90)
        let subscription = feed.subscribe(after: nil)
        feed.publish([event(1), event(2)])
        #expect(await all(subscription, limit: 9) == [1, 2])
        for index in 3...90 as ClosedRange<UInt64> { feed.publish([event(index)]) }
        #expect(await all(subscription, limit: 9) == Array(3...90))
    }

    @Test func `What the history cannot say is a reset, and so is what is too far back`() async {
        let feed = EventFeed(countMax: 5, bytesMax: 1 << 20)
        feed.begin(after: EventFeed.reach + 50)
        remembered(feed, through: 100, isThere: false)
        let near = feed.subscribe(after: EventPosition(index: 100, ordinal: 0))
        #expect(await near.next(limit: 9).isReset)
        remembered(feed, through: 100)
        let far = feed.subscribe(after: EventPosition(index: 49, ordinal: 0))
        #expect(far.standing().isReset)
        let back = feed.subscribe(after: EventPosition(index: 50, ordinal: .max))
        #expect(indexes(await back.next(limit: 3)) == [51, 52, 53])
    }
}
