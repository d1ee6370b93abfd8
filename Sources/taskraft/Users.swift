import ArgumentParser
import Client
import Console
import Foundation

/// Where users are managed: over HTTP with an admin's token, or by the socket in the data
/// directory of a node on this machine, for whoever may read and write that.
struct PeopleConnection: ParsableArguments {
    @Option(help: "The data directory of a node on this machine: no token is needed.")
    var dataDir: String?
    @OptionGroup var connection: Connection

    func use<Result>(_ body: (TaskraftClient) async throws -> Result) async throws -> Result {
        guard let dataDir else { return try await connection.use(body) }
        guard let socket = DirectoryDoor.socket(in: dataDir) else {
            throw Failure("--data-dir: the path is too long for a socket in it", .usage)
        }
        guard FileManager.default.fileExists(atPath: socket) else {
            throw Failure("no node runs on \(dataDir): there is no \(socket)")
        }
        return try await connection.use(socket: socket, body)
    }
}

extension TaskraftClient {
    func user(named name: String) async throws -> UserItem {
        let users = try await users()
        guard let user = users.first(where: { $0.name.lowercased() == name.lowercased() }) else {
            throw Failure("there is no user \(name)")
        }
        return user
    }
}

struct Users: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Say who may use the cluster.",
        discussion: """
            The first user is an admin. From then on every request needs a token or a
            session. An admin who has lost the way in finds it on the machine of a node:
            passwd with --data-dir prints a link that signs in once.

            EXAMPLES
              taskraft user add ann --role admin --data-dir ./data
              taskraft user passwd ann --data-dir ./data
              taskraft user list --token-file admin.token
            """,
        subcommands: [Add.self, List.self, Password.self, Role.self, Remove.self])
}

extension Users {
    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a user, and a link that signs in once.")
        @Argument(help: "Its name.") var name: String
        @Option(help: "viewer, member or admin; member if there are users already.")
        var role: String?
        @Option(help: "Its e-mail address.") var email: String?
        @Flag(help: "Read a password from standard input; it needs no link then.")
        var passwordStdin = false
        @OptionGroup var people: PeopleConnection

        func run() async throws {
            let password = passwordStdin ? try Users.readPassword() : nil
            let draft = UserDraft(name: name, email: email, role: role, password: password)
            let (user, link) = try await people.use { client in
                let user = try await Users.create(draft, client)
                let link = password == nil ? try await Users.link(for: user, client) : nil
                return (user, link)
            }
            if people.connection.json { return try people.connection.show(json: user) }
            Terminal.output.line("user \(user.name), \(user.role)")
            if let link { Terminal.output.line(link) }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the users.")
        @OptionGroup var people: PeopleConnection

        func run() async throws {
            let users = try await people.use { try await $0.users() }
            if people.connection.json { return try people.connection.show(json: users) }
            Terminal.output.table(PeopleText.table(users))
        }
    }

    struct Password: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "passwd",
            abstract: "Set a user's password, or print a link that signs in once.")
        @Argument(help: "Its name.") var name: String
        @Flag(help: "Read a new password from standard input.") var passwordStdin = false
        @OptionGroup var people: PeopleConnection

        func run() async throws {
            let password = passwordStdin ? try Users.readPassword() : nil
            let link = try await people.use { client -> String? in
                let user = try await client.user(named: name)
                guard let password else { return try await Users.link(for: user, client) }
                _ = try await client.editUser(
                    user.id, UserEdit(disabled: false, password: password))
                return nil
            }
            Terminal.output.line(link ?? "\(name) has a new password")
        }
    }

    struct Role: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Change what a user may do.")
        @Argument(help: "Its name.") var name: String
        @Argument(help: "viewer, member or admin.") var role: String
        @OptionGroup var people: PeopleConnection

        func run() async throws {
            let user = try await people.use { client in
                let user = try await client.user(named: name)
                return try await client.editUser(user.id, UserEdit(role: role))
            }
            Terminal.output.line("\(user.name) is \(user.role) now")
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rm", abstract: "Disable a user, who stays named in the history.")
        @Argument(help: "Its name.") var name: String
        @OptionGroup var people: PeopleConnection

        func run() async throws {
            _ = try await people.use { client in
                let user = try await client.user(named: name)
                return try await client.editUser(user.id, UserEdit(disabled: true))
            }
            Terminal.output.line("\(name) may do nothing any more")
        }
    }

    /// Over HTTP the first user has to be able to sign in: who could make a link is nobody yet.
    fileprivate static func create(
        _ draft: UserDraft, _ client: TaskraftClient
    ) async throws -> UserItem {
        do throws(ClientError) {
            return try await client.createUser(draft)
        } catch {
            guard draft.password == nil, case .refused(let problem) = error,
                problem.errors?.contains(where: { $0.pointer == "/password" }) == true
            else { throw error }
            throw Failure(
                "the first user is made on the machine of a node, with --data-dir, or brings a "
                    + "password, with --password-stdin", .usage)
        }
    }

    fileprivate static func readPassword() throws -> String {
        guard let line = readLine(strippingNewline: true), !line.isEmpty else {
            throw Failure("--password-stdin: there was no line to read", .usage)
        }
        return line
    }

    /// Good for a day.
    fileprivate static func link(
        for user: UserItem, _ client: TaskraftClient
    ) async throws -> String {
        let draft = TokenDraft(name: "link", user: user.id, kind: "sign_in")
        let token = try await client.createToken(draft)
        let cluster = try await client.cluster()
        let address = cluster.answering?.http ?? "127.0.0.1:8080"
        return "sign in once, within a day: http://\(address)/signin?once=\(token.secret ?? "")"
    }
}
