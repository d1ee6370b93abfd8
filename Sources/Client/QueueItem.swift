/// A queue as the API answers it. Times are in milliseconds.
package struct QueueItem: Codable, Hashable, Sendable {
    package struct Totals: Codable, Hashable, Sendable {
        package var puts: UInt64
        package var reserves: UInt64
        package var deletes: UInt64
        package var timeouts: UInt64
        package var releases: UInt64
        package var buries: UInt64
        package var kicks: UInt64
        package var failures: UInt64
        package var pauses: UInt64
    }

    package var name: String
    package var jobs: Int
    package var ready: Int
    package var urgent: Int
    package var delayed: Int
    package var reserved: Int
    package var buried: Int
    /// When the oldest of its jobs was put.
    package var oldest: String?
    package var oldestAge: UInt64?
    package var paused: Bool
    /// nil if it is not paused, or until it is resumed.
    package var pauseLeft: UInt64?
    package var purging: Bool
    package var settings: QueueLimits?
    package var totals: Totals

    enum CodingKeys: String, CodingKey {
        case name, jobs, ready, urgent, delayed, reserved, buried, oldest
        case oldestAge = "oldest_age_ms"
        case paused
        case pauseLeft = "pause_left_ms"
        case purging, settings, totals
    }
}

/// What an operator allows a queue; nil is no limit.
package struct QueueLimits: Codable, Hashable, Sendable {
    /// Jobs in the queue.
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

/// How many jobs something was done to so far; the cluster goes on by itself if there are more.
package struct RemovedJobs: Codable, Hashable, Sendable {
    package var removed: Int
    package var more: Bool
}

package struct KickedJobs: Codable, Hashable, Sendable {
    package var kicked: Int
    package var more: Bool
    /// Where to go on with a search for what matches.
    package var nextCursor: String?

    enum CodingKeys: String, CodingKey {
        case kicked, more
        case nextCursor = "next_cursor"
    }
}
