/// What an operator asked of a queue. nil is no limit.
package struct QueueSettings: Hashable, Sendable {
    /// Jobs in the queue, in whatever state.
    package var length: UInt64?
    /// Bytes of a body.
    package var body: UInt64?
    /// Jobs that may be reserved at once.
    package var concurrency: UInt64?

    package init(length: UInt64? = nil, body: UInt64? = nil, concurrency: UInt64? = nil) {
        self.length = length
        self.body = body
        self.concurrency = concurrency
    }
}

/// What happened in a queue since it came to be.
package struct QueueCounts: Hashable, Sendable {
    package var puts: UInt64 = 0
    package var reserves: UInt64 = 0
    package var deletes: UInt64 = 0
    package var timeouts: UInt64 = 0
    package var releases: UInt64 = 0
    package var buries: UInt64 = 0
    package var kicks: UInt64 = 0
    package var failures: UInt64 = 0
    package var pauses: UInt64 = 0

    package init() {}

    /// In the order of their declaration.
    package var all: [UInt64] {
        [puts, reserves, deletes, timeouts, releases, buries, kicks, failures, pauses]
    }
}

/// A purge that is under way.
package struct Purge: Hashable, Sendable {
    /// The next job to look at, and the first that came after the request.
    package var next: JobID
    package var below: JobID
    /// Reserved jobs too.
    package var takesReserved: Bool

    package init(next: JobID, below: JobID, takesReserved: Bool) {
        self.next = next
        self.below = below
        self.takesReserved = takesReserved
    }
}

/// A queue as it is stored. How many jobs it has follows from the jobs.
package struct QueueRecord: Hashable, Sendable {
    package static let untilResumed = UInt64.max

    package var name: QueueName
    /// Queues are listed in this order.
    package var place: UInt64
    /// nil if it came to be by use.
    package var settings: QueueSettings?
    /// 0: not paused.
    package var pausedUntil: UInt64 = 0
    /// Milliseconds, as it was last asked for.
    package var pause: UInt64 = 0
    /// Since when there is no reason for it to exist; 0 while there is one.
    package var idleSince: UInt64 = 0
    package var counts = QueueCounts()
    package var purge: Purge?
    /// Jobs that were buried before this place are being kicked; 0: none are.
    package var kickBelow: UInt64 = 0

    package init(name: QueueName, place: UInt64) {
        self.name = name
        self.place = place
    }

    var isUnfinished: Bool { purge != nil || kickBelow > 0 }

    package var hash: UInt64 {
        var hash = WordHash(seed: 9)
        hash.add(name.text)
        hash.add(place)
        hash.add(settings == nil ? 0 : 1)
        for limit in [settings?.length, settings?.body, settings?.concurrency] {
            hash.add(limit == nil ? 0 : 1)
            hash.add(limit ?? 0)
        }
        for number in [pausedUntil, pause, idleSince, kickBelow] { hash.add(number) }
        for count in counts.all { hash.add(count) }
        hash.add(purge == nil ? 0 : purge?.takesReserved == true ? 2 : 1)
        hash.add(purge?.next.rawValue ?? 0)
        hash.add(purge?.below.rawValue ?? 0)
        return hash.value
    }
}
