/// What is done to users and tokens. Passwords and secrets come as hashes: nothing else is ever
/// in a log.
package enum PeopleCommand: Hashable, Sendable {
    case createUser(NewUser)
    case updateUser(UserID, expected: UInt64?, UserPatch)
    case createToken(NewToken)
    case revokeToken(TokenID)
    /// A link that signs in once was opened: it is gone, and a session of its user takes its
    /// place.
    case spendToken(secretHash: [UInt8], session: NewSession)
}

package struct NewUser: Hashable, Sendable {
    package var name: FoldedText
    package var email: FoldedText?
    package var role: UserRole
    package var passwordHash: String?

    package init(name: String, email: String?, role: UserRole, passwordHash: String?) {
        self.init(
            name: FoldedText(name), email: email.map { FoldedText($0) }, role: role,
            passwordHash: passwordHash)
    }

    init(name: FoldedText, email: FoldedText?, role: UserRole, passwordHash: String?) {
        self.name = name
        self.email = email
        self.role = role
        self.passwordHash = passwordHash
    }
}

/// A text with the form in which it is compared. The tables of Unicode differ between two versions
/// of the program, so the form is computed before a command is proposed, and carried by it.
package struct FoldedText: Hashable, Sendable {
    package let text: String
    package let key: String

    package init(_ text: String) { self.init(text, key: Self.key(text)) }

    package static func key(_ text: String) -> String { text.lowercased() }

    init(_ text: String, key: String) {
        self.text = text
        self.key = key
    }
}

/// A change to some fields of a user; nil leaves a field as it is.
package struct UserPatch: Hashable, Sendable {
    package var name: FoldedText?
    /// `.some(nil)` clears it; so below.
    package var email: FoldedText??
    package var role: UserRole?
    /// Somebody who is disabled may do nothing, and stays named where he was.
    package var isDisabled: Bool?
    package var passwordHash: String??

    package init() {}
}

package struct NewToken: Hashable, Sendable {
    package var user: UserID
    package var name: String
    package var secretHash: [UInt8]
    package var scopes: Scopes
    package var kind: TokenRecord.Kind
    package var expires: Timestamp?

    package init(
        user: UserID, name: String, secretHash: [UInt8], scopes: Scopes, kind: TokenRecord.Kind,
        expires: Timestamp?
    ) {
        self.user = user
        self.name = name
        self.secretHash = secretHash
        self.scopes = scopes
        self.kind = kind
        self.expires = expires
    }
}

/// A browser's session, with all that its user may do.
package struct NewSession: Hashable, Sendable {
    package var name: String
    package var secretHash: [UInt8]
    package var expires: Timestamp

    package init(name: String, secretHash: [UInt8], expires: Timestamp) {
        self.name = name
        self.secretHash = secretHash
        self.expires = expires
    }
}
