import Work

/// What `card.js` makes, but for what one needs to change the task.
extension HTMLWriter {
    mutating func card(_ task: TaskRecord, _ inside: (inout HTMLWriter) -> Void) {
        element("li", [("class", "card"), ("data-status", task.fields.status.name)], inside)
    }

    mutating func check(isDone: Bool) {
        let attributes: [(StaticString, String)] = [
            ("class", "check"), ("disabled", ""), ("aria-pressed", "\(isDone)"),
            ("aria-label", "Done"),
        ]
        element("button", attributes) { $0.icon("check") }
    }

    mutating func body(of task: TaskRecord) {
        element("div", [("class", "card-body")]) {
            $0.element(
                "a", [("class", "title"), ("href", "/tasks/\(task.id.rawValue)")],
                task.fields.title)
            $0.element("p", [("class", "meta")]) { $0.facts(task.fields) }
        }
    }

    mutating func facts(_ task: TaskFields) {
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
        if !task.description.isEmpty { fact("text", "", [("title", "Has a description")]) }
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
