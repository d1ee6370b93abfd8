import Foundation

/// Shows on standard error how far a long run has come: in place on a terminal, else a line a
/// minute.
struct Meter {
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let secondsBefore: Double
    private let seedsBefore: UInt64
    private var shownAt: Double

    init(_ progress: Progress) {
        secondsBefore = progress.totals.seconds
        seedsBefore = progress.totals.seeds
        shownAt = secondsBefore
    }

    private var pause: Double { isTerminal ? 0.5 : 60 }

    mutating func look(_ progress: Progress) {
        guard progress.totals.seconds >= shownAt + pause else { return }
        shownAt = progress.totals.seconds
        write((isTerminal ? "\r\u{1b}[K" : "") + line(progress) + (isTerminal ? "" : "\n"))
    }

    /// Makes room for what is printed next.
    func clear() {
        if isTerminal { write("\r\u{1b}[K") }
    }

    private func line(_ progress: Progress) -> String {
        let totals = progress.totals
        let rate = Double(totals.seeds - seedsBefore) / (totals.seconds - secondsBefore)
        let left = rate > 0 ? Double(progress.count - totals.seeds) / rate : 0
        return "\(totals.seeds) of \(progress.count) seeds, \(totals.violations.count) violations, "
            + "\((rate * 10).rounded() / 10) seeds/s, \(Self.time(left)) left"
    }

    private static func time(_ seconds: Double) -> String {
        seconds < 120 ? "\(Int(seconds)) s"
            : seconds < 7200 ? "\(Int(seconds / 60)) min" : "\(Int(seconds / 3600)) h"
    }

    private func write(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }
}
