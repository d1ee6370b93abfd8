import Foundation
import NIOHTTP1

// Boards and their columns.
extension TaskraftClient {
    package func boards(stale: Bool = false) async throws(ClientError) -> [BoardItem] {
        try await all("/v1/boards", stale ? [.stale] : [])
    }

    package func board(
        _ id: UInt64, stale: Bool = false
    ) async throws(ClientError) -> BoardItem {
        try await get("/v1/boards/\(id)", stale ? [.stale] : [])
    }

    package func createBoard(_ board: BoardEdit) async throws(ClientError) -> BoardItem {
        try await post("/v1/boards", board).decode()
    }

    /// Whatever its version is; of two such changes at once, both are made.
    package func editBoard(
        _ id: UInt64, _ edit: BoardEdit
    ) async throws(ClientError) -> BoardItem {
        let request = Request(
            method: .PATCH, path: "/v1/boards/\(id)", body: try encode(edit), key: newKey())
        return try await exchange.send(request).answer.decode()
    }

    package func deleteBoard(_ id: UInt64) async throws(ClientError) {
        let request = Request(method: .DELETE, path: "/v1/boards/\(id)", key: newKey())
        _ = try await exchange.send(request)
    }
}
