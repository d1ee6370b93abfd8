package import Work

/// What a path names that is about users, tokens and who asks.
package enum PeopleRoute: Hashable, Sendable {
    case users
    case user(UserID)
    case tokens
    case token(TokenID)
    /// Signing in and out with a browser.
    case session
    /// Who asks, and what that one may do.
    case me

    /// The names after `/v1/`.
    init?(_ names: ArraySlice<Substring>) {
        let names = Array(names)
        switch (names[0], names.count) {
        case ("users", 1): self = .users
        case ("tokens", 1): self = .tokens
        case ("session", 1): self = .session
        case ("me", 1): self = .me
        case ("users", 2):
            guard let id = TaskID(digits: names[1]) else { return nil }
            self = .user(UserID(id.rawValue))
        case ("tokens", 2):
            guard let id = TaskID(digits: names[1]) else { return nil }
            self = .token(TokenID(id.rawValue))
        default: return nil
        }
    }

    /// As `Allow` lists them.
    var methods: String {
        switch self {
        case .users, .tokens: "GET, HEAD, POST"
        case .user: "GET, HEAD, PATCH, DELETE"
        case .token: "DELETE"
        case .session: "POST, DELETE"
        case .me: "GET, HEAD"
        }
    }
}
