import Work

/// Users, tokens and passwords as clients hand them in.
enum PeopleInput {
    struct User {
        var name: String?
        /// `.some(nil)` clears it.
        var email: String??
        var role: UserRole?
        var isDisabled: Bool?
        var password: String?
    }

    static func user(_ value: JSONValue, isNew: Bool) throws(Problem) -> User {
        var reader = FieldReader(value)
        var user = User()
        user.name = isNew ? reader.required("name") : reader.string("name")
        if reader.takeNull("email") {
            user.email = .some(nil)
        } else if let email = reader.string("email") {
            user.email = .some(email)
        }
        user.role = reader.choice("role", UserRole.allCases.map { ($0.name, $0) })
        if !isNew { user.isDisabled = reader.bool("disabled") }
        user.password = password(&reader)
        let problems = UserRecord.problems(
            name: user.name, email: user.email ?? nil, passwordHash: nil)
        for problem in problems {
            reader.report(String(problem.pointer.dropFirst()), problem.detail)
        }
        try reader.finish().check()
        return user
    }

    private static func password(_ reader: inout FieldReader) -> String? {
        guard let password = reader.string("password") else { return nil }
        let lengths = PasswordHash.lengths
        let isShort = password.unicodeScalars.count < lengths.lowerBound
        if isShort || password.utf8.count > lengths.upperBound {
            reader.report(
                "password", "must have \(lengths.lowerBound) characters at least, and "
                    + "\(lengths.upperBound) bytes at most")
        }
        return password
    }

    static func signIn(
        _ value: JSONValue
    ) throws(Problem) -> (name: String, password: String) {
        var reader = FieldReader(value)
        let name = reader.required("name")
        let password = reader.required("password")
        if let password, password.utf8.count > PasswordHash.lengths.upperBound {
            reader.report("password", "is too long")
        }
        if let name, name.unicodeScalars.count > Limits.emailCharacters {
            reader.report("name", "is too long")
        }
        try reader.finish().check()
        return (name ?? "", password ?? "")
    }

    struct Token {
        var name = ""
        var user: UserID?
        var scopes: Scopes
        var isSignIn = false
        /// Milliseconds from now.
        var lifetime: UInt64?
    }

    /// A link that signs in is good for a day at most.
    private static let linkLifetime: UInt64 = 86_400_000

    static func token(_ value: JSONValue) throws(Problem) -> Token {
        var reader = FieldReader(value, nullable: ["expires_in"])
        var token = Token(scopes: .read)
        token.name = name(&reader)
        token.user = reader.number("user").map { UserID($0) }
        token.isSignIn =
            reader.choice("kind", [("api", false), ("sign_in", true)]) ?? false
        if let names = reader.strings("scopes") {
            if let scopes = Scopes(names: names), !scopes.isEmpty {
                token.scopes = scopes
            } else {
                let known = Scopes.names.map(\.name).joined(separator: ", ")
                reader.report("scopes", "must be at least one of: \(known)")
            }
        } else if token.isSignIn {
            token.scopes = .all
        }
        token.lifetime = reader.span("expires_in")
        if token.lifetime == 0 { reader.report("expires_in", "must be longer than nothing") }
        if token.isSignIn { token.lifetime = min(token.lifetime ?? linkLifetime, linkLifetime) }
        try reader.finish().check()
        return token
    }

    private static func name(_ reader: inout FieldReader) -> String {
        guard let name = reader.required("name") else { return "" }
        if let problem = Text.problem(name, 1...Limits.nameCharacters) {
            reader.report("name", problem)
        }
        return name
    }
}
