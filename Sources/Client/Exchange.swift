import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// One request, ready to be sent as often as needed.
struct Request: Sendable {
    var method: HTTPMethod = .GET
    /// With the query; begins with a slash.
    var path: String
    var headers: [(String, String)] = []
    var body: Data?
    /// Set on everything that changes something.
    var key: String?
    /// How long the node may take beyond what an answer takes anyway.
    var patience: Duration = .zero
}

struct Answer: Sendable {
    var status: Int
    var headers: HTTPHeaders
    var body: Data

    func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws(ClientError) -> Value {
        do {
            return try JSON.decode(type, from: body)
        } catch {
            let start = String(decoding: body.prefix(200), as: UTF8.self)
            throw .invalidAnswer("status \(status) with '\(start)': \(error)")
        }
    }

    var problem: Problem {
        if let problem = try? JSON.decode(Problem.self, from: body) { return problem }
        return Problem(status: status, title: HTTPResponseStatus(statusCode: status).reasonPhrase)
    }
}

/// Sends requests to the first node that answers, and again until one does.
final class Exchange: Sendable {
    /// A page of 500 tasks with the longest descriptions stays below it.
    private static let answerBytes = 64 << 20

    let http: HTTPClient
    let bases: [BaseURL]
    let policy: RetryPolicy
    private let token: String?
    /// Whether requests go round all nodes, or stay with one while it answers.
    private let spread: Bool
    private let turn = Mutex(0)

    init(bases: [BaseURL], policy: RetryPolicy, spread: Bool, token: String?) {
        precondition(!bases.isEmpty, "A client needs the address of a node.")
        self.bases = bases
        self.policy = policy
        self.token = token
        self.spread = spread
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(1), read: .seconds(15)))
        // The next node is the better retry.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func shutdown() async { try? await http.shutdown() }

    /// The answer with a final status below 400, and whether an earlier attempt may already have
    /// done what was asked.
    ///
    /// - Parameter accepts: statuses from 400 that the caller wants to see instead of an error.
    func send(
        _ request: Request, accepts: Set<Int> = []
    ) async throws(ClientError) -> (answer: Answer, repeated: Bool) {
        let clock = ContinuousClock()
        let start = clock.now
        var plan = RetryPlan(
            policy: policy, bases: bases.count, isWrite: request.key != nil,
            key: request.key ?? "")
        var place = turn.withLock { turn in
            if spread { turn = (turn + 1) % bases.count }
            return turn
        }
        while true {
            switch await attempt(request, at: bases[place], accepts: accepts) {
            case .success(let answer):
                if !spread { turn.withLock { $0 = place } }
                guard answer.status < 400 || accepts.contains(answer.status) else {
                    throw .refused(answer.problem)
                }
                return (answer, plan.mayHaveHappened)
            case .failure(let failure):
                let step = plan.failed(
                    failure, elapsed: clock.now - start, jitter: .random(in: 0...1))
                guard !Task.isCancelled else { throw cancelled(request, plan) }
                switch step {
                case .giveUp(let error): throw error
                case .tryNext(let pause): try? await clock.sleep(for: pause)
                }
                place = (place + 1) % bases.count
            }
        }
    }

    private func cancelled(_ request: Request, _ plan: RetryPlan) -> ClientError {
        guard plan.mayHaveHappened, let key = request.key else {
            return .unavailable("it was interrupted")
        }
        return .unknownOutcome("it was interrupted", key: key)
    }

    private enum Attempt {
        case success(Answer)
        case failure(AttemptFailure)
    }

    private func attempt(
        _ request: Request, at base: BaseURL, accepts: Set<Int>
    ) async -> Attempt {
        do {
            let answer = try await once(request, at: base)
            switch answer.status {
            case let status where accepts.contains(status): return .success(answer)
            case 429, 503: return .failure(.unavailable(answer.problem))
            case 504: return .failure(.unknown(answer.problem))
            default: return .success(answer)
            }
        } catch {
            return .failure(Self.failure(error, at: base))
        }
    }

    private func once(_ request: Request, at base: BaseURL) async throws -> Answer {
        var sent = HTTPClientRequest(url: base.text + request.path)
        sent.method = request.method
        for (name, value) in request.headers { sent.headers.add(name: name, value: value) }
        authorize(&sent)
        if let key = request.key {
            sent.headers.add(name: "Idempotency-Key", value: "\"\(key)\"")
        }
        if let body = request.body {
            sent.headers.add(name: "Content-Type", value: "application/json")
            sent.body = .bytes(body)
        }
        let response = try await http.execute(
            sent, timeout: TimeAmount(policy.attempt + request.patience))
        return try await answer(response)
    }

    func answer(_ response: HTTPClientResponse) async throws -> Answer {
        let body = try await response.body.collect(upTo: Self.answerBytes)
        return Answer(
            status: Int(response.status.code), headers: response.headers,
            body: Data(body.readableBytesView))
    }

    /// The node to begin with, or the one so many places behind it.
    func place(after failures: Int) -> Int {
        turn.withLock { ($0 + failures) % bases.count }
    }

    /// Requests go to this node first, too.
    func stay(at place: Int) { turn.withLock { $0 = place } }

    func authorize(_ request: inout HTTPClientRequest) {
        guard let token else { return }
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
    }

    static func failure(_ error: any Error, at base: BaseURL) -> AttemptFailure {
        if let error = error as? NIOConnectionError {
            let why = error.connectionErrors.first.map { "\($0.error)" }
                ?? error.dnsAError.map { "\($0)" } ?? "\(error)"
            return .refused("\(base): \(readable(why))")
        }
        if let error = error as? HTTPClientError {
            let text = "\(base): \(error.shortDescription)"
            return error == .connectTimeout ? .refused(text) : .lost(text)
        }
        let text = "\(base): \(readable("\(error)"))"
        let isRefused = (error as? IOError)?.errnoCode == ECONNREFUSED
        return isRefused ? .refused(text) : .lost(text)
    }

    private static func readable(_ text: String) -> String {
        if text.contains("ECONNREFUSED") || text.contains("Connection refused") {
            return "connection refused"
        }
        return text
    }
}
