import ArgumentParser
import Client
import Console
import Foundation

struct Queues: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue", abstract: "Look at queues of jobs, and change them.",
        discussion: """
            A queue comes with its first job, and goes with its last one, unless it has limits or is
            paused.

            EXAMPLES
              taskraft queue list
              taskraft queue pause mail --for 10m
              taskraft queue set mail --length 10000 --concurrency 4
              taskraft queue purge mail
            """,
        subcommands: [
            List.self, Show.self, Pause.self, Resume.self, Purge.self, Configure.self, Remove.self,
        ])
}

extension Queues {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List queues with how many jobs they have.",
            discussion: """
                EXAMPLES
                  taskraft queue list --json
                """)
        @Flag(help: "Whatever the node has, also without a quorum.") var stale = false
        @OptionGroup var connection: Connection

        func run() async throws {
            let queues = try await connection.use { try await $0.queues(stale: stale) }
            if connection.json { return try connection.show(json: queues) }
            Terminal.output.table(JobText.table(queues))
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a queue.",
            discussion: """
                EXAMPLES
                  taskraft queue show mail
                """)
        @Argument(help: "Its name.") var name: String
        @Flag(help: "Whatever the node has, also without a quorum.") var stale = false
        @OptionGroup var connection: Connection

        func run() async throws {
            let queue = try await connection.use { try await $0.queue(name, stale: stale) }
            if connection.json { return try connection.show(json: queue) }
            Terminal.output.line(JobText.details(queue))
        }
    }

    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give out no jobs for a while; they can still be put.",
            discussion: """
                EXAMPLES
                  taskraft queue pause mail              until it is resumed
                  taskraft queue pause mail --for 10m
                """)
        @Argument(help: "Its name.") var name: String
        @Option(name: .customLong("for"), help: "For so long, as 30s or 2h.") var duration: String?
        @OptionGroup var connection: Connection

        func run() async throws {
            try await connection.use { try await $0.pause(name, for: duration) }
            if connection.json { return try connection.show(json: ["paused": name]) }
            Terminal.output.line("paused \(name)" + (duration.map { " for \($0)" } ?? ""))
        }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End a pause.",
            discussion: """
                EXAMPLES
                  taskraft queue resume mail
                """)
        @Argument(help: "Its name.") var name: String
        @OptionGroup var connection: Connection

        func run() async throws {
            try await connection.use { try await $0.resume(name) }
            if connection.json { return try connection.show(json: ["resumed": name]) }
            Terminal.output.line("resumed \(name)")
        }
    }

    struct Purge: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete all jobs that wait in a queue; those that run stay.",
            discussion: """
                EXAMPLES
                  taskraft queue purge mail
                """)
        @Argument(help: "Its name.") var name: String
        @OptionGroup var connection: Connection

        func run() async throws {
            show(try await connection.use { try await $0.purge(name) }, connection)
        }
    }

    struct Configure: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set",
            abstract: "Set the limits of a queue; what is left out has no limit.",
            discussion: """
                EXAMPLES
                  taskraft queue set mail --length 10000 --body 4096 --concurrency 4
                """)
        @Argument(help: "Its name.") var name: String
        @Option(help: "Jobs in it, in whatever state.") var length: UInt64?
        @Option(help: "Bytes of a body.") var body: UInt64?
        @Option(help: "Jobs that may be reserved at once.") var concurrency: UInt64?
        @OptionGroup var connection: Connection

        func run() async throws {
            let limits = QueueLimits(length: length, body: body, concurrency: concurrency)
            let queue = try await connection.use { client in
                try await client.configure(name, limits)
                return try await client.queue(name)
            }
            if connection.json { return try connection.show(json: queue) }
            Terminal.output.line(JobText.details(queue))
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rm", abstract: "Delete a queue with all its jobs, also those that run.",
            discussion: """
                EXAMPLES
                  taskraft queue rm mail
                """)
        @Argument(help: "Its name.") var name: String
        @OptionGroup var connection: Connection

        func run() async throws {
            show(try await connection.use { try await $0.deleteQueue(name) }, connection)
        }
    }
}

private func show(_ removed: RemovedJobs, _ connection: Connection) {
    if connection.json { return (try? connection.show(json: removed)) ?? () }
    Terminal.output.line(
        removed.more
            ? "\(removed.removed) jobs deleted so far; the cluster goes on by itself"
            : "\(removed.removed) jobs deleted")
}
