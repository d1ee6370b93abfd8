/// Where a value was found.
package enum ConfigurationOrigin: Hashable, Sendable {
    case flag(String)
    case variable(String)
    case file(String, line: Int, column: Int)
    /// Nowhere, or by default.
    case none

    var prefix: String {
        switch self {
        case .flag(let name): "\(name): "
        case .variable(let name): "\(name): "
        case .file(let path, let line, let column): "\(path):\(line):\(column): "
        case .none: ""
        }
    }
}

/// One thing wrong with a configuration: where, what, and what to do.
package struct ConfigurationProblem: Hashable, Sendable, CustomStringConvertible {
    package var origin: ConfigurationOrigin
    /// The key's path; empty if the problem is the file itself.
    package var key: String
    package var what: String
    package var remedy: String

    package init(_ origin: ConfigurationOrigin, key: String, what: String, remedy: String) {
        self.origin = origin
        self.key = key
        self.what = what
        self.remedy = remedy
    }

    package var description: String {
        origin.prefix + (key.isEmpty ? "" : "\(key): ") + what + "; " + remedy
    }
}

/// Everything wrong with a configuration, at once.
package struct ConfigurationProblems: Error, CustomStringConvertible {
    package var problems: [ConfigurationProblem]

    package init(_ problems: [ConfigurationProblem]) { self.problems = problems }

    package var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}

/// Finds what somebody may have meant.
package enum Suggestion {
    /// The candidate nearest to the word, unless even that is far off.
    package static func nearest(to word: String, in candidates: [String]) -> String? {
        let ranked = candidates.map { (distance(word, $0), $0) }.min { $0 < $1 }
        guard let (distance, candidate) = ranked, distance <= max(1, candidate.count / 3) else {
            return nil
        }
        return candidate
    }

    /// Levenshtein's: insertions, deletions and replacements.
    static func distance(_ from: String, _ to: String) -> Int {
        let (from, to) = (Array(from), Array(to))
        var row = Array(0...to.count)
        for (i, left) in from.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, right) in to.enumerated() {
                let replaced = diagonal + (left == right ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[to.count]
    }
}
