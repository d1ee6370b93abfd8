import ArgumentParser
import Client
import Console
import Foundation

struct Tokens: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Make and revoke tokens for programs.",
        discussion: """
            EXAMPLES
              taskraft token create backup --scope read --expires 90d
              taskraft token create worker --user ann --scope work --data-dir ./data > worker.token
              taskraft token revoke 7
            """,
        subcommands: [Create.self, List.self, Revoke.self])
}

extension Tokens {
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a token, and print it: nobody can show it again.")
        @Argument(help: "What it is for.") var name: String
        @Option(help: "Whose it is; oneself if nothing is said.") var user: String?
        @Option(
            name: .customLong("scope"),
            help: "read, tasks, enqueue, work or admin; can be given several times.")
        var scopes: [String] = ["read"]
        @Option(help: "How long it is good for, such as 90d.") var expires: String?
        @OptionGroup var people: PeopleConnection

        func run() async throws {
            let token = try await people.use { client in
                var owner: UInt64?
                if let user { owner = try await client.user(named: user).id }
                return try await client.createToken(
                    TokenDraft(name: name, user: owner, scopes: scopes, lifetime: expires))
            }
            if people.connection.json { return try people.connection.show(json: token) }
            Terminal.output.line(token.secret ?? "")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List one's tokens; an admin sees all.")
        @OptionGroup var people: PeopleConnection

        func run() async throws {
            let (tokens, users) = try await people.use { client in
                (try await client.tokens(), try await client.users())
            }
            if people.connection.json { return try people.connection.show(json: tokens) }
            Terminal.output.table(PeopleText.table(tokens, users))
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Revoke a token, at once.")
        @Argument(help: "Its number.") var id: UInt64
        @OptionGroup var people: PeopleConnection

        func run() async throws {
            try await people.use { try await $0.revokeToken(id) }
            Terminal.output.line("token \(id) holds no more")
        }
    }
}
