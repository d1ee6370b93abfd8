import HTTPTypes
import Hummingbird
import NIOCore
import Node
import Replica
import Work

extension Responder {
    /// Answers what is asked of the job queue.
    func jobs(
        _ request: Request, _ route: JobRoute, _ call: Call, _ context: FrontContext
    ) async throws -> Response {
        let isRead = request.method == .get || request.method == .head
        switch (isRead ? .get : request.method, route) {
        case (.get, .queues): return try await queues(call)
        case (.get, .queue(let name, .itself)): return try await queue(name, call)
        case (.get, .queue(let name, .jobs)): return try await jobs(in: name, call)
        case (.get, .job(let id, .itself)): return try await job(id, call)
        case (.put, .queue(let name, .itself)):
            return try await configure(name, try await fields(request, call))
        case (.delete, .queue(let name, .itself)): return try await deleteQueue(name, call)
        case (.delete, .job(let id, .itself)): return try await deleteJob(id, call)
        case (.post, .queue(let name, .jobs)): return try await put(name, request, call)
        case (.post, _): return try await act(request, route, call, context)
        default: throw Problem.methodNotAllowed(route.methods)
        }
    }

    private func act(
        _ request: Request, _ route: JobRoute, _ call: Call, _ context: FrontContext
    ) async throws -> Response {
        switch route {
        case .reserve:
            let fields = try await fields(request, call)
            let input = try ReserveInput(fields.value, queue: nil)
            let pass = pass(request.head, call.route, call.target, context)
            return try await reserve(input, fields.key, pass, context)
        case .queue(let name, .reserve):
            let fields = try await optionalFields(request, call)
            let input = try ReserveInput(fields.value, queue: name)
            let pass = pass(request.head, call.route, call.target, context)
            return try await reserve(input, fields.key, pass, context)
        case .queue(let name, let part):
            guard part != .itself else { throw Problem.methodNotAllowed(route.methods) }
            return try await act(name, part, try await optionalFields(request, call))
        case .job(let id, .kick): return try await kick(id, try await optionalFields(request, call))
        case .job(let id, let part):
            guard part != .itself else { throw Problem.methodNotAllowed(route.methods) }
            return try await settle(id, part, try await fields(request, call))
        case .queues: throw Problem.methodNotAllowed(route.methods)
        }
    }

    private func put(_ name: QueueName, _ request: Request, _ call: Call) async throws -> Response {
        try RequestBodies.checkLength(call.headers)
        var call = call
        call.body = try await RequestBodies.read(request.body)
        return try await put(name, call)
    }
}

/// A request for a change, whose body is JSON.
struct FieldCall {
    var value: JSONValue
    var key: String?
    /// Of the query.
    var parameters: [String: String]
}

extension Responder {
    /// - Parameter parameters: those of the query that are known.
    func fields(
        _ request: Request, _ call: Call, parameters: [String] = []
    ) async throws -> FieldCall {
        try RequestBodies.check(call.headers, mergePatch: false)
        return try await read(request, call, parameters)
    }

    /// No body is an object without members.
    func optionalFields(_ request: Request, _ call: Call) async throws -> FieldCall {
        try RequestBodies.checkLength(call.headers)
        return try await read(request, call, [])
    }

    private func read(
        _ request: Request, _ call: Call, _ parameters: [String]
    ) async throws -> FieldCall {
        let values = try call.target.parameters(parameters)
        let key = try KeyHeader.key(call.headers)
        var call = call
        call.body = try await RequestBodies.read(request.body)
        if !RequestBodies.isJSON(call.headers) {
            guard call.body.isEmpty else {
                throw Problem.unsupportedMediaType("send Content-Type: application/json")
            }
            return FieldCall(value: .object([]), key: key, parameters: values)
        }
        return FieldCall(value: try call.json(), key: key, parameters: values)
    }
}

// MARK: Outcomes

extension Responder {
    /// - Parameter identity: what is the same about a request when it is sent again, if that is
    ///   not the whole command.
    /// - Parameter orElse: what to ask instead while some member's program does not know the
    ///   command; nil for nothing.
    /// - Parameter notHeld: what it means that the job is not the asker's.
    func decide(
        jobs command: JobCommand, key: String?, identity: JobCommand? = nil,
        orElse older: JobCommand? = nil, notHeld: (JobID) -> Problem = Problem.leaseOver
    ) async throws(Problem) -> Decided {
        let key = key.map {
            IdempotencyKey(
                principal: "", text: $0,
                fingerprint: Work.Request.fingerprint(of: .jobs(identity ?? command)))
        }
        let credential = caller.credential?.token.id
        var outcome = await node.perform(command, credential: credential, key: key)
        if case .rejected(.unsupported) = outcome, let older, older != command {
            outcome = await node.perform(older, credential: credential, key: key)
        }
        switch outcome {
        case .applied(.refused(.jobs(.notHeld(let id))), _, _): throw notHeld(id)
        case .applied(.refused(let refusal), _, _): throw Problem(refusal)
        case .applied(let reply, let index, let term):
            return Decided(reply: reply, index: index, term: term)
        case .rejected(let rejection): throw Problem(rejection)
        case .unknown: throw .outcomeUnknown(hasKey: key != nil)
        }
    }

    /// The number of jobs that something was done to.
    func moved(
        _ command: JobCommand, key: String?
    ) async throws(Problem) -> (count: Int, more: Bool, decided: Decided) {
        let decided = try await decide(jobs: command, key: key)
        guard case .jobs(.moved(let count, let more)) = decided.reply else { throw .unexpected }
        return (count, more, decided)
    }
}
