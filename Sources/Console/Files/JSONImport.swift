import Client
import Foundation

/// Tasks from a JSON array of objects, or from an object with such an array as `items`, as lists
/// of the API are.
enum JSONImport {
    /// What the cluster sets: an export holds it, an import passes over it.
    private static let setByCluster: Set<String> = [
        "id", "rank", "created_by", "version", "created", "updated", "deleted_at",
    ]
    private static let known = TaskColumn.allCases.map(\.rawValue) + ["author"]

    static func rows(_ data: Data) throws(ImportFile.Problems) -> [ImportFile.Row] {
        var rows: [ImportFile.Row] = []
        var problems: [ImportFile.Problem] = []
        for (place, item) in try items(data).enumerated() {
            let name = "item \(place + 1)"
            let (draft, found) = draft(item)
            problems += found.map { ImportFile.Problem(place: name, what: $0) }
            rows.append(ImportFile.Row(number: place + 1, place: name, draft: draft))
        }
        guard problems.isEmpty else { throw ImportFile.Problems(problems) }
        return rows
    }

    private static func items(_ data: Data) throws(ImportFile.Problems) -> [JSONValue] {
        func failure(_ what: String) -> ImportFile.Problems {
            ImportFile.Problems([ImportFile.Problem(place: "the file", what: what)])
        }
        let value: JSONValue
        do {
            value = try JSON.decode(from: data)
        } catch let DecodingError.dataCorrupted(context) {
            let why = (context.underlyingError as NSError?)?.userInfo["NSDebugDescription"]
            throw failure("is not JSON: \(why ?? context.debugDescription)")
        } catch {
            throw failure("is not JSON: \(error)")
        }
        switch value {
        case .array(let items): return items
        case .object(let members):
            if case .array(let items)? = members["items"] { return items }
        case .null, .bool, .integer, .number, .string: break
        }
        throw failure("must hold an array of tasks, or an object with one as 'items'")
    }

    private static func draft(_ item: JSONValue) -> (TaskDraft, [String]) {
        var draft = TaskDraft(title: "")
        guard case .object(let members) = item else { return (draft, ["is no object"]) }
        var problems: [String] = []
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            if setByCluster.contains(name) { continue }
            if let problem = set(name, value, in: &draft) { problems.append(problem) }
        }
        return (draft, problems + (problems.isEmpty ? DraftCheck.problems(draft) : []))
    }

    private static func set(
        _ name: String, _ value: JSONValue, in draft: inout TaskDraft
    ) -> String? {
        switch (name, value) {
        case ("title", .string(let text)): draft.title = text
        case ("description", .string(let text)): draft.description = text
        case ("status", .string(let text)): draft.status = text
        case ("priority", .integer(let number)): draft.priority = Int(number)
        case ("due", .string(let text)): draft.due = text
        case ("assignee", .string(let text)): draft.assignee = text
        case ("board", .integer(let number)) where number > 0: draft.board = UInt64(number)
        case ("column", .string(let text)): draft.column = text
        case ("author", .string(let text)): draft.author = text
        case ("labels", .array(let values)):
            let labels = values.compactMap { value in
                if case .string(let text) = value { text } else { String?.none }
            }
            guard labels.count == values.count else { return "labels: must all be strings" }
            draft.labels = labels
        case ("due", .null), ("assignee", .null), ("author", .null), ("column", .null): break
        default:
            if known.contains(name) { return "\(name): has the wrong type" }
            let meant = Suggestion.nearest(to: name, in: known).map { ", did you mean '\($0)'?" }
            return "\(name): is no known member\(meant ?? "")"
        }
        return nil
    }
}
