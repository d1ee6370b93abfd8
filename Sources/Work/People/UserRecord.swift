import Wire

package enum UserRole: UInt8, Sendable, CaseIterable, Comparable {
    /// Sees everything.
    case viewer = 0
    /// Changes tasks, puts jobs and works on them.
    case member = 1
    /// Users, tokens, queues, the cluster.
    case admin = 2

    package init?(name: some StringProtocol) {
        guard let role = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = role
    }

    package var name: String {
        switch self {
        case .viewer: "viewer"
        case .member: "member"
        case .admin: "admin"
        }
    }

    package static func < (left: UserRole, right: UserRole) -> Bool {
        left.rawValue < right.rawValue
    }

    /// What somebody of this role may do at most.
    package var scopes: Scopes {
        switch self {
        case .viewer: .read
        case .member: [.read, .tasks, .enqueue, .work]
        case .admin: .all
        }
    }
}

/// What a token may be used for.
package struct Scopes: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let read = Scopes(rawValue: 1)
    package static let tasks = Scopes(rawValue: 2)
    package static let enqueue = Scopes(rawValue: 4)
    package static let work = Scopes(rawValue: 8)
    package static let admin = Scopes(rawValue: 16)
    package static let all: Scopes = [.read, .tasks, .enqueue, .work, .admin]

    package static let names: [(name: String, scope: Scopes)] = [
        ("read", .read), ("tasks", .tasks), ("enqueue", .enqueue), ("work", .work),
        ("admin", .admin),
    ]

    /// nil if one of the names is none.
    package init?(names: [some StringProtocol]) {
        self = []
        for name in names {
            guard let known = Self.names.first(where: { $0.name == name }) else { return nil }
            insert(known.scope)
        }
    }

    package var names: [String] { Self.names.filter { contains($0.scope) }.map(\.name) }
}

/// A person, or a program, that signs in.
package struct UserRecord: Hashable, Sendable {
    package var id: UserID
    package var name: String
    /// The name as it is compared: two that differ in case alone are one.
    package var nameKey: String
    package var email: String?
    package var emailKey: String?
    package var role: UserRole
    package var isDisabled: Bool
    /// As `scrypt` made it, with its salt and costs; nil: signs in by a link or a token alone.
    package var passwordHash: String?
    package var life: ItemLife

    package init(
        id: UserID, name: String, nameKey: String, email: String?, emailKey: String?,
        role: UserRole, isDisabled: Bool, passwordHash: String?, life: ItemLife
    ) {
        self.id = id
        self.name = name
        self.nameKey = nameKey
        self.email = email
        self.emailKey = emailKey
        self.role = role
        self.isDisabled = isDisabled
        self.passwordHash = passwordHash
        self.life = life
    }

    var size: Int {
        320 + 2 * name.utf8.count + 2 * (email?.utf8.count ?? 0) + (passwordHash?.utf8.count ?? 0)
    }

    var hash: UInt64 {
        StateHash.of(seed: 23) {
            $0.writeVarint(id.rawValue)
            $0.writeString(name)
            $0.writeString(nameKey)
            $0.writeOptional(email) { $0.writeString($1) }
            $0.writeOptional(emailKey) { $0.writeString($1) }
            $0.writeByte(role.rawValue)
            $0.writeBool(isDisabled)
            $0.writeOptional(passwordHash) { $0.writeString($1) }
            life.encode(into: &$0)
        }
    }
}
