import HTTPTypes
package import Hummingbird
import Logging
import NIOCore
package import Node
import Replica

/// Answers every request of the HTTP front: finds the route, checks what the head already tells,
/// reads the body, and turns each refusal into a problem (RFC 9457).
///
/// There is no router of a framework and no middleware: the routes are one `switch` for tasks and
/// one for jobs, and the method that is not offered, or the path that is not there, are answers
/// like the others.
package struct Responder<Node: TaskService & JobService & ClusterService>: HTTPResponder {
    let node: Node
    /// nil unless this cluster is there to be broken.
    let levers: (any LeverDoor)?
    let workers = WorkerSessions()
    let given = GivenJobs()
    let keeper: Doorkeeper
    let hasher = PasswordHasher()
    let throttle = SignInThrottle()
    /// nil where nobody is limited.
    let limiter: RequestLimiter?
    let meter: HTTPMeter
    private let names: NodeNames
    /// Who asks: set in the copy that answers one request.
    var caller = Caller.nobody

    package init(
        node: Node, door: FrontDoor = .network(host: "127.0.0.1", isInsecure: false),
        levers: (any LeverDoor)? = nil, requestsPerMinute: Int = 0,
        meter: HTTPMeter = HTTPMeter()
    ) {
        self.node = node
        self.meter = meter
        limiter = RequestLimiter(requests: requestsPerMinute)
        self.levers = levers
        switch door {
        case .network(let host, let isInsecure):
            keeper = Doorkeeper(.network(isInsecure: isInsecure))
            names = NodeNames(listening: host)
        case .directory:
            keeper = Doorkeeper(.directory)
            names = NodeNames(listening: "")
        }
    }

    package func respond(to request: Request, context: FrontContext) async throws -> Response {
        let began = NIODeadline.now()
        let target = Target(request.head.path ?? "")
        var response: Response
        do {
            response = try await answer(request, target, context)
        } catch let problem as Problem {
            response = refuse(problem, isAPI: target.path.hasPrefix("/v1/"))
            if problem.closesConnection { context.closeConnectionSoon() }
            if problem.status == .internalServerError {
                context.logger.error("an answer made no sense: \(request.method) \(target.path)")
            }
        }
        if request.method == .head { response = response.createHeadResponse() }
        response.protect()
        count(request.method, response, since: began)
        return response
    }

    private func refuse(_ problem: Problem, isAPI: Bool) -> Response {
        guard isAPI else { return Answer.problem(problem, leader: nil) }
        let position = node.position
        var response = Answer.problem(problem, leader: position.leader)
        response.stamp(position, servedBy: node.id)
        return response
    }

    private func answer(
        _ request: Request, _ target: Target, _ context: FrontContext
    ) async throws -> Response {
        if case .network = keeper.trust {
            try names.check(request.head) { node.status().nodes }
        }
        if request.method == .get, target.path == "/signin", let once = try target.value("once") {
            return try await follow(once, request.head)
        }
        guard let route = Route(path: target.path) else {
            throw Problem.notFound(Route.hint(target.path))
        }
        let access = Access(request.method, route)
        // Whoever signs in is nobody yet; who signs out is somebody.
        if access == .free, route != .people(.session) || request.method == .post {
            return try await answer(request, route, target, context)
        }
        var asked = self
        let before = node.people
        let quota: RequestLimiter.Quota?
        (asked.caller, quota) = try await admit(request.head, route, target, context)
        try asked.caller.check(access)
        let isRead = request.method == .get || request.method == .head
        if isRead { try await keepTerms(target) }
        var response = try await asked.answer(request, route, target, context)
        response.state(quota, of: limiter)
        // What a token allowed when the request came may not be allowed at the index that was read.
        if isRead, asked.caller.credential != nil, node.people != before {
            try await caller(request.head, route, target, context).check(access)
        }
        return response
    }

    func caller(
        _ head: HTTPRequest, _ route: Route, _ target: Target, _ context: FrontContext
    ) async throws(Problem) -> Caller {
        let parameter = route == .items(.calendar) ? try target.value("token") : nil
        return try await keeper.caller(
            head, node, isLocal: context.isLocal, parameter: parameter)
    }

    private func answer(
        _ request: Request, _ route: Route, _ target: Target, _ context: FrontContext
    ) async throws -> Response {
        var call = Call(route: route, target: target, headers: request.headers)
        switch (request.method, route) {
        case (_, .jobs(let route)):
            return try await jobs(request, route, call, context)
        case (_, .items(let route)):
            return try await items(request, route, call)
        case (_, .people(let route)):
            return try await people(request, route, call, context)
        case (_, .levers) where levers == nil: throw Problem.notFound(Route.hint(target.path))
        case (.get, .page(let page)), (.head, .page(let page)):
            return await self.page(page, request, call, context)
        case (.get, .levers), (.head, .levers): return try await showLevers(call)
        case (.post, .levers): return try await pull(request, call)
        case (.post, .transfer):
            try RequestBodies.check(call.headers, mergePatch: false)
            call.body = try await RequestBodies.read(request.body)
            return try await transfer(call)
        case (.get, .transfer), (.head, .transfer): throw Problem.methodNotAllowed(route.methods)
        case (.get, .events), (.head, .events):
            let pass = pass(request.head, route, target, context)
            return try events(call, pass, headOnly: request.method == .head)
        case (.get, .clusterEvents), (.head, .clusterEvents):
            let pass = pass(request.head, route, target, context)
            return try clusterEvents(call, pass, headOnly: request.method == .head)
        case (.get, _), (.head, _): return try await read(call)
        case (.post, .tasks):
            try RequestBodies.check(call.headers, mergePatch: false)
            call.body = try await RequestBodies.read(request.body)
            return try await create(call)
        case (.put, .task(let id)):
            try RequestBodies.check(call.headers, mergePatch: false)
            call.body = try await RequestBodies.read(request.body)
            return try await put(id, call)
        case (.patch, .task(let id)):
            try RequestBodies.check(call.headers, mergePatch: true)
            call.body = try await RequestBodies.read(request.body)
            return try await update(id, call)
        case (.delete, .task(let id)):
            return try await delete(id, call)
        case (.post, .taskPart(let id, let part)):
            try part.methods.check(.post)
            return try await act(on: id, part, try await optionalFields(request, call), call)
        default:
            throw Problem.methodNotAllowed(route.methods)
        }
    }

    private func read(_ call: Call) async throws(Problem) -> Response {
        switch call.route {
        case .asset(let name): return try asset(Assets.named(name), call)
        case .description: return try asset(Assets.description, call)
        case .docs: return try asset(Assets.docs, call)
        case .errorDocs: return try asset(Assets.errorDocs, call)
        case .live: return Answer.text(.ok, "ok")
        case .ready: return try readiness(call)
        case .metrics: return try await metrics(call)
        case .tasks: return try await list(call)
        case .task(let id): return try await show(id, call)
        case .taskPart(let id, .history): return try await history(of: id, call)
        case .taskPart(let id, .comments): return try await comments(of: id, call)
        case .taskPart(_, let part): throw .methodNotAllowed(part.methods)
        case .cluster: return try cluster(call)
        case .page, .events, .clusterEvents, .jobs, .items, .people, .levers, .transfer:
            preconditionFailure("Another function answers it.")
        }
    }

    private func asset(_ asset: Asset?, _ call: Call) throws(Problem) -> Response {
        guard let asset else { throw .notFound("there is no such file") }
        return asset.response(call.headers, isLasting: Assets.isLasting(call.target.path))
    }
}
