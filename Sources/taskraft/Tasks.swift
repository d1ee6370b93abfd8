import ArgumentParser
import Client
import Console
import Foundation

struct Tasks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task", abstract: "Work with tasks.",
        discussion: """
            EXAMPLES
              taskraft task add "Call the bank" --priority 1 --due 2026-12-01 --label home
              taskraft task list 'status:pending label:home due<7d' --sort due
              taskraft task list --board 2 --watch
              taskraft task done 7
              taskraft task undo 7
              taskraft task import plan.csv --url http://127.0.0.1:8080,http://127.0.0.1:8081
            """,
        subcommands: [
            Add.self, List.self, Show.self, Edit.self, Done.self, Move.self, Comment.self,
            Undo.self, Restore.self, Remove.self, Import.self, Export.self,
        ])
}

/// The fields of a task as options.
struct FieldOptions: ParsableArguments {
    @Option(help: "Several lines of text; Markdown.")
    var description: String?
    @Option(help: "pending, in_progress or done.", completion: .statuses)
    var status: String?
    @Option(help: "0 (none), or 1 (most urgent) to 4.")
    var priority: Int?
    @Option(help: "A day, as 2026-12-01; for edit also 'none'.")
    var due: String?
    @Option(help: "Who does it; for edit also 'none'.")
    var assignee: String?
    @Option(name: .customLong("label"), help: "A label; can be given several times.")
    var labels: [String] = []
    @OptionGroup var by: AuthorOption

    var actor: String? { by.actor }
}

struct AuthorOption: ParsableArguments {
    @Option(help: "Who asks for it, for the history. [TASKRAFT_AUTHOR]")
    var author: String?

    var actor: String? { author ?? ProcessInfo.processInfo.environment["TASKRAFT_AUTHOR"] }
}

extension CompletionKind {
    static var statuses: CompletionKind { .list(["pending", "in_progress", "done"]) }
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

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a task, its comments and its history.",
            discussion: """
                EXAMPLES
                  taskraft task show 7
                """)
        @Argument(help: "Its number.") var id: UInt64
        @Flag(help: "Whatever the node has, also without a quorum.") var stale = false
        @OptionGroup var connection: Connection

        private struct Whole: Encodable {
            let task: TaskItem
            let comments: [CommentItem]
            let history: [HistoryEntry]
        }

        func run() async throws {
            let whole = try await connection.use { client in
                Whole(
                    task: try await client.task(id, stale: stale),
                    comments: try await client.comments(id, stale: stale),
                    history: try await client.history(id, stale: stale))
            }
            if connection.json { return try connection.show(json: whole) }
            Terminal.output.line(TaskText.details(whole.task))
            for comment in whole.comments { Terminal.output.line(TaskText.comment(comment)) }
            Terminal.output.table(TaskText.history(whole.history))
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
