import Foundation
import NIOHTTP1

// Users and tokens.
extension TaskraftClient {
    package func users() async throws(ClientError) -> [UserItem] {
        try await all("/v1/users", [])
    }

    package func createUser(_ draft: UserDraft) async throws(ClientError) -> UserItem {
        try await post("/v1/users", draft).decode()
    }

    package func editUser(_ id: UInt64, _ edit: UserEdit) async throws(ClientError) -> UserItem {
        let request = Request(
            method: .PATCH, path: "/v1/users/\(id)", body: try encode(edit), key: newKey())
        return try await exchange.send(request).answer.decode()
    }

    package func tokens() async throws(ClientError) -> [TokenItem] {
        try await all("/v1/tokens", [])
    }

    /// The token, with its secret.
    package func createToken(_ draft: TokenDraft) async throws(ClientError) -> TokenItem {
        let token: TokenItem = try await post("/v1/tokens", draft).decode()
        if token.secret != nil { return token }
        // An earlier attempt has made it, and the answer was lost with the secret: it is of no use.
        try await revokeToken(token.id)
        return try await createToken(draft)
    }

    package func revokeToken(_ id: UInt64) async throws(ClientError) {
        let request = Request(method: .DELETE, path: "/v1/tokens/\(id)", key: newKey())
        _ = try await exchange.send(request)
    }
}
