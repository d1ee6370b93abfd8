package import Client

/// Boards, as a terminal shows them, and columns as a command line writes them.
package enum BoardText {
    package static func table(_ boards: [BoardItem]) -> TextTable {
        var table = TextTable([
            .init("ID", .right), .init("NAME", shrinks: true), .init("COLUMNS", shrinks: true),
            .init("ON DONE"),
        ])
        for board in boards {
            table.append([
                .init(String(board.id)), .init(board.name),
                .init(board.columns.map(\.name).joined(separator: ", ")),
                .init(board.onDone ?? "-"),
            ])
        }
        return table
    }

    package static func details(_ board: BoardItem) -> String {
        "board \(board.id), version \(board.version): \(Printable.line(board.name))\n"
            + (board.onDone.map { "a task that becomes done puts a job into \($0)\n" } ?? "")
    }

    package static func columns(_ board: BoardItem) -> TextTable {
        var table = TextTable([
            .init("KEY"), .init("NAME", shrinks: true), .init("STATUS"), .init("HOME"),
        ])
        for column in board.columns {
            table.append([
                .init(column.key), .init(column.name), .init(column.status),
                .init(column.home == true ? "yes" : "-"),
            ])
        }
        return table
    }

    /// Reads `review:In review:in_progress`; nil if it is not of that form.
    package static func column(_ text: String) -> BoardItem.Column? {
        guard let first = text.firstIndex(of: ":"), let last = text.lastIndex(of: ":"),
            first < last
        else { return nil }
        return BoardItem.Column(
            key: String(text[..<first]), name: String(text[text.index(after: first)..<last]),
            status: String(text[text.index(after: last)...]))
    }
}
