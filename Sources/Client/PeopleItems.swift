/// A user as the API answers it.
package struct UserItem: Codable, Hashable, Sendable {
    package var id: UInt64
    package var name: String
    package var email: String?
    /// `viewer`, `member` or `admin`.
    package var role: String
    package var disabled: Bool
    package var version: UInt64
    package var created: String
}

package struct UserDraft: Codable, Hashable, Sendable {
    package var name: String
    package var email: String?
    package var role: String?
    package var password: String?

    package init(name: String, email: String?, role: String?, password: String?) {
        self.name = name
        self.email = email
        self.role = role
        self.password = password
    }
}

/// What is nil stays as it is.
package struct UserEdit: Codable, Hashable, Sendable {
    package var role: String?
    package var disabled: Bool?
    package var password: String?

    package init(role: String? = nil, disabled: Bool? = nil, password: String? = nil) {
        self.role = role
        self.disabled = disabled
        self.password = password
    }
}

/// A token as the API answers it; `secret` only to whoever made it.
package struct TokenItem: Codable, Hashable, Sendable {
    package var id: UInt64
    package var user: UInt64
    package var name: String
    package var scopes: [String]
    /// `api`, `session` or `sign_in`.
    package var kind: String
    package var expires: String?
    package var secret: String?
    package var created: String
}

package struct TokenDraft: Codable, Hashable, Sendable {
    package var name: String
    package var user: UInt64?
    package var scopes: [String]?
    package var kind: String?
    /// A span such as `30d`.
    package var lifetime: String?

    enum CodingKeys: String, CodingKey {
        case name, user, scopes, kind
        case lifetime = "expires_in"
    }

    package init(
        name: String, user: UInt64?, scopes: [String]? = nil, kind: String? = nil,
        lifetime: String? = nil
    ) {
        self.name = name
        self.user = user
        self.scopes = scopes
        self.kind = kind
        self.lifetime = lifetime
    }
}
