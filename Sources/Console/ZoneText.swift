/// How far a clock is ahead of UTC, as the parameter `zone` of the API takes it.
package enum ZoneText {
    /// `+02:00` for 7,200 seconds. Seconds that make no minute are dropped: only zones of long ago
    /// have them.
    package static func offset(seconds: Int) -> String {
        let minutes = abs(seconds) / 60
        let digits = [minutes / 60, minutes % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return (seconds < 0 ? "-" : "+") + digits.joined(separator: ":")
    }
}
