import Foundation
import Yams

/// The shape of a configuration file: which keys stand where, and what does not belong there.
///
/// Values are read by the configuration library; this looks at the file as a person does, by
/// line and column.
package struct ConfigurationFile: Sendable {
    package let path: String
    /// Where each known key's value stands.
    package private(set) var places: [ConfigurationKey: ConfigurationOrigin] = [:]
    package private(set) var problems: [ConfigurationProblem] = []
    /// False if the file cannot be read as keys and values at all.
    package private(set) var isReadable = true

    /// Never fails: what is wrong is in `problems`.
    package init(path: String) {
        self.path = path
        do {
            let data = try Data(contentsOf: URL(fileURLWithPath: path))
            guard let text = String(data: data, encoding: .utf8) else {
                unreadable(
                    "is not UTF-8 text", "save it as UTF-8", at: .file(path, line: 1, column: 1))
                return
            }
            read(text)
        } catch {
            let why = FileManager.default.fileExists(atPath: path)
                ? "cannot be read" : "does not exist"
            unreadable(
                "\(path) \(why)", "check the path and its permissions", at: .none)
        }
    }

    package init(text: String, path: String) {
        self.path = path
        read(text)
    }

    private mutating func unreadable(
        _ what: String, _ remedy: String, at origin: ConfigurationOrigin
    ) {
        isReadable = false
        problems.append(ConfigurationProblem(origin, key: "", what: what, remedy: remedy))
    }

    private mutating func read(_ text: String) {
        do {
            guard let root = try Parser(yaml: text).singleRoot() else {
                return unreadable(
                    "holds nothing", "begin with a line such as 'cluster: taskraft'",
                    at: .file(path, line: 1, column: 1))
            }
            guard case .mapping(let mapping) = root else {
                return unreadable(
                    "holds no keys and values", "begin with a line such as 'cluster: taskraft'",
                    at: origin(root))
            }
            read(mapping, below: [])
        } catch let error as YamlError {
            readFailed(error)
        } catch {
            unreadable(
                "is not YAML: \(error)", "mend its syntax", at: .file(path, line: 1, column: 1))
        }
    }

    private mutating func readFailed(_ error: YamlError) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            unreadable(
                "is not YAML: \(problem)",
                "mend the syntax there: 'key: value', indented by spaces, text with ': ' in quotes",
                at: .file(path, line: mark.line, column: mark.column))
        case .duplicatedKeysInMapping(let keys, let context):
            unreadable(
                "has the key \(keys.map { "\($0)" }.joined(separator: ", ")) twice",
                "keep one of them",
                at: .file(path, line: context.mark.line, column: context.mark.column))
        default:
            unreadable(
                "is not YAML: \(error)", "mend its syntax", at: .file(path, line: 1, column: 1))
        }
    }

    private mutating func read(_ mapping: Node.Mapping, below parents: [String]) {
        for (key, value) in mapping {
            let name = key.string ?? "?"
            let path = (parents + [name]).joined(separator: ".")
            if let known = ConfigurationKey(rawValue: path) {
                read(known, value)
            } else if parents.isEmpty, let keys = ConfigurationKey.sections[name] {
                readSection(name, value, keys: keys)
            } else {
                unknown(path, at: origin(key))
            }
        }
    }

    private mutating func readSection(_ name: String, _ value: Node, keys: [String]) {
        if case .mapping(let inner) = value { return read(inner, below: [name]) }
        // A section without content is as good as none.
        if value.scalar?.string == "" { return }
        problems.append(
            ConfigurationProblem(
                origin(value), key: name, what: "holds several keys, not a value",
                remedy: "write below it, indented: \(keys.joined(separator: ", "))"))
    }

    private mutating func read(_ key: ConfigurationKey, _ value: Node) {
        places[key] = origin(value)
        guard value.scalar == nil else { return }
        isReadable = false
        problems.append(
            ConfigurationProblem(
                origin(value), key: key.path, what: "must be one value",
                remedy: "write '\(key.components.last ?? key.path): \(key.example)'"))
    }

    private mutating func unknown(_ path: String, at origin: ConfigurationOrigin) {
        let known = ConfigurationKey.allCases.map(\.path)
        let keys = known + ConfigurationKey.sections.keys.sorted()
        let nearest = Suggestion.nearest(to: path, in: keys)
        let remedy = nearest.map { "did you mean '\($0)'?" }
            ?? "known keys are \(known.joined(separator: ", "))"
        problems.append(
            ConfigurationProblem(origin, key: path, what: "is no known key", remedy: remedy))
    }

    private func origin(_ node: Node) -> ConfigurationOrigin {
        .file(path, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    }
}
