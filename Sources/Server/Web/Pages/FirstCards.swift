import Node
import StateStore
import Work

/// The cards that a page comes with. There is something to see, and a link to follow, before any
/// script has run; then `board.js` and `list.js` put their own cards in the place of these, which
/// look the same.
struct FirstCards {
    let place: TasksPlace
    let boards: [BoardRecord]
    let page: TaskPage

    private var board: BoardRecord? { boards.first { $0.id == place.board } }

    /// What the page is called.
    var name: String { place.board == nil ? "All boards" : board?.fields.name ?? "Tasks" }

    func write(_ html: inout HTMLWriter) {
        place.isList ? writeList(&html) : writeBoard(&html)
    }

    private func writeBoard(_ html: inout HTMLWriter) {
        guard let board = board?.fields else { return }
        let lists = Dictionary(grouping: page.tasks) { board.column(of: $0.fields)?.key ?? "" }
        for column in board.columns {
            let tasks = lists[column.key] ?? []
            let attributes: [(StaticString, String)] = [
                ("class", "column"), ("data-status", column.status.name), ("data-early", ""),
            ]
            html.element("section", attributes) {
                $0.element("header") {
                    $0.element("h2", column.name)
                    // How many there are in all is not known if this is not the only page.
                    if page.next == nil {
                        $0.element("span", [("class", "count")], String(tasks.count))
                    }
                }
                $0.element("ol", [("class", "cards"), ("aria-label", column.name)]) { html in
                    for task in tasks { html.card(task) { $0.body(of: task) } }
                }
            }
        }
    }

    private func writeList(_ html: inout HTMLWriter) {
        let attributes: [(StaticString, String)] = [
            ("class", "rows"), ("aria-label", "Tasks"), ("data-early", ""),
        ]
        html.element("ol", attributes) { html in
            for task in page.tasks {
                html.card(task) {
                    $0.check(isDone: task.fields.status == .done)
                    $0.body(of: task)
                    $0.element("span", [("class", "place")], place(of: task.fields))
                    $0.element("span", [("class", "more")], "")
                }
            }
        }
    }

    /// “Done”, or with the board's name where that is not said already.
    private func place(of task: TaskFields) -> String {
        let board = boards.first { $0.id == task.board }?.fields
        let column = board?.column(of: task)?.name ?? task.column ?? ""
        if boards.count == 1 || task.board == place.board { return column }
        return "\(board?.name ?? "") / \(column)"
    }
}
