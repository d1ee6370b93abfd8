import Work

/// The page of one task with what the task says: there to be read before any script has run.
enum OneTaskPage {
    static func asset(_ task: TaskRecord) -> Asset {
        var html = HTMLWriter()
        html.add(parts[0])
        html.put(task.fields.title)
        html.add(parts[1])
        html.put(task.fields.title)
        html.add(parts[2])
        if task.fields.board != .first { html.add("?board=\(task.fields.board.rawValue)") }
        html.add(parts[3])
        html.element("div", [("class", "task"), ("data-early", "")]) {
            $0.element("div", [("class", "task-main")]) {
                $0.element("p", [("class", "task-title")], task.fields.title)
                $0.element("p", [("class", "meta")]) { $0.facts(task.fields) }
                $0.element("p", [("class", "plain")], task.fields.description)
            }
        }
        html.add(parts[4])
        return Asset(.html, Array(html.text.utf8), isForAll: false)
    }

    private static let parts = PageParts(
        .task,
        cuts: [
            (before: "<title>", after: "Task"),
            (before: "id=\"task-heading\">", after: "Task"),
            (before: "<p><a href=\"/", after: ""),
            (before: "<div id=\"task\" class=\"panel\">", after: ""),
        ])
}
