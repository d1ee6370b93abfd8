import HTTPTypes
import Hummingbird
import NIOCore
import Replica

/// One request, taken apart: what a route needs to answer it.
struct Call: Sendable {
    let route: Route
    let target: Target
    let headers: HTTPFields
    /// Empty unless the method takes one.
    var body: [UInt8] = []

    /// The parameters of a read: these names, and `consistency`.
    func readParameters(
        _ names: [String] = []
    ) throws(Problem) -> (values: [String: String], consistency: Consistency) {
        let values = try target.parameters(
            names + ["consistency", "min_index", "max_staleness"])
        switch values["consistency"] {
        case nil, "linearizable": return (values, .linearizable)
        case "stale": return (values, .stale)
        case .some: throw .badRequest("consistency must be linearizable or stale")
        }
    }

    /// A page of a list that is mostly wanted as a whole, and the number to go on behind: 0 for the
    /// first page.
    func wholeList(
        _ list: WholeList
    ) throws(Problem) -> (page: Page, after: UInt64, consistency: Consistency) {
        let (values, consistency) = try readParameters(["limit", "cursor"])
        let page = try Page.whole(target.path, values)
        guard let text = values["cursor"] else { return (page, 0, consistency) }
        guard case .whole(list, let after) = try Cursor(text: text) else {
            throw .badRequest("the cursor belongs to another list")
        }
        return (page, after, consistency)
    }

    func json() throws(Problem) -> JSONValue {
        do {
            return try JSONReader.read(body)
        } catch {
            throw .badJSON("at byte \(error.offset): \(error.reason)")
        }
    }
}

/// Bodies of requests: what they must be, and how much of them is read.
enum RequestBodies {
    static let limit = 2 << 20
    /// What an export of some ten thousand tasks holds.
    static let importLimit = 8 << 20

    /// A refusal that needs no look at the body itself.
    static func check(_ headers: HTTPFields, mergePatch: Bool) throws(Problem) {
        try checkLength(headers)
        guard let type = headers[.contentType] else {
            throw .unsupportedMediaType("send Content-Type: application/json")
        }
        if type == "application/json" { return }
        let essence = essence(type)
        if essence == "application/json" { return }
        if mergePatch, essence == "application/merge-patch+json" { return }
        throw .unsupportedMediaType(
            "send Content-Type: application/json, not \(essence.prefix(64))")
    }

    static func checkLength(_ headers: HTTPFields, limit: Int = limit) throws(Problem) {
        if let length = headers[.contentLength].flatMap({ Int($0) }), length > limit {
            throw .tooLarge(limit: limit)
        }
        if let encoding = headers[.contentEncoding], encoding != "identity" {
            throw .unsupportedMediaType("a body with Content-Encoding is not taken")
        }
    }

    static func isJSON(_ headers: HTTPFields) -> Bool {
        guard let type = headers[.contentType] else { return false }
        return essence(type) == "application/json"
    }

    private static func essence(_ type: String) -> String {
        type.prefix { $0 != ";" && $0 != " " && $0 != "\t" }.lowercased()
    }

    /// Throws what the connection throws, or `Problem`.
    static func read(_ body: RequestBody, limit: Int = limit) async throws -> [UInt8] {
        do {
            return Array(buffer: try await body.collect(upTo: limit))
        } catch is NIOTooManyBytesError {
            throw Problem.tooLarge(limit: limit)
        }
    }
}
