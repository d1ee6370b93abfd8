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

    /// “Done”, or with the board's name where there is more than one.
    private func place(of task: TaskFields) -> String {
        let board = boards.first { $0.id == task.board }?.fields
        let column = board?.column(of: task)?.name ?? task.column ?? ""
        return boards.count > 1 ? "\(board?.name ?? "") / \(column)" : column
    }
}

/// What `card.js` makes, but for what one needs to change the task.
extension HTMLWriter {
    fileprivate mutating func card(_ task: TaskRecord, _ inside: (inout HTMLWriter) -> Void) {
        element("li", [("class", "card"), ("data-status", task.fields.status.name)], inside)
    }

    fileprivate mutating func check(isDone: Bool) {
        element("button", [("class", "check"), ("disabled", ""), ("aria-pressed", "\(isDone)")]) {
            $0.icon("check")
        }
    }

    fileprivate mutating func body(of task: TaskRecord) {
        element("div", [("class", "card-body")]) {
            $0.element(
                "a", [("class", "title"), ("href", "/tasks/\(task.id.rawValue)")],
                task.fields.title)
            $0.element("p", [("class", "meta")]) { $0.facts(task.fields) }
        }
    }

    private mutating func facts(_ task: TaskFields) {
        let priorities = ["None", "Urgent", "High", "Medium", "Low"]
        if task.priority > 0 {
            let priority: [(StaticString, String)] = [("data-priority", String(task.priority))]
            fact("flag", priorities[Int(task.priority)], priority)
        }
        // What day it is, and how one writes it, only the reader's browser knows.
        if let due = task.due { fact("calendar", due.text) }
        for label in task.labels {
            element("span", [("class", "label"), ("data-hue", String(Hue.of(label)))], label)
        }
        if !task.description.isEmpty { fact("text", "") }
        if let who = task.assignee { avatar(who) }
    }

    private mutating func fact(
        _ image: StaticString, _ words: String, _ attributes: [(StaticString, String)] = []
    ) {
        element("span", [("class", "fact")] + attributes) {
            $0.icon(image)
            $0.put(words)
        }
    }

    private mutating func avatar(_ name: String) {
        element("span", [("class", "fact who"), ("data-hue", String(Hue.of(name)))]) {
            $0.element("span", [("class", "avatar"), ("aria-hidden", "true")]) {
                $0.put(String(name.unicodeScalars.prefix(1)).uppercased())
            }
            $0.put(name)
        }
    }

    private mutating func icon(_ name: StaticString) {
        element("svg", [("aria-hidden", "true")]) {
            $0.element("use", [("href", "#icon-\(name)")], "")
        }
    }
}

/// The same text has the same hue on every page; `hue` of `fields.js` says the same.
enum Hue {
    static func of(_ text: String) -> UInt32 {
        text.unicodeScalars.reduce(7) { ($0 * 31 + $1.value) % 360 } / 15
    }
}
