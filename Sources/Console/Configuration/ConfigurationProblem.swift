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

    /// How many insertions, deletions, replacements and swaps of neighbours lead from one word
    /// to the other ("optimal string alignment").
    static func distance(_ from: String, _ to: String) -> Int {
        let (from, to) = (Array(from), Array(to))
        var beforePrevious: [Int] = []
        var previous = Array(0...to.count)
        for i in from.indices {
            var row = [i + 1]
            for j in to.indices {
                let replaced = previous[j] + (from[i] == to[j] ? 0 : 1)
                var best = min(replaced, previous[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, from[i] == to[j - 1], from[i - 1] == to[j] {
                    best = min(best, beforePrevious[j - 1] + 1)
                }
                row.append(best)
            }
            (beforePrevious, previous) = (previous, row)
        }
        return previous[to.count]
    }
}
