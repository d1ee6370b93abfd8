import ArgumentParser
import Client
import Console

extension Tasks {
    struct Move: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Move a task to another column, board, or place.",
            discussion: """
                What is not said stays; without a neighbour the task comes to the end of its column.

                EXAMPLES
                  taskraft task move 7 --column review
                  taskraft task move 7 --board Garden
                  taskraft task move 7 --after 12
                """)
        @Argument(help: "Its number.") var id: UInt64
        @Option(help: "A board's number or name.") var board: String?
        @Option(help: "The key of a column; see taskraft board show.") var column: String?
        @Option(help: "The task that it comes right behind.") var after: UInt64?
        @Option(help: "The task that it comes right before.") var before: UInt64?
        @OptionGroup var by: AuthorOption
        @OptionGroup var connection: Connection

        func validate() throws {
            if after != nil && before != nil {
                throw ValidationError("one of --after and --before is enough")
            }
            if board == nil && column == nil && after == nil && before == nil {
                throw ValidationError("say where: --board, --column, --after or --before")
            }
        }

        func run() async throws {
            var place = TaskPlace()
            place.column = column
            place.after = after
            place.before = before
            place.author = by.actor
            let task = try await connection.use { client in
                if let board { place.board = try await client.boardID(board) }
                return try await client.move(id, to: place)
            }
            try connection.show(task)
        }
    }

    struct Comment: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say something about a task.",
            discussion: """
                EXAMPLES
                  taskraft task comment 7 "They are closed on Mondays."
                """)
        @Argument(help: "Its number.") var id: UInt64
        @Argument(help: "What to say; Markdown.") var text: String
        @OptionGroup var by: AuthorOption
        @OptionGroup var connection: Connection

        func run() async throws {
            let comment = try await connection.use {
                try await $0.comment(id, text, author: by.actor)
            }
            if connection.json { return try connection.show(json: comment) }
            Terminal.output.line(TaskText.comment(comment))
        }
    }

    struct Undo: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take back a step of a task's history, the last one if none is named.",
            discussion: """
                Only what the step changed becomes what it was. If somebody has changed the same
                since, nothing changes, and the exit code is 2.

                EXAMPLES
                  taskraft task undo 7
                  taskraft task undo 7 --index 31
                """)
        @Argument(help: "Its number.") var id: UInt64
        @Option(help: "The log index of the step, as taskraft task show lists them.")
        var index: UInt64?
        @Option(help: "Of several steps of one entry: which, from 0.") var ordinal: UInt32?
        @OptionGroup var by: AuthorOption
        @OptionGroup var connection: Connection

        func validate() throws {
            if ordinal != nil && index == nil {
                throw ValidationError("--ordinal says more about --index")
            }
        }

        func run() async throws {
            let task = try await connection.use { client in
                let (index, ordinal) = try await step(client)
                return try await client.undo(
                    id, index: index, ordinal: ordinal, author: by.actor)
            }
            try connection.show(task)
        }

        private func step(_ client: TaskraftClient) async throws -> (UInt64, UInt32?) {
            if let index { return (index, ordinal) }
            let steps = try await client.history(id)
            guard let last = steps.last(where: { $0.command != "comment" }) else {
                throw Failure("task \(id) has no step to take back")
            }
            return (last.index, last.ordinal)
        }
    }

    struct Restore: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Bring a deleted task back, or make a task what it was.",
            discussion: """
                EXAMPLES
                  taskraft task restore 7
                  taskraft task restore 7 --as-of 31
                """)
        @Argument(help: "Its number.") var id: UInt64
        @Option(help: "A log index; without it a deleted task comes back as it was last.")
        var asOf: UInt64?
        @OptionGroup var by: AuthorOption
        @OptionGroup var connection: Connection

        func run() async throws {
            try connection.show(
                try await connection.use {
                    try await $0.restore(id, asOf: asOf, author: by.actor)
                })
        }
    }
}
