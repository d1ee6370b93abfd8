import Work

/// The page of queues with how many jobs are in each. Rates and ages are what the script measures.
enum QueuesPage {
    static func asset(_ queues: [QueueView]) -> Asset {
        var html = HTMLWriter()
        html.add(parts[0])
        html.add(parts[1])
        for queue in queues { html.row(queue) }
        html.add(parts[2])
        return Asset(.html, Array(html.text.utf8), isForAll: false)
    }

    private static let parts = PageParts(
        .queues,
        cuts: [
            (before: "aria-label=\"All queues\"", after: " hidden"),
            (before: "<tbody id=\"queue-rows\">", after: ""),
        ])
}

/// What `queuetable.js` makes.
extension HTMLWriter {
    fileprivate mutating func row(_ queue: QueueView) {
        let counts = [queue.ready, queue.delayed, queue.reserved, queue.buried]
        element("tr", [("data-early", "")]) {
            $0.element("th", [("scope", "row")]) {
                $0.element("span", [("class", "link")], queue.record.name.text)
                if queue.record.pausedUntil > 0 {
                    $0.element("span", [("class", "pause-note")], "paused")
                }
            }
            for count in counts.dropLast() { $0.element("td", String(count)) }
            $0.element("td", queue.buried > 0 ? [("data-bad", "")] : [], String(queue.buried))
            for _ in ["puts", "deletes", "age"] { $0.element("td", "–") }
        }
    }
}
