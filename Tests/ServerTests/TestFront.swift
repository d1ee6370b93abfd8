import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Server
import Synchronization

/// The responder of the front over a state in memory, asked without a network.
struct TestFront {
    let node = MemoryService()
    private var responder: Responder<MemoryService> { Responder(node: node) }

    struct Answer {
        let status: Int
        let headers: HTTPFields
        let body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }
        var json: JSONValue { get throws { try JSONReader.read(body) } }
        func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, _ headers: [String: String] = [:],
        bytes: [UInt8] = []
    ) async throws -> Answer {
        var fields = HTTPFields()
        for (name, value) in headers {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        let request = Request(
            head: HTTPRequest(
                method: method, scheme: "http", authority: "here", path: path,
                headerFields: fields),
            body: RequestBody(buffer: ByteBuffer(bytes: bytes)))
        let context = FrontContext(logger: Logger(label: "test"))
        let response = try await responder.respond(to: request, context: context)
        let collector = BodyCollector()
        try await response.body.write(collector)
        return Answer(
            status: response.status.code, headers: response.headers, body: collector.bytes)
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, _ headers: [String: String] = [:],
        json: String
    ) async throws -> Answer {
        var headers = headers
        if headers["Content-Type"] == nil { headers["Content-Type"] = "application/json" }
        return try await send(method, path, headers, bytes: Array(json.utf8))
    }

    func create(_ title: String) async throws {
        _ = try await send(.post, "/v1/tasks", json: #"{"title":"\#(title)"}"#)
    }
}

private final class BodyCollector: ResponseBodyWriter, Sendable {
    private let buffer = Mutex(ByteBuffer())

    var bytes: [UInt8] { buffer.withLock { Array($0.readableBytesView) } }

    func write(_ piece: ByteBuffer) async throws {
        _ = buffer.withLock { $0.writeImmutableBuffer(piece) }
    }

    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}

extension JSONValue {
    /// A member, or an element by its place; null if there is none.
    subscript(_ name: String) -> JSONValue {
        guard case .object(let members) = self else { return .null }
        return members.first { $0.name == name }?.value ?? .null
    }

    subscript(_ place: Int) -> JSONValue {
        guard case .array(let elements) = self, elements.indices.contains(place) else {
            return .null
        }
        return elements[place]
    }

    var count: Int {
        switch self {
        case .array(let elements): elements.count
        case .object(let members): members.count
        case .null, .bool, .integer, .number, .string: 0
        }
    }
}
