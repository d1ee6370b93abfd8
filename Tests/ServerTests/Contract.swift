import Foundation
import HTTPTypes
import Server

/// Holds requests and answers to the description of the API, as it is served.
struct Contract: Sendable {
    static let shared = Contract()

    let document: APIDocument

    private init() {
        let place = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/Server/Web/Assets/openapi.json")
        guard let data = try? Data(contentsOf: place) else { fatalError("no \(place.path)") }
        document = APIDocument(Array(data))
    }

    /// Everything that the description does not allow. What is not described, such as a page, may
    /// be anything; what is not found may not be described.
    func problems(
        _ method: HTTPRequest.Method, _ path: String, json body: [UInt8]?, _ answer: TestFront.Answer
    ) -> [String] {
        let path = path.prefix { $0 != "?" }
        let offered = document.operations.filter { Self.fits($0.path, path) }
        if offered.isEmpty { return [] }
        let name = method == .head ? "GET" : method.rawValue
        guard let operation = offered.first(where: { $0.method == name }) else {
            return answer.status == 405 || answer.status == 404 ? [] : ["\(name) is not described"]
        }
        let found = operation.content["responses"][String(answer.status)]
        guard found != .null else {
            // A path that has the form of one, but names nothing.
            return answer.status == 404 ? [] : ["\(answer.status) is not described"]
        }
        return wrong(answer, document.resolved(found), hasBody: method != .head)
            + (answer.status < 300 ? wrong(body ?? [], operation) : [])
    }

    private func wrong(_ answer: TestFront.Answer, _ allowed: JSONValue, hasBody: Bool) -> [String] {
        guard let content = allowed["content"].members.first, hasBody else {
            return answer.body.isEmpty || !hasBody ? [] : ["it has a body"]
        }
        guard let type = answer.header("Content-Type"), type.hasPrefix(content.name) else {
            return ["it is \(answer.header("Content-Type") ?? "nothing"), not \(content.name)"]
        }
        guard content.name.hasSuffix("json") else { return [] }
        guard let value = try? answer.json else { return ["it is not JSON"] }
        return SchemaCheck(document, isClosed: true).problems(value, content.value["schema"], "")
    }

    /// What was accepted must be what the description allows.
    private func wrong(_ body: [UInt8], _ operation: APIDocument.Operation) -> [String] {
        let schema = operation.content["requestBody"]["content"]["application/json"]["schema"]
        guard schema != .null, let value = try? JSONReader.read(body) else { return [] }
        return SchemaCheck(document, isClosed: false).problems(value, schema, "")
            .map { "the body that was taken: " + $0 }
    }

    static func fits(_ template: String, _ path: some StringProtocol) -> Bool {
        let wanted = template.split(separator: "/", omittingEmptySubsequences: false)
        let given = path.split(separator: "/", omittingEmptySubsequences: false)
        return wanted.count == given.count
            && zip(wanted, given).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }
}

/// The part of JSON Schema that the description uses.
struct SchemaCheck {
    private let document: APIDocument
    /// Whether members that are not named are wrong.
    private let isClosed: Bool

    init(_ document: APIDocument, isClosed: Bool) {
        self.document = document
        self.isClosed = isClosed
    }

    func problems(_ value: JSONValue, _ schema: JSONValue, _ place: String) -> [String] {
        let schema = document.resolved(schema)
        return combined(value, schema, place) + simple(value, schema, place)
            + (value.kind == "an object" ? object(value, schema, place) : [])
            + value.elements.enumerated().flatMap {
                problems($0.element, schema["items"], "\(place)/\($0.offset)")
            }
    }

    private func combined(_ value: JSONValue, _ schema: JSONValue, _ place: String) -> [String] {
        var found = schema["allOf"].elements.flatMap { problems(value, $0, place) }
        let one = schema["oneOf"].elements.map { problems(value, $0, place) }
        let fitting = one.count { $0.isEmpty }
        if !one.isEmpty, fitting != 1 {
            let nearest = one.min { $0.count < $1.count } ?? []
            found.append("\(place) fits \(fitting) of its forms, not one: \(nearest)")
        }
        let any = schema["anyOf"].elements
        if !any.isEmpty, !any.contains(where: { problems(value, $0, place).isEmpty }) {
            found.append("\(place) fits none of its forms")
        }
        if schema["not"] != .null, problems(value, schema["not"], place).isEmpty {
            found.append("\(place) is what it must not be")
        }
        return found
    }

    private func simple(_ value: JSONValue, _ schema: JSONValue, _ place: String) -> [String] {
        var found: [String] = []
        let types = schema["type"].text.map { [$0] } ?? schema["type"].elements.compactMap(\.text)
        if !types.isEmpty, !types.contains(Self.type(value)) {
            found.append("\(place) is \(value.kind), not \(types)")
        }
        let choices = schema["enum"].elements
        if !choices.isEmpty, !choices.contains(value) { found.append("\(place) is none of its values") }
        if schema["const"] != .null, schema["const"] != value { found.append("\(place) is another") }
        if let number = value.whole {
            let range = (schema["minimum"].whole ?? .min)...(schema["maximum"].whole ?? .max)
            if !range.contains(number) { found.append("\(place) is not in \(range)") }
        }
        if let text = value.text {
            let count = Int64(text.unicodeScalars.count)
            let range = (schema["minLength"].whole ?? 0)...(schema["maxLength"].whole ?? .max)
            if !range.contains(count) { found.append("\(place) has \(count) characters") }
            if let pattern = schema["pattern"].text, !Self.matches(text, pattern) {
                found.append("\(place) does not match \(pattern)")
            }
        }
        return found
    }

    private func object(_ value: JSONValue, _ schema: JSONValue, _ place: String) -> [String] {
        let given = value.members.map(\.name)
        var found = schema["required"].elements.compactMap(\.text)
            .filter { !given.contains($0) }.map { "\(place)/\($0) is missing" }
        let known = schema["properties"]
        let others = schema["additionalProperties"]
        for member in value.members {
            let inner = "\(place)/\(member.name)"
            if let named = known.members.first(where: { $0.name == member.name }) {
                found += problems(member.value, named.value, inner)
            } else if others == .bool(false) || isClosed && others == .null && known != .null {
                found.append("\(inner) is not described")
            } else {
                found += problems(member.value, others, inner)
            }
        }
        return found
    }

    private static func type(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool: "boolean"
        case .integer: "integer"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }

    private static func matches(_ text: String, _ pattern: String) -> Bool {
        let range = NSRange(location: 0, length: text.utf16.count)
        let expression = try? NSRegularExpression(pattern: pattern)
        return expression?.firstMatch(in: text, range: range) != nil
    }
}
