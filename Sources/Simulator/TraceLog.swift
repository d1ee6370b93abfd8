import Wire

/// What happened, as one number that two runs of a seed must share, and as lines when asked for.
struct TraceLog {
    private(set) var hash: UInt64 = 0
    private(set) var count = 0
    private var lines: [String] = []
    private var next = 0
    private let limit: Int

    /// `limit`: how many of the last lines to keep.
    init(limit: Int) { self.limit = limit }

    mutating func note(_ code: UInt64, _ first: UInt64 = 0, _ second: UInt64 = 0, at now: Time) {
        count += 1
        hash = Hash64.mix(hash ^ code &+ Hash64.mix(first &+ Hash64.mix(second &+ now)))
    }

    mutating func say(at now: Time, _ text: @autoclosure () -> String) {
        guard limit > 0 else { return }
        let digits = String(now / 1000 % 1_000_000 + 1_000_000).dropFirst()
        let line = "\(now / 1_000_000_000).\(digits) \(text())"
        if lines.count < limit {
            lines.append(line)
        } else {
            lines[next % limit] = line
        }
        next += 1
    }

    /// The last lines, oldest first.
    var tail: [String] {
        guard lines.count == limit, limit > 0 else { return lines }
        return Array(lines[(next % limit)...] + lines[..<(next % limit)])
    }
}
