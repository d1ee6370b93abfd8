import ArgumentParser
import Client
import Console
import Foundation

extension Tasks {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List tasks, all or those that a filter finds.",
            discussion: """
                A filter holds conditions side by side, as on the page: words, "exact words",
                status:pending,done label:home assignee:ann board:2 column:review p1 due<7d
                updated>2d is:unassigned is:deleted, each also with - before it. Put it between
                quotation marks, for the shell; one that begins with - comes after --. Days, as
                today or 7d, are those of this machine's time zone; TZ names another one.

                With --watch the list stays up to date on a terminal. Elsewhere each change of one
                of its tasks is a line, with --json a line of JSON: the event as /v1/events gives
                it, and "belongs", whether the task is still in the list. It follows the cluster
                from node to node, and ends with Ctrl-C.

                EXAMPLES
                  taskraft task list 'status:pending label:home due<7d' --sort due
                  taskraft task list --board Garden --status in_progress
                  taskraft task list --sort -updated --limit 10 --json
                  taskraft task list assignee:ann --watch
                  taskraft task list --watch --json | jq .task.title
                """)
        @Argument(help: "A filter.") var filter: [String] = []
        @Option(help: "Only those that are pending, in_progress or done.", completion: .statuses)
        var status: String?
        @Option(help: "Only those on this board: its number or name.") var board: String?
        @Option(
            parsing: .unconditional,
            help: "rank, created, updated, due, priority, title or id; -due begins with the last.",
            completion: .list([
                "rank", "created", "updated", "due", "priority", "title", "id",
            ]))
        var sort: String?
        @Option(help: "At most so many.") var limit = 1000
        @Flag(help: "Whatever the node has, also without a quorum.") var stale = false
        @Flag(help: "Follow what changes.") var watch = false
        @OptionGroup var connection: Connection

        func validate() throws {
            if limit < 1 { throw ValidationError("--limit is a number from 1") }
        }

        func run() async throws {
            if watch { return try await follow() }
            let tasks = try await connection.use { client in
                try await client.allTasks(try await wanted(client), limit: limit)
            }
            if connection.json { return try connection.show(json: tasks) }
            Terminal.output.table(TaskText.table(tasks))
        }

        private func wanted(_ client: TaskraftClient) async throws -> TaskFilter {
            var words = filter
            if let board {
                words.append("board:\(try await client.boardID(board, stale: stale))")
            }
            return TaskFilter(
                query: words.isEmpty ? nil : words.joined(separator: " "), sort: sort,
                status: status,
                zone: ZoneText.offset(seconds: TimeZone.current.secondsFromGMT()), stale: stale)
        }

        private func follow() async throws {
            let interrupt = Interrupt()
            defer { withExtendedLifetime(interrupt) {} }
            let asked = interrupt.counter
            try await connection.use(policy: .patient) { client in
                let watch = TaskWatch(
                    client: client, filter: try await wanted(client), limit: limit,
                    json: connection.json)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { await asked.wait() }
                    group.addTask { try await watch.run() }
                    defer { group.cancelAll() }
                    try await group.next()
                }
            }
        }
    }
}
