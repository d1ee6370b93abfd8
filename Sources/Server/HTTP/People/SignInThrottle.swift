import Synchronization

/// Slows down who guesses passwords: after some failures for a name, or from an address, each
/// further attempt has to wait, twice as long as the one before, up to a minute.
final class SignInThrottle: Sendable {
    private struct Entry {
        var failures = 0
        var until: ContinuousClock.Instant
    }

    private static let freeFailures = 5
    private static let waitMax = 60
    /// More than this many are not remembered; whoever fills it up slows nobody else down.
    private static let entriesMax = 10_000

    private let entries = Mutex<[String: Entry]>([:])

    /// Seconds to wait; nil if it may be tried now.
    func wait(_ keys: [String], at now: ContinuousClock.Instant = .now) -> Int? {
        entries.withLock { entries in
            let longest = keys.compactMap { entries[$0]?.until }.max() ?? now
            guard longest > now else { return nil }
            return Int((longest - now).components.seconds) + 1
        }
    }

    func failed(_ keys: [String], at now: ContinuousClock.Instant = .now) {
        entries.withLock { entries in
            if entries.count >= Self.entriesMax {
                entries = entries.filter { $0.value.until + .seconds(600) > now }
            }
            for key in keys where entries[key] != nil || entries.count < Self.entriesMax {
                var entry = entries[key] ?? Entry(until: now)
                entry.failures += 1
                let beyond = entry.failures - Self.freeFailures
                let seconds = beyond < 0 ? 0 : min(Self.waitMax, 1 << min(beyond, 6))
                entry.until = now + .seconds(seconds)
                entries[key] = entry
            }
        }
    }

    func succeeded(_ keys: [String]) {
        entries.withLock { entries in
            for key in keys { entries[key] = nil }
        }
    }
}
