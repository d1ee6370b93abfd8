import HTTPTypes
import Hummingbird
import Node
import Replica
import Work

/// One page of a list, as it was asked for.
struct Page {
    let path: Substring
    let values: [String: String]
    let limit: Int

    static let length = 50
    static let lengthMax = 500
    /// Of a list that is mostly wanted as a whole: at most, and where nothing is said.
    static let wholeLength = 1_000
    /// A page ends early at about so many bytes: descriptions may be long.
    static let bytesMax = 4 << 20

    static func length(
        _ text: String?, default usual: Int = Page.length, most: Int = Page.lengthMax
    ) throws(Problem) -> Int {
        guard let text else { return usual }
        guard let number = Int(text), (1...most).contains(number) else {
            throw .badRequest("limit must be a whole number from 1 to \(most)")
        }
        return number
    }

    /// Of a list that is mostly wanted as a whole.
    static func whole(_ path: Substring, _ values: [String: String]) throws(Problem) -> Page {
        let limit = try length(values["limit"], default: wholeLength, most: wholeLength)
        return Page(path: path, values: values, limit: limit)
    }

    /// The same list from the cursor on (RFC 8288).
    func link(_ cursor: String) -> String {
        var query = "?limit=\(limit)&cursor=\(cursor)"
        let carried = [
            "q", "sort", "status", "fields", "zone", "as_of", "state", "match", "preview",
            "consistency", "min_index", "max_staleness",
        ]
        for name in carried {
            if let value = values[name] { query += "&\(name)=\(Self.escaped(value))" }
        }
        return "<\(path)\(query)>; rel=\"next\""
    }

    private static func escaped(_ value: String) -> String {
        value.utf8.reduce(into: "") { text, byte in
            let character = Character(Unicode.Scalar(byte))
            if character.isASCII, character.isLetter || character.isNumber || byte == 0x5f {
                text.append(character)
            } else {
                text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
    }
}

extension Responder {
    func show(_ id: TaskID, _ call: Call) async throws(Problem) -> Response {
        let (values, consistency) = try call.readParameters(["as_of"])
        if let past = try Self.asOf(values["as_of"]) {
            return try await show(id, asOf: past, consistency)
        }
        let found: (TaskRecord?, ReadPoint)
        do { found = try await node.task(id, consistency) } catch { throw Problem(error) }
        guard let task = found.0 else { throw .noTask(id) }
        let tag = EntityTag.text(task.version)
        var response: Response
        if EntityTag.matches(call.headers, tag) {
            response = Answer.empty(.notModified)
            response.headers[.eTag] = tag
        } else {
            response = Answer.task(.ok, task)
        }
        response.headers[.cacheControl] = "no-cache"
        response.stamp(found.1, servedBy: node.id)
        return response
    }

    func history(of id: TaskID, _ call: Call) async throws(Problem) -> Response {
        let (values, consistency) = try call.readParameters(["limit", "cursor"])
        let limit = try Page.length(values["limit"])
        let after = try place(values["cursor"], id)
        var point = ReadPoint(index: 0, term: 0, leader: nil)
        let steps: [HistoryRecord]
        do {
            point = try await node.readPoint(consistency)
            steps = try await node.history(
                of: id, after: after, limit: limit + 1, atLeast: point.index)
        } catch {
            throw Problem(error)
        }
        // Every task has at least the step that made it.
        if steps.isEmpty, after == nil { throw .notFound("there is no task \(id.rawValue)") }
        let page = Page(path: call.target.path, values: values, limit: limit)
        return answer(page, steps, point) { $0.history($1) } cursor: { last in
            .history(id, after: EventPosition(index: last.index, ordinal: last.ordinal))
        }
    }

    private func place(_ text: String?, _ id: TaskID) throws(Problem) -> EventPosition? {
        guard let text else { return nil }
        guard case .history(id, let after) = try Cursor(text: text) else {
            throw .badRequest("the cursor belongs to another list")
        }
        return after
    }
}

// MARK: Pages

extension Responder {
    /// A page of at most `limit` of the elements; one more than that, or a place where the list
    /// ended before its end, says that there are more. `rest` writes what else the answer has.
    func answer<Element>(
        _ page: Page, _ elements: [Element], _ point: ReadPoint, end: Cursor? = nil,
        write: (inout JSONWriter, Element) -> Void, cursor: (Element) -> Cursor,
        rest: (inout JSONWriter) -> Void = { _ in }
    ) -> Response {
        var writer = JSONWriter(capacity: 512 * min(elements.count, page.limit) + 64)
        var last: Element?
        var next = end
        var written = 0
        writer.object { writer in
            writer.name("items")
            writer.array(elements.prefix(page.limit)) { writer, element in
                guard writer.bytes.count < Page.bytesMax else { return }
                write(&writer, element)
                written += 1
                last = element
            }
            if written < elements.count { next = last.map(cursor) }
            writer.member("next_cursor", optional: next?.text)
            rest(&writer)
        }
        var response = Answer.json(.ok, writer)
        if let next { response.headers[.link] = page.link(next.text) }
        response.headers[.cacheControl] = "no-cache"
        response.stamp(point, servedBy: node.id)
        return response
    }
}
