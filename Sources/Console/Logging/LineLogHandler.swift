import Foundation
package import Logging

/// Writes each event as one line to standard error, in one system call.
package struct LineLogHandler: LogHandler {
    private let label: String
    private let format: ServeConfiguration.LogFormat
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?

    package init(
        label: String, format: ServeConfiguration.LogFormat, level: Logger.Level
    ) {
        self.label = label
        self.format = format
        logLevel = level
    }

    /// Makes it the handler of all loggers of this process; once.
    package static func bootstrap(format: ServeConfiguration.LogFormat, level: Logger.Level) {
        LoggingSystem.bootstrap { LineLogHandler(label: $0, format: format, level: level) }
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var all = metadata
        all.merge(metadataProvider?.get() ?? [:]) { $1 }
        all.merge(event.metadata ?? [:]) { $1 }
        if let error = event.error { all["error"] = "\(error)" }
        let sorted = all.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
        let time = Self.now()
        let message = "\(event.message)"
        switch format {
        case .text:
            Terminal.error.write(
                LogLine.text(
                    time: time, level: event.level, message: message, metadata: sorted,
                    colours: Terminal.error.hasColours))
        case .json:
            Terminal.error.write(
                LogLine.json(
                    time: time, level: event.level, label: label, message: message,
                    metadata: sorted))
        }
    }

    private static func now() -> String {
        Date.now.formatted(.iso8601.year().month().day().time(includingFractionalSeconds: true))
            + "Z"
    }
}
