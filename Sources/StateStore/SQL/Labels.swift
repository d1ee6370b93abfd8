import Work

/// Labels as they are stored: a JSON array of strings, without spaces, so that a task has one
/// spelling on every node and both engines' JSON functions can read it.
enum Labels {
    static func text(_ labels: [String]) -> String {
        "[" + labels.map { TaskDifference.quoted($0) }.joined(separator: ",") + "]"
    }

    /// Reads back what `text` writes; nil for any other JSON.
    static func parse(_ text: String) -> [String]? {
        var scanner = JSONScanner(text)
        guard let labels = scanner.strings(), scanner.rest.isEmpty,
            Self.text(labels).utf8.elementsEqual(text.utf8)
        else { return nil }
        return labels
    }
}
