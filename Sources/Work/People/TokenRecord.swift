import Wire

/// A secret that somebody may show instead of signing in. Only its hash is known.
package struct TokenRecord: Hashable, Sendable {
    package enum Kind: UInt8, Sendable, CaseIterable {
        /// A program's.
        case api = 1
        /// A browser's, after signing in.
        case session = 2
        /// Of a link that signs in once.
        case signIn = 3

        package init?(name: some StringProtocol) {
            guard let kind = Self.allCases.first(where: { $0.name == name }) else { return nil }
            self = kind
        }

        package var name: String {
            switch self {
            case .api: "api"
            case .session: "session"
            case .signIn: "sign_in"
            }
        }
    }

    package var id: TokenID
    package var user: UserID
    package var name: String
    /// SHA-256: 32 bytes.
    package var secretHash: [UInt8]
    package var scopes: Scopes
    package var kind: Kind
    /// On the cluster's wall clock; nil: it does not expire.
    package var expires: Timestamp?
    package var life: ItemLife

    package init(
        id: TokenID, user: UserID, name: String, secretHash: [UInt8], scopes: Scopes, kind: Kind,
        expires: Timestamp?, life: ItemLife
    ) {
        self.id = id
        self.user = user
        self.name = name
        self.secretHash = secretHash
        self.scopes = scopes
        self.kind = kind
        self.expires = expires
        self.life = life
    }

    package func isExpired(at time: Timestamp) -> Bool { expires.map { $0 <= time } ?? false }

    var size: Int { 240 + name.utf8.count }

    var hash: UInt64 {
        StateHash.of(seed: 24) {
            $0.writeVarint(id.rawValue)
            $0.writeVarint(user.rawValue)
            $0.writeString(name)
            $0.writeBytes(secretHash)
            $0.writeByte(scopes.rawValue)
            $0.writeByte(kind.rawValue)
            $0.writeOptional(expires) { $0.writeSigned($1.milliseconds) }
            life.encode(into: &$0)
        }
    }
}
