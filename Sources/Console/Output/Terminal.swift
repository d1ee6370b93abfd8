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
    package var width: Int? {
        guard isTerminal else { return nil }
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    package func write(_ text: String) {
        var rest = ArraySlice(Array(text.utf8))
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { systemWrite(descriptor, $0) }
            if written < 0 && errno == EINTR { continue }
            // A reader that went away, as `head` does, is no error of ours.
            guard written > 0 else { return }
            rest = rest.dropFirst(written)
        }
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
