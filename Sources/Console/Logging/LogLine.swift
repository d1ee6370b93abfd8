import Foundation
package import Logging

/// How one event of the log is written.
package enum LogLine {
    /// `2026-11-21T04:33:23.123Z INFO  became leader term=5`
    package static func text(
        time: String, level: Logger.Level, message: String,
        metadata: [(String, String)], colours: Bool
    ) -> String {
        let name = level.rawValue.uppercased().padding(toLength: 8, withPad: " ", startingAt: 0)
        let shown = colours ? paint(name, level) : name
        var line = "\(time) \(shown) \(Printable.line(message))"
        for (key, value) in metadata { line += " \(key)=\(quoted(value))" }
        return line + "\n"
    }

    /// One JSON object on one line.
    package static func json(
        time: String, level: Logger.Level, label: String, message: String,
        metadata: [(String, String)]
    ) -> String {
        var members = [("time", time), ("level", level.rawValue), ("logger", label)]
        members.append(("message", message))
        // The four come first and stay unique, whatever the metadata is called.
        members += metadata.map { (key, value) in
            (["time", "level", "logger", "message"].contains(key) ? "\(key)_" : key, value)
        }
        return "{" + members.map { "\(escaped($0.0)):\(escaped($0.1))" }.joined(separator: ",")
            + "}\n"
    }

    private static func paint(_ name: String, _ level: Logger.Level) -> String {
        let colour: Colour
        switch level {
        case .trace, .debug: colour = .faint
        case .info: colour = .green
        case .notice: colour = .blue
        case .warning: colour = .yellow
        case .error, .critical: colour = .red
        }
        return "\u{1b}[\(colour.rawValue)m\(name)\u{1b}[0m"
    }

    private static func quoted(_ value: String) -> String {
        let plain = value.unicodeScalars.allSatisfy { $0.value > 0x20 && $0 != "\"" && $0 != "=" }
        return plain && !value.isEmpty ? Printable.line(value) : escaped(value)
    }

    private static func escaped(_ text: String) -> String {
        var written = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": written += "\\\""
            case "\\": written += "\\\\"
            case "\n": written += "\\n"
            case "\r": written += "\\r"
            case "\t": written += "\\t"
            case _ where scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value):
                written += "\\u" + String(0x10000 + scalar.value, radix: 16).dropFirst()
            default: written.unicodeScalars.append(scalar)
            }
        }
        return written + "\""
    }
}
