package import Work

/// Which leases were given under which idempotency keys, within a bound.
///
/// There are two generations. When the recent one is old or large it becomes the older one, and
/// what was the older one is forgotten. So a key is known for an hour, unless some fifty thousand
/// further keys and leases come meanwhile: then it may be forgotten with them.
package struct GivenLeases: Sendable {
    package struct Name: Hashable, Sendable {
        var principal: String
        var key: String

        package init(principal: String, key: String) {
            self.principal = principal
            self.key = key
        }
    }

    package struct Given: Hashable, Sendable {
        /// Of the queues and the number that were asked for.
        package var fingerprint: UInt64
        package var leases: [Lease]

        package init(fingerprint: UInt64, leases: [Lease]) {
            self.fingerprint = fingerprint
            self.leases = leases
        }
    }

    private typealias Kept = (given: Given, at: ContinuousClock.Instant)

    private var recent: [Name: Kept] = [:]
    private var older: [Name: Kept] = [:]
    /// Of the recent ones: when they begin, and how many keys and leases they are.
    private var start: ContinuousClock.Instant
    private var count = 0

    package static let age = Duration.milliseconds(Limits.keyWindow)
    package static let countMax = 50_000

    package init(at now: ContinuousClock.Instant) { start = now }

    package mutating func find(_ name: Name, at now: ContinuousClock.Instant) -> Given? {
        if count > Self.countMax || now - start > Self.age {
            (older, recent, count, start) = (recent, [:], 0, now)
        }
        guard let kept = recent[name] ?? older[name], now - kept.at <= Self.age else { return nil }
        return kept.given
    }

    package mutating func keep(_ given: Given, for name: Name, at now: ContinuousClock.Instant) {
        recent[name] = (given, now)
        count += 1 + given.leases.count
    }
}
