import Foundation
#if canImport(Glibc)
import Glibc
#endif

/// Standard output or standard error: whether a person watches, how wide it is, and writing to
/// it in one piece.
package struct Terminal: Sendable {
    package let descriptor: Int32
    package let isTerminal: Bool
    package let hasColours: Bool

    package static let output = Terminal(STDOUT_FILENO)
    package static let error = Terminal(STDERR_FILENO)

    /// Who is on the other side of standard input.
    package static let input = Terminal(STDIN_FILENO)

    init(_ descriptor: Int32) {
        let environment = ProcessInfo.processInfo.environment
        self.descriptor = descriptor
        isTerminal = isatty(descriptor) == 1
        // https://no-color.org
        let refuses = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
        hasColours = isTerminal && !refuses && environment["TERM"] != "dumb"
    }

    /// nil if nobody watches, or the terminal does not say.
    package var width: Int? { size.flatMap { $0.ws_col > 0 ? Int($0.ws_col) : nil } }
    package var height: Int? { size.flatMap { $0.ws_row > 0 ? Int($0.ws_row) : nil } }

    private var size: winsize? {
        guard isTerminal else { return nil }
        var size = winsize()
        return ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 ? size : nil
    }

    /// False if whoever read it went away, as `head` does: no error of ours.
    @discardableResult
    package func write(_ text: String) -> Bool {
        var rest = ArraySlice(Array(text.utf8))
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { systemWrite(descriptor, $0) }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { return false }
            rest = rest.dropFirst(written)
        }
        return true
    }

    package func line(_ text: String = "") { write(text + "\n") }

    package func paint(_ text: String, _ colour: Colour) -> String {
        hasColours ? "\u{1b}[\(colour.rawValue)m\(text)\u{1b}[0m" : text
    }
}

package enum Colour: String, Sendable {
    case bold = "1"
    case faint = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case blue = "34"
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    write(descriptor, bytes.baseAddress, bytes.count)
}
