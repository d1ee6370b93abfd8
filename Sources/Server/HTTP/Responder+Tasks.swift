import Hummingbird
import Node
import Replica
import Work

extension Responder {
    /// `GET /`: the page, with the cards that this node has, for whoever may see them. It waits for
    /// no quorum: the page's script asks for what the cluster has, and says so if there is no
    /// answer.
    func tasksPage(_ request: Request, _ call: Call, isLocal: Bool) async -> Response {
        guard let cards = try? await firstCards(request, call.target, isLocal: isLocal) else {
            return WebPage.tasks.asset.response(call.headers)
        }
        return TasksPage.asset(cards).response(call.headers)
    }

    private func firstCards(
        _ request: Request, _ target: Target, isLocal: Bool
    ) async throws -> FirstCards? {
        guard let place = TasksPlace(target) else { return nil }
        let caller = try await keeper.caller(
            request.head, node, isLocal: isLocal, looksElsewhere: false)
        try caller.check(.scopes(.read))
        let (items, point) = try await node.items(.boards, .stale)
        let boards = items.compactMap { item -> BoardRecord? in
            guard case .board(let board) = item else { return nil }
            return board
        }
        let page = try await node.tasks(
            matching: place.query, after: nil, atLeast: point.index)
        // What was allowed when the request came may not be allowed at the index that was read.
        guard node.people == caller.mark else { return nil }
        return FirstCards(place: place, boards: boards, page: page)
    }
}
