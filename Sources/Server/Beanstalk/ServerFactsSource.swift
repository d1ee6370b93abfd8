import Beanstalk
import Work

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What `stats` says of the program and its machine: what never changes, and what is asked for.
package struct ServerFactsSource: Sendable {
    private let constant: ServerFacts
    private let start: timespec

    /// `id` is anything random; it stands for this run of the program.
    package init(version: String, id: UInt64) {
        var names = utsname()
        uname(&names)
        constant = ServerFacts(
            version: version, id: ServerFacts.id(from: id), hostname: text(names.nodename),
            system: text(names.version), platform: text(names.machine), process: Int(getpid()),
            wallTime: .zero)
        start = clock(CLOCK_MONOTONIC)
    }

    func now() -> ServerFacts {
        var facts = constant
        var usage = rusage()
        getrusage(.init(RUSAGE_SELF.rawValue), &usage)
        facts.userTime = microseconds(usage.ru_utime)
        facts.systemTime = microseconds(usage.ru_stime)
        let monotonic = clock(CLOCK_MONOTONIC)
        let isPartial = monotonic.tv_nsec < start.tv_nsec
        facts.uptime = UInt64(max(monotonic.tv_sec - start.tv_sec - (isPartial ? 1 : 0), 0))
        let wall = clock(CLOCK_REALTIME)
        facts.wallTime = Timestamp(
            milliseconds: Int64(wall.tv_sec) * 1000 + Int64(wall.tv_nsec) / 1_000_000)
        return facts
    }
}

private func clock(_ id: clockid_t) -> timespec {
    var time = timespec()
    clock_gettime(id, &time)
    return time
}

private func microseconds(_ time: timeval) -> UInt64 {
    UInt64(max(time.tv_sec, 0)) * 1_000_000 + UInt64(max(time.tv_usec, 0))
}

/// A C string in a tuple.
private func text<Characters>(_ characters: Characters) -> String {
    withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}
