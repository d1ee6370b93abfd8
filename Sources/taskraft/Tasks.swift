import ArgumentParser
import Client
import Console
import Foundation

/// Where the cluster is, and how to answer.
struct Connection: ParsableArguments {
    @Option(
        help: "Addresses of nodes, separated by commas. [TASKRAFT_URL]")
    var url: String?
    @Option(help: "A file that holds a token. [TASKRAFT_TOKEN: the token itself]")
    var tokenFile: String?
    @Flag(help: "Answer with JSON, for programs.")
    var json = false

    /// Works with a client that is closed in the end, whatever happened.
    func use<Result>(
        policy: RetryPolicy = .interactive, spread: Bool = false,
        socket: String? = nil, _ body: (TaskraftClient) async throws -> Result
    ) async throws -> Result {
        if let socket {
            return try await use([BaseURL(socket: socket)], nil, policy, spread, body)
        }
        let text =
            url ?? ProcessInfo.processInfo.environment["TASKRAFT_URL"] ?? "http://127.0.0.1:8080"
        let bases: [BaseURL]
        do {
            bases = try BaseURL.list(text)
        } catch {
            throw Failure("--url: \(error)", .usage)
        }
        return try await use(bases, try token(), policy, spread, body)
    }

    /// A secret is no argument of a command: others can see those.
    private func token() throws -> String? {
        guard let tokenFile else { return ProcessInfo.processInfo.environment["TASKRAFT_TOKEN"] }
        do {
            return try String(contentsOfFile: tokenFile, encoding: .utf8)
                .trimmingCharacters(in: .whitespacesAndNewlines)
        } catch {
            throw Failure("--token-file: \(tokenFile) cannot be read", .usage)
        }
    }

    private func use<Result>(
        _ bases: [BaseURL], _ token: String?, _ policy: RetryPolicy, _ spread: Bool,
        _ body: (TaskraftClient) async throws -> Result
    ) async throws -> Result {
        let client = TaskraftClient(
            bases: bases, policy: policy, spread: spread, token: token)
        do {
            let result = try await body(client)
            await client.shutdown()
            return result
        } catch {
            await client.shutdown()
            throw Failure(error)
        }
    }

    func show(_ task: TaskItem) throws {
        if json { return try show(json: task) }
        Terminal.output.line(TaskText.details(task))
    }

    func show(json value: some Encodable) throws {
        Terminal.output.line(String(decoding: try JSON.encode(value, pretty: true), as: UTF8.self))
    }
}

struct Tasks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task", abstract: "Work with tasks.",
        discussion: """
            EXAMPLES
              taskraft task add "Call the bank" --priority 1 --due 2026-12-01 --label home
              taskraft task list --status pending
              taskraft task done 7
              taskraft task import plan.csv --url http://127.0.0.1:8080,http://127.0.0.1:8081
            """,
        subcommands: [
            Add.self, List.self, Show.self, Edit.self, Done.self, Remove.self, Import.self,
            Export.self,
        ])
}

/// The fields of a task as options.
struct FieldOptions: ParsableArguments {
    @Option(help: "Several lines of text; Markdown.")
    var description: String?
    @Option(help: "pending, in_progress or done.")
    var status: String?
    @Option(help: "0 (none), or 1 (most urgent) to 4.")
    var priority: Int?
    @Option(help: "A day, as 2026-12-01; for edit also 'none'.")
    var due: String?
    @Option(help: "Who does it; for edit also 'none'.")
    var assignee: String?
    @Option(name: .customLong("label"), help: "A label; can be given several times.")
    var labels: [String] = []
    @Option(help: "Who asks for it, for the history. [TASKRAFT_AUTHOR]")
    var author: String?

    var actor: String? { author ?? ProcessInfo.processInfo.environment["TASKRAFT_AUTHOR"] }
}

extension Tasks {
    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a task.",
            discussion: """
                EXAMPLES
                  taskraft task add "Call the bank" --priority 1 --due 2026-12-01
                  taskraft task add "Buy milk" --label home --label shop --assignee ann
                """)
        @Argument(help: "Its title.") var title: String
        @OptionGroup var fields: FieldOptions
        @OptionGroup var connection: Connection

        func run() async throws {
            var draft = TaskDraft(title: title)
            draft.description = fields.description
            draft.status = fields.status
            draft.priority = fields.priority
            draft.due = fields.due
            draft.assignee = fields.assignee
            draft.labels = fields.labels.isEmpty ? nil : fields.labels
            draft.author = fields.actor
            let added = try await connection.use { try await $0.create(draft) }
            try connection.show(added)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List tasks.",
            discussion: """
                EXAMPLES
                  taskraft task list --status pending
                  taskraft task list --json --limit 10
                """)
        @Option(help: "Only those that are pending, in_progress or done.") var status: String?
        @Option(help: "At most so many.") var limit = 1000
        @Flag(help: "Whatever the node has, also without a quorum.") var stale = false
        @OptionGroup var connection: Connection

        func validate() throws {
            if limit < 1 { throw ValidationError("--limit is a number from 1") }
        }

        func run() async throws {
            let tasks = try await connection.use {
                try await $0.allTasks(status: status, limit: limit, stale: stale)
            }
            if connection.json { return try connection.show(json: tasks) }
            Terminal.output.table(TaskText.table(tasks))
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a task and its history.",
            discussion: """
                EXAMPLES
                  taskraft task show 7
                """)
        @Argument(help: "Its number.") var id: UInt64
        @Flag(help: "Whatever the node has, also without a quorum.") var stale = false
        @OptionGroup var connection: Connection

        private struct Whole: Encodable {
            let task: TaskItem
            let history: [HistoryEntry]
        }

        func run() async throws {
            let (task, history) = try await connection.use { client in
                (
                    try await client.task(id, stale: stale),
                    try await client.history(id, stale: stale)
                )
            }
            if connection.json {
                return try connection.show(json: Whole(task: task, history: history))
            }
            Terminal.output.line(TaskText.details(task) + "\n")
            Terminal.output.table(TaskText.history(history))
        }
    }

    struct Edit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change a task, unless somebody else changed it meanwhile.",
            discussion: """
                Only what is given changes. If the task is no longer at the version that was read,
                nothing changes, both versions are shown, and the exit code is 2.

                EXAMPLES
                  taskraft task edit 7 --title "Call the bank today" --priority 1
                  taskraft task edit 7 --due none --no-labels --if-version 3
                """)
        @Argument(help: "Its number.") var id: UInt64
        @Option(help: "A new title.") var title: String?
        @OptionGroup var fields: FieldOptions
        @Flag(help: "Take all labels away.") var noLabels = false
        @Option(help: "The version it is meant for; otherwise the present one.")
        var ifVersion: UInt64?
        @OptionGroup var connection: Connection

        func run() async throws {
            var edit = TaskEdit()
            edit.title = .init(title)
            edit.description = .init(fields.description)
            edit.status = .init(fields.status)
            edit.priority = .init(fields.priority)
            edit.due = fields.due == "none" ? .clear : .init(fields.due)
            edit.assignee = fields.assignee == "none" ? .clear : .init(fields.assignee)
            edit.labels =
                noLabels ? .set([]) : .init(fields.labels.isEmpty ? nil : fields.labels)
            edit.author = .init(fields.actor)
            if edit.isEmpty {
                throw Failure("nothing to change; see taskraft task edit --help", .usage)
            }
            try connection.show(
                try await connection.use { try await change(id, edit, ifVersion, $0) })
        }
    }

    struct Done: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Mark tasks as done.",
            discussion: """
                EXAMPLES
                  taskraft task done 7 8 9
                """)
        @Argument(help: "Their numbers.") var ids: [UInt64]
        @OptionGroup var connection: Connection

        func run() async throws {
            var edit = TaskEdit()
            edit.status = .set("done")
            try await connection.use { client in
                for id in ids { try connection.show(try await change(id, edit, nil, client)) }
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rm", abstract: "Delete tasks; their history stays.",
            discussion: """
                EXAMPLES
                  taskraft task rm 7
                """)
        @Argument(help: "Their numbers.") var ids: [UInt64]
        @OptionGroup var connection: Connection

        func run() async throws {
            try await connection.use { client in
                for id in ids {
                    let task = try await client.task(id)
                    try await client.delete(id, ifVersion: task.version)
                    if !connection.json { Terminal.output.line("deleted \(id): \(task.title)") }
                }
            }
            if connection.json { try connection.show(json: ["deleted": ids]) }
        }
    }
}

/// Changes the version that was seen; if that is stale, shows both and changes nothing.
private func change(
    _ id: UInt64, _ edit: TaskEdit, _ version: UInt64?, _ client: TaskraftClient
) async throws -> TaskItem {
    let seen = try await client.task(id)
    do throws(ClientError) {
        return try await client.edit(id, edit, ifVersion: version ?? seen.version)
    } catch {
        guard case .refused(let problem) = error, problem.status == 412 else { throw error }
        var wanted = edit.applied(to: seen)
        wanted.version = version ?? seen.version
        let both = TaskText.conflict(wanted: wanted, current: problem.current)
        throw Failure("somebody else changed task \(id) meanwhile\n\(both)", .conflict)
    }
}
