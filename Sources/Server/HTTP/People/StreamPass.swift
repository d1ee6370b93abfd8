import HTTPTypes
import Node
import Replica
import Work

/// What a stream was opened with. A stream outlives the request that was allowed, and so does a
/// wait for jobs: it is looked at again when a user or a token has changed, and when its time is
/// over.
struct StreamPass<Node: TaskService>: Sendable {
    private let node: Node
    private let expires: Timestamp?
    private let isAllowed: @Sendable () async -> Bool
    private var mark: PeopleMark

    /// - Parameter isAllowed: asks once more what the request was asked.
    init(_ node: Node, _ caller: Caller, isAllowed: @escaping @Sendable () async -> Bool) {
        self.node = node
        self.isAllowed = isAllowed
        expires = caller.credential?.token.expires
        mark = caller.mark
    }

    /// Whether more may be told; cheap while nothing has changed.
    mutating func holds() async -> Bool {
        if let expires, expires <= .now { return false }
        let now = node.people
        if now == mark { return true }
        mark = now
        return await isAllowed()
    }
}

extension Responder {
    func pass(
        _ head: HTTPRequest, _ route: Route, _ target: Target, _ context: FrontContext
    ) -> StreamPass<Node> {
        StreamPass(node, caller) { [self] in
            do {
                let access = Access(head.method, route)
                try await caller(head, route, target, context).check(access)
                return true
            } catch {
                return false
            }
        }
    }
}
