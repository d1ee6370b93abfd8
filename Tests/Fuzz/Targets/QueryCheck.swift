import Server
import Work

/// Targets of requests and the cursors in them: parameters read the same when they are written
/// again, and a cursor has one spelling.
enum QueryCheck {
    private static let names = ["a", "status", "state", "match", "limit", "cursor", "é"]

    static func check(_ bytes: [UInt8]) throws(Broken) -> Bool {
        guard let text = String(validating: bytes, as: UTF8.self) else { return false }
        let cursor = try? Cursor(text: text)
        if let cursor { try expect(cursor.text == text, "the cursor is written as \(cursor.text)") }
        let target = Target(text)
        let route = Route(path: target.path)
        if case .task(let id) = route {
            try expect(target.path == "/v1/tasks/\(id.rawValue)", "a task has two paths")
        }
        guard let found = try? target.parameters(names) else { return cursor != nil }
        let written = found.map { "\(escaped($0.key))=\(escaped($0.value))" }
        let again = try? Target("/?" + written.joined(separator: "&")).parameters(names)
        try expect(again?.count == found.count, "the parameters are others")
        for (name, value) in found {
            try expect(
                again?[name].map { $0.isIdentical(to: value) } == true, "\(name) is another")
        }
        return cursor != nil || route != nil || !found.isEmpty
    }

    private static func escaped(_ text: String) -> String {
        text.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
