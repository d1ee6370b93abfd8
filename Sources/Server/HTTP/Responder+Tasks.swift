import Hummingbird
import Node
import Replica
import Work

/// Pages with what this node has, for whoever may see it. They wait for no quorum: a page's script
/// asks for what the cluster has, and says so if there is no answer.
extension Responder {
    /// `GET /`
    func tasksPage(_ request: Request, _ call: Call, isLocal: Bool) async -> Response {
        await page(.tasks, request, call, isLocal: isLocal) {
            guard let place = TasksPlace(call.target) else { return nil }
            let (items, point) = try await node.items(.boards, .stale)
            let boards = items.compactMap { item -> BoardRecord? in
                guard case .board(let board) = item else { return nil }
                return board
            }
            let page = try await node.tasks(
                matching: place.query, after: nil, atLeast: point.index)
            return TasksPage.asset(FirstCards(place: place, boards: boards, page: page))
        }
    }

    /// `GET /tasks/7`
    func taskPage(_ request: Request, _ call: Call, isLocal: Bool) async -> Response {
        await page(.task, request, call, isLocal: isLocal) {
            guard let name = call.target.path.split(separator: "/").last,
                let id = TaskID(digits: name), let task = try await node.task(id, .stale).0
            else { return nil }
            return OneTaskPage.asset(task)
        }
    }

    /// The page as it is for everybody, where there is nothing to show or nobody to show it to.
    private func page(
        _ page: WebPage, _ request: Request, _ call: Call, isLocal: Bool,
        filled: () async throws -> Asset?
    ) async -> Response {
        let plain = page.asset.response(call.headers)
        do {
            let caller = try await keeper.caller(
                request.head, node, isLocal: isLocal, looksElsewhere: false)
            try caller.check(.scopes(.read))
            // What was allowed when the request came may not be allowed at the index that was read.
            guard let asset = try await filled(), node.people == caller.mark else { return plain }
            return asset.response(call.headers)
        } catch {
            return plain
        }
    }
}
