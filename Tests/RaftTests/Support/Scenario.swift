import Foundation

/// A story about a cluster, as a text that people read: one step or expectation on each line,
/// `#` before a remark. `ScenarioRun` says what the words mean.
struct Scenario: Sendable, CustomStringConvertible {
    struct Line: Sendable {
        let number: Int
        let words: [String]
    }

    let name: String
    let path: String
    let lines: [Line]

    var description: String { name }

    init(name: String, path: String = "", text: String) {
        self.name = name
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
            .compactMap { place, line in
                let said = line.prefix { $0 != "#" }
                let words = said.split(separator: " ").map(String.init)
                return words.isEmpty ? nil : Line(number: place + 1, words: words)
            }
    }

    /// Every file of Tests/Scenarios, by name.
    static func all() throws -> [Scenario] {
        let folder = URL(filePath: #filePath).appending(path: "../../../Scenarios")
        let files = try FileManager.default.contentsOfDirectory(
            at: folder.standardizedFileURL.resolvingSymlinksInPath(),
            includingPropertiesForKeys: nil)
        return try files.filter { $0.pathExtension == "scenario" }
            .sorted { $0.path < $1.path }
            .map { file in
                Scenario(
                    name: file.deletingPathExtension().lastPathComponent, path: file.path,
                    text: try String(contentsOf: file, encoding: .utf8))
            }
    }
}

/// A line that cannot be read, or whose expectation does not hold.
struct ScenarioFailure: Error, CustomStringConvertible {
    let line: Int
    let description: String
}
