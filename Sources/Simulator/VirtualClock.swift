import Raft
import Replica
import Work

/// A node's clocks: one that only runs forward, at a rate of its own, and one on the wall that may
/// be set to anything.
struct VirtualClock {
    private var since: Time
    private var start: UInt64
    /// Of a thousand: how far this clock gets while true time goes by.
    private(set) var rate: UInt64
    /// Milliseconds by which the clock on the wall is wrong.
    var wallError: Int64 = 0

    init(start: UInt64, rate: UInt64, at now: Time) {
        self.start = start
        self.rate = rate
        since = now
    }

    func instant(at now: Time) -> Instant {
        Instant(nanoseconds: start + (now - since) * rate / 1000)
    }

    func moment(at now: Time) -> Moment {
        let wall = Int64(1_795_000_000_000) + Int64(now.milliseconds) + wallError
        return Moment(monotonic: instant(at: now), wall: Timestamp(milliseconds: wall))
    }

    /// The true time at which this clock shows `instant`; a past one if it did already.
    func time(of instant: Instant) -> Time {
        guard instant.nanoseconds > start else { return since }
        return since + ((instant.nanoseconds - start) * 1000 + rate - 1) / rate
    }

    mutating func run(at rate: UInt64, from now: Time) {
        start = instant(at: now).nanoseconds
        since = now
        self.rate = rate
    }
}
