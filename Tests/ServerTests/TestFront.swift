import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Server
import Synchronization
import Testing

/// The responder of the front over a state in memory, asked without a network. Every answer is held
/// to the description of the API.
struct TestFront {
    let node: MemoryService
    private let responder: Responder<MemoryService>

    init(
        node: MemoryService = MemoryService(),
        door: FrontDoor = .network(host: "127.0.0.1", isInsecure: false),
        levers: (any LeverDoor)? = nil, requestsPerMinute: Int = 0
    ) {
        self.node = node
        responder = Responder(
            node: node, door: door, levers: levers, requestsPerMinute: requestsPerMinute)
    }

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
        bytes: [UInt8] = [], authority: String = "127.0.0.1:8082"
    ) async throws -> Answer {
        var fields = HTTPFields()
        for (name, value) in headers {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        let request = Request(
            head: HTTPRequest(
                method: method, scheme: "http", authority: authority, path: path,
                headerFields: fields),
            body: RequestBody(buffer: ByteBuffer(bytes: bytes)))
        let context = FrontContext(logger: Logger(label: "test"))
        let response = try await responder.respond(to: request, context: context)
        let collector = BodyCollector()
        try await response.body.write(collector)
        let answer = Answer(
            status: response.status.code, headers: response.headers, body: collector.bytes)
        let type = headers["Content-Type"]?.prefix { $0 != ";" }
        let isJSON = type == "application/json"
        let problems = Contract.shared.problems(method, path, json: isJSON ? bytes : nil, answer)
        #expect(problems.isEmpty, "\(method) \(path) \(answer.status)")
        return answer
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, _ headers: [String: String] = [:],
        json: String, authority: String = "127.0.0.1:8082"
    ) async throws -> Answer {
        var headers = headers
        if headers["Content-Type"] == nil { headers["Content-Type"] = "application/json" }
        return try await send(method, path, headers, bytes: Array(json.utf8), authority: authority)
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
