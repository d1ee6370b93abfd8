import Foundation
import Logging

/// Turns values into a configuration, and collects everything that is wrong on the way.
struct ConfigurationCheck {
    let values: ConfigurationValues
    private(set) var problems: [ConfigurationProblem] = []

    init(values: ConfigurationValues) { self.values = values }

    mutating func problem(_ key: ConfigurationKey, _ what: String, _ remedy: String) {
        problems.append(
            ConfigurationProblem(
                values.origin(key), key: key.path, what: what, remedy: remedy))
    }

    /// The value read by `convert`, or the default if there is none. A value that cannot be
    /// converted is a problem, and the default stands in so that the rest can be checked.
    mutating func value<Value>(
        _ key: ConfigurationKey, default standard: Value, expected: String,
        _ convert: (String) -> Value?
    ) -> Value {
        guard let text = values[key] else { return standard }
        if let value = convert(text) { return value }
        let shown = key.isSecret ? "the value" : "'\(text)'"
        problem(key, "\(shown) is not \(expected)", "write for example \(key.example)")
        return standard
    }

    mutating func missing(_ key: ConfigurationKey) {
        problem(key, "is missing", "set \(key.waysToSet), for example \(key.example)")
    }

    mutating func address(_ key: ConfigurationKey, default standard: HostPort) -> HostPort {
        value(key, default: standard, expected: "host:port") { HostPort($0) }
    }
}

extension ConfigurationCheck {
    mutating func cluster() -> String {
        value(.cluster, default: "taskraft", expected: "1 to 64 letters, digits, '.', '_' or '-'") {
            Self.isName($0) ? $0 : nil
        }
    }

    mutating func nodeID() -> UInt64 {
        guard values[.nodeID] != nil else {
            missing(.nodeID)
            return 0
        }
        return value(.nodeID, default: 0, expected: "a whole number from 1") {
            UInt64($0).flatMap { (1...UInt64(Int64.max)).contains($0) ? $0 : nil }
        }
    }

    mutating func nodeName(_ id: UInt64) -> String {
        value(.nodeName, default: "n\(id)", expected: "1 to 64 letters, digits, '.', '_' or '-'") {
            Self.isName($0) ? $0 : nil
        }
    }

    static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                let scalar = Unicode.Scalar(byte)
                return scalar.properties.isAlphabetic && byte < 0x80
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || [UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-")].contains(byte)
            }
    }

    mutating func logLevel() -> Logger.Level {
        let names = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
        return value(.logLevel, default: .info, expected: "one of \(names)") {
            Logger.Level(rawValue: $0.lowercased())
        }
    }

    mutating func logFormat() -> ServeConfiguration.LogFormat {
        value(.logFormat, default: .text, expected: "text or json") {
            ServeConfiguration.LogFormat(rawValue: $0.lowercased())
        }
    }

    mutating func storeVerifySeconds() -> Int {
        value(.storeVerifySeconds, default: 300, expected: "a whole number of seconds") {
            Int($0).flatMap { (0...86_400).contains($0) ? $0 : nil }
        }
    }

    mutating func limitRequests() -> Int {
        value(.limitRequests, default: 600_000, expected: "a whole number up to 10000000") {
            Int($0).flatMap { (0...10_000_000).contains($0) ? $0 : nil }
        }
    }

    mutating func flag(_ key: ConfigurationKey) -> Bool {
        value(key, default: false, expected: "true or false") {
            switch $0.lowercased() {
            case "true", "yes", "on", "1": true
            case "false", "no", "off", "0": false
            default: nil
            }
        }
    }

    mutating func storePassword() -> String? {
        guard let path = values[.storePasswordFile] else { return values[.storePassword] }
        if values[.storePassword] != nil {
            problem(
                .storePasswordFile, "is set, and \(ConfigurationKey.storePassword.path) too",
                "keep one of them")
            return nil
        }
        guard let data = FileManager.default.contents(atPath: path),
            let text = String(data: data, encoding: .utf8)
        else {
            problem(
                .storePasswordFile, "'\(path)' cannot be read as text",
                "check the path and its permissions")
            return nil
        }
        // Editors end a file with a line break, which is no part of the password.
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }
}
