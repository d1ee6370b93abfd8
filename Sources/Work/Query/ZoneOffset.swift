/// How far a reader's clock is ahead of UTC: whose day "today" is. It is an offset and not a zone:
/// the rules of zones change, and the program that shows dates to the reader knows them.
package struct ZoneOffset: Hashable, Sendable {
    package let minutes: Int

    package static let utc = ZoneOffset(minutes: 0)

    private init(minutes: Int) { self.minutes = minutes }

    /// As RFC 3339 writes it: `+02:00`, `-03:30` or `Z`; nil for anything else.
    package init?(text: some StringProtocol) {
        let bytes = Array(text.utf8)
        if bytes == [UInt8(ascii: "Z")] {
            self.init(minutes: 0)
            return
        }
        let isBehind = bytes.first == UInt8(ascii: "-")
        guard bytes.count == 6, isBehind || bytes[0] == UInt8(ascii: "+"),
            bytes[3] == UInt8(ascii: ":"), let hours = decimal(bytes[1..<3]),
            let rest = decimal(bytes[4..<6]), hours < 24, rest < 60
        else { return nil }
        let distance = 60 * hours + rest
        self.init(minutes: isBehind ? -distance : distance)
    }

    package var milliseconds: Int64 { Int64(minutes) * 60_000 }

    /// What the clock shows there, as if it were UTC.
    func clock(at now: Timestamp) -> Timestamp {
        let here = min(max(now, .zero), .latest)
        let there = Timestamp(milliseconds: here.milliseconds + milliseconds)
        return min(max(there, .zero), .latest)
    }
}
