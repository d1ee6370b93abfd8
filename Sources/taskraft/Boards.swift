import ArgumentParser
import Client
import Console

struct Boards: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "board", abstract: "Look at boards, and change them.",
        discussion: """
            A board is named by its number, or by its name.

            EXAMPLES
              taskraft board list
              taskraft board add Garden
              taskraft board columns Garden todo:Waiting:pending dig:Digging:in_progress
              taskraft task move 7 --board Garden --column dig
            """,
        subcommands: [
            List.self, Show.self, Add.self, Rename.self, Columns.self, Remove.self,
        ])
}

extension TaskraftClient {
    /// A number needs no question: whether there is such a board, the cluster says in time.
    func boardID(_ text: String, stale: Bool = false) async throws -> UInt64 {
        if let id = UInt64(text) { return id }
        let found = try await boards(stale: stale).filter {
            $0.name.lowercased() == text.lowercased()
        }
        switch found.count {
        case 0: throw Failure("there is no board \(text)")
        case 1: return found[0].id
        default:
            let numbers = found.map { String($0.id) }.joined(separator: ", ")
            throw Failure("several boards are called \(text); name one of \(numbers)", .usage)
        }
    }
}

extension Connection {
    func show(_ board: BoardItem) throws {
        if json { return try show(json: board) }
        Terminal.output.line(BoardText.details(board))
        Terminal.output.table(BoardText.columns(board))
    }
}

private func columns(_ texts: [String]) throws -> [BoardItem.Column]? {
    guard !texts.isEmpty else { return nil }
    return try texts.map { text in
        guard let column = BoardText.column(text) else {
            throw ValidationError(
                "'\(text)' is no column; write it as key:Name:status, such as "
                    + "review:Review:in_progress")
        }
        return column
    }
}

extension Boards {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the boards.",
            discussion: """
                EXAMPLES
                  taskraft board list --json
                """)
        @Flag(help: "Whatever the node has, also without a quorum.") var stale = false
        @OptionGroup var connection: Connection

        func run() async throws {
            let boards = try await connection.use { try await $0.boards(stale: stale) }
            if connection.json { return try connection.show(json: boards) }
            Terminal.output.table(BoardText.table(boards))
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a board and its columns.",
            discussion: """
                EXAMPLES
                  taskraft board show 1
                """)
        @Argument(help: "Its number or name.") var board: String
        @Flag(help: "Whatever the node has, also without a quorum.") var stale = false
        @OptionGroup var connection: Connection

        func run() async throws {
            try connection.show(
                try await connection.use { client in
                    try await client.board(
                        try await client.boardID(board, stale: stale), stale: stale)
                })
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a board.",
            discussion: """
                EXAMPLES
                  taskraft board add Garden
                  taskraft board add Press --column text:Writing:in_progress --on-done print
                """)
        @Argument(help: "Its name.") var name: String
        @Option(
            name: .customLong("column"),
            help: "key:Name:status; can be given several times. Without any, one for each status.")
        var columnTexts: [String] = []
        @Option(help: "A queue: a task that becomes done puts a job into it.") var onDone: String?
        @OptionGroup var connection: Connection

        func validate() throws { _ = try columns(columnTexts) }

        func run() async throws {
            let board = BoardEdit(name: name, columns: try columns(columnTexts), onDone: onDone)
            try connection.show(try await connection.use { try await $0.createBoard(board) })
        }
    }

    struct Rename: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a board another name.",
            discussion: """
                EXAMPLES
                  taskraft board rename 2 "Garden and yard"
                """)
        @Argument(help: "Its number or name.") var board: String
        @Argument(help: "The new name.") var name: String
        @OptionGroup var connection: Connection

        func run() async throws {
            try connection.show(
                try await connection.use { client in
                    try await client.editBoard(
                        try await client.boardID(board), BoardEdit(name: name))
                })
        }
    }

    struct Columns: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Replace the columns of a board.",
            discussion: """
                A column that keeps its key keeps its tasks. Those of a column that is gone go to
                --move-to.

                EXAMPLES
                  taskraft board columns 2 todo:Waiting:pending dig:Digging:in_progress ok:Done:done
                  taskraft board columns 2 todo:Waiting:pending ok:Done:done --move-to todo
                """)
        @Argument(help: "Its number or name.") var board: String
        @Argument(help: "key:Name:status, from left to right.") var columnTexts: [String]
        @Option(help: "The key of the column for tasks whose column is gone.") var moveTo: String?
        @OptionGroup var connection: Connection

        func validate() throws { _ = try columns(columnTexts) }

        func run() async throws {
            let edit = BoardEdit(columns: try columns(columnTexts), moveTo: moveTo)
            try connection.show(
                try await connection.use { client in
                    try await client.editBoard(try await client.boardID(board), edit)
                })
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rm", abstract: "Delete a board that has no tasks any more.",
            discussion: """
                EXAMPLES
                  taskraft board rm Garden
                """)
        @Argument(help: "Its number or name.") var board: String
        @OptionGroup var connection: Connection

        func run() async throws {
            let id = try await connection.use { client in
                let id = try await client.boardID(board)
                try await client.deleteBoard(id)
                return id
            }
            if connection.json { return try connection.show(json: ["deleted": id]) }
            Terminal.output.line("board \(id) is deleted")
        }
    }
}
