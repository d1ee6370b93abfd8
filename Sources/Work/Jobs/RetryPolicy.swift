/// What becomes of a job that failed: after how long it is tried again, and how often at most.
package struct RetryPolicy: Hashable, Sendable {
    package enum Growth: UInt8, Sendable, CaseIterable {
        case constant = 0
        case linear = 1
        case exponential = 2
    }

    /// Failures and timeouts together after which the job is buried; 0 for no limit. Who kicks a
    /// job grants it as many again.
    package var attempts: UInt32
    /// The first delay in milliseconds, and the longest.
    package var base: UInt32
    package var longest: UInt32
    package var growth: Growth
    /// By how many percent at most a delay is shortened, so that jobs which failed together
    /// do not come back together.
    package var jitter: UInt8

    /// At once, for ever.
    package static let none = RetryPolicy(attempts: 0)

    package init(
        attempts: UInt32, base: UInt32 = 0, longest: UInt32 = .max, growth: Growth = .constant,
        jitter: UInt8 = 0
    ) {
        self.attempts = attempts
        self.base = base
        self.longest = longest
        self.growth = growth
        self.jitter = jitter
    }

    /// Milliseconds to wait after so many tries. Chance comes in with the entry, from 0 (the
    /// whole delay) to 65,535 (shortened by all of the jitter).
    package func delay(afterTries tries: UInt32, chance: UInt16) -> UInt64 {
        let (base, steps) = (UInt64(base), UInt64(max(tries, 1)))
        let grown =
            switch growth {
            case .constant: base
            case .linear: base * steps
            // 32 doublings of anything but nothing are past the longest delay.
            case .exponential: base << min(steps - 1, 32)
            }
        let delay = min(grown, UInt64(longest))
        return delay - delay * UInt64(min(jitter, 100)) * UInt64(chance) / (100 * 65_535)
    }

    func isSpent(_ counts: JobCounts) -> Bool {
        attempts > 0 && counts.tries >= attempts
    }
}
