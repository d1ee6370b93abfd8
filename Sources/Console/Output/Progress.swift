/// Tells how far long work has come: a bar that moves on a terminal, now and then a line
/// elsewhere. Pure: the time comes in, the text goes out.
package struct Progress: Sendable {
    private let total: Int
    private let isTerminal: Bool
    private var lastShown: Duration?

    package init(total: Int, isTerminal: Bool) {
        self.total = total
        self.isTerminal = isTerminal
    }

    /// What to write after `done` of them, if it is time to write something.
    package mutating func update(done: Int, elapsed: Duration) -> String? {
        let pause: Duration = isTerminal ? .milliseconds(50) : .seconds(2)
        let isLast = done == total
        if let lastShown, elapsed - lastShown < pause, !isLast { return nil }
        if lastShown == nil && !isTerminal && !isLast {
            // The first line comes after a pause, too: short work needs none.
            lastShown = .zero
            return nil
        }
        lastShown = elapsed
        let rate = Self.rate(done, elapsed)
        if !isTerminal { return "\(done) of \(total)\(rate)\n" }
        return "\r\u{1b}[K\(bar(done)) \(done)/\(total)\(rate)" + (isLast ? "\n" : "")
    }

    private func bar(_ done: Int) -> String {
        let width = 30
        let filled = total == 0 ? width : width * done / total
        return "[" + String(repeating: "#", count: filled)
            + String(repeating: ".", count: width - filled) + "]"
    }

    private static func rate(_ done: Int, _ elapsed: Duration) -> String {
        let seconds = elapsed / .seconds(1)
        guard seconds > 0.2 else { return "" }
        return ", \(Int(Double(done) / seconds))/s"
    }
}
