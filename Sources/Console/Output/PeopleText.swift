package import Client

/// Users and tokens, as a terminal shows them.
package enum PeopleText {
    package static func table(_ users: [UserItem]) -> TextTable {
        var table = TextTable([
            .init("USER", shrinks: true), .init("ROLE"), .init("E-MAIL", shrinks: true),
            .init("SINCE"),
        ])
        for user in users {
            let role = user.disabled ? "\(user.role), disabled" : user.role
            table.append([
                .init(user.name), .init(role, user.disabled ? .red : nil),
                .init(user.email ?? "-"), .init(user.created),
            ])
        }
        return table
    }

    package static func table(_ tokens: [TokenItem], _ users: [UserItem]) -> TextTable {
        var table = TextTable([
            .init("ID", .right), .init("NAME", shrinks: true), .init("USER", shrinks: true),
            .init("KIND"), .init("SCOPES"), .init("EXPIRES"),
        ])
        for token in tokens {
            let user = users.first { $0.id == token.user }?.name ?? String(token.user)
            table.append([
                .init(String(token.id)), .init(token.name), .init(user), .init(token.kind),
                .init(token.scopes.joined(separator: ", ")), .init(token.expires ?? "-"),
            ])
        }
        return table
    }
}
