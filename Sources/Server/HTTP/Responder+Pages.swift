import HTTPTypes
import Hummingbird
import Node
import Replica
import Work

/// Pages with what this node has, for whoever may see it. They wait for no quorum, and not long for
/// this node: a page's script asks for what the cluster has, and says so if there is no answer.
extension Responder {
    private static var patience: Duration { .milliseconds(250) }

    func page(
        _ page: WebPage, _ request: Request, _ call: Call, _ context: FrontContext
    ) async -> Response {
        guard page.comesFilled else { return page.asset.response(call.headers) }
        let head = request.head
        let answer = await within(Self.patience) { () -> (Asset, Caller)? in
            let caller = try await keeper.caller(
                head, node, isLocal: context.isLocal, looksElsewhere: false)
            try caller.check(.scopes(.read))
            _ = try take(caller, context)
            // What was allowed when the request came may not be allowed at the index that was read.
            guard let asset = try await filled(page, call.target), node.people == caller.mark
            else { return nil }
            return (asset, caller)
        }
        // There is nobody to show something to, or nothing can be read.
        guard let (asset, caller) = answer else { return page.asset.response(call.headers) }
        var response = asset.response(call.headers)
        // Who has signed out must not see it again by going back.
        if caller.credential != nil { response.headers[.cacheControl] = "no-store" }
        return response
    }

    /// nil where there is nothing to fill in.
    private func filled(_ page: WebPage, _ target: Target) async throws -> Asset? {
        switch page {
        case .tasks: return try await firstCards(target).map { TasksPage.asset($0) }
        case .task: return try await task(target).map { OneTaskPage.asset($0) }
        case .queues: return try await queues().map { QueuesPage.asset($0) }
        case .cluster, .settings, .signIn: return nil
        }
    }

    private func firstCards(_ target: Target) async throws -> FirstCards? {
        guard let place = TasksPlace(target) else { return nil }
        let (items, point) = try await node.items(.boards, .stale)
        let boards = items.compactMap { item -> BoardRecord? in
            guard case .board(let board) = item else { return nil }
            return board
        }
        let page = try await node.tasks(matching: place.query, after: nil, atLeast: point.index)
        return FirstCards(place: place, boards: boards, page: page)
    }

    private func task(_ target: Target) async throws -> TaskRecord? {
        guard let name = target.path.split(separator: "/").last, let id = TaskID(digits: name)
        else { return nil }
        return try await node.task(id, .stale).0
    }

    private func queues() async throws -> [QueueView]? {
        let queues = try await node.look(.queues, .stale).queues.filter { $0.isShown }
        return queues.isEmpty ? nil : queues
    }
}

/// What `body` gives; nil if it fails or takes longer, and then it ends by itself.
private func within<Value: Sendable>(
    _ limit: Duration, _ body: @escaping @Sendable () async throws -> Value?
) async -> Value? {
    let (answers, end) = AsyncStream.makeStream(of: Value?.self)
    Task { end.yield(try? await body()) }
    let alarm = Task {
        try await Task.sleep(for: limit)
        end.yield(nil)
    }
    defer { alarm.cancel() }
    for await answer in answers { return answer }
    return nil
}
