package import Node

/// Metrics in Prometheus's text format, version 0.0.4. The writer is ours: swift-metrics has no
/// backend for it among the packages that are available.
package struct Exposition: Sendable {
    package enum Kind: String, Sendable {
        case counter
        case gauge
        case histogram
    }

    package typealias Labels = KeyValuePairs<String, String>

    package static let mediaType = "text/plain; version=0.0.4; charset=utf-8"
    /// What every name begins with.
    private static let prefix = "taskraft_"

    package private(set) var text = ""
    private var name = ""

    package init() {}

    /// Begins a metric; its samples follow. Names are ours, and need no escapes.
    package mutating func metric(_ name: String, _ kind: Kind, _ help: String) {
        self.name = Self.prefix + name
        text += "# HELP \(self.name) "
        append(help, escapesQuotes: false)
        text += "\n# TYPE \(self.name) \(kind.rawValue)\n"
    }

    package mutating func sample(_ value: some BinaryInteger, _ labels: Labels = [:]) {
        line(name, labels, String(value))
    }

    package mutating func sample(_ value: Double, _ labels: Labels = [:]) {
        line(name, labels, Self.text(value))
    }

    package mutating func sample(_ flag: Bool, _ labels: Labels = [:]) {
        line(name, labels, flag ? "1" : "0")
    }

    /// Each bucket counts what the ones before it count, too; times are in seconds.
    package mutating func sample(_ histogram: Histogram) {
        var count: UInt64 = 0
        for (place, own) in histogram.counts.enumerated() {
            count += own
            let isLast = place == histogram.bounds.count
            let bound: Double = isLast ? .infinity : Self.seconds(histogram.bounds[place])
            line(name + "_bucket", ["le": Self.text(bound)], String(count))
        }
        line(name + "_sum", [:], Self.text(Self.seconds(histogram.sum)))
        line(name + "_count", [:], String(count))
    }

    private static func seconds(_ nanoseconds: UInt64) -> Double {
        Double(nanoseconds) / 1_000_000_000
    }

    private static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return value.description
    }

    private mutating func line(_ name: String, _ labels: Labels, _ value: String) {
        text += name
        for (place, label) in labels.enumerated() {
            text += place == 0 ? "{" : ","
            text += label.key + "=\""
            append(label.value, escapesQuotes: true)
            text += "\""
        }
        text += labels.isEmpty ? " " : "} "
        text += value
        text += "\n"
    }

    /// By scalars: a line feed behind a carriage return is no character of its own.
    private mutating func append(_ words: String, escapesQuotes: Bool) {
        for scalar in words.unicodeScalars {
            switch scalar {
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\"" where escapesQuotes: text += "\\\""
            default: text.unicodeScalars.append(scalar)
            }
        }
    }
}

extension Exposition {
    /// A metric of one sample.
    package mutating func gauge(_ name: String, _ help: String, _ value: some BinaryInteger) {
        metric(name, .gauge, help)
        sample(value)
    }

    package mutating func counter(_ name: String, _ help: String, _ value: some BinaryInteger) {
        metric(name, .counter, help)
        sample(value)
    }

    package mutating func histogram(_ name: String, _ help: String, _ value: Histogram) {
        metric(name, .histogram, help)
        sample(value)
    }
}
