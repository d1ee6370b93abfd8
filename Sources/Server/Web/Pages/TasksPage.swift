/// The page of tasks, with cards in it.
enum TasksPage {
    static func asset(_ cards: FirstCards) -> Asset {
        var html = HTMLWriter()
        html.add(parts[0])
        html.put(cards.name)
        html.add(parts[1])
        html.add(cards.place.isList ? " data-view=\"list\"" : " data-view=\"board\"")
        html.add(parts[2])
        html.put(cards.name)
        html.add(parts[3])
        view("board", isShown: !cards.place.isList, cards, &html)
        view("list", isShown: cards.place.isList, cards, &html)
        html.add(parts[4])
        return Asset(.html, Array(html.text.utf8), isForAll: false)
    }

    private static func view(
        _ name: String, isShown: Bool, _ cards: FirstCards, _ html: inout HTMLWriter
    ) {
        html.add("<div id=\"\(name)\" class=\"\(name)\"\(isShown ? "" : " hidden")>")
        if isShown { cards.write(&html) }
        html.add("</div>")
    }

    private static let parts = PageParts(
        .tasks,
        cuts: [
            (before: "<title>", after: "Tasks"),
            (before: "<body", after: ""),
            (before: "<span id=\"board-name\">", after: "Tasks"),
            (
                before: "",
                after: "<div id=\"board\" class=\"board\" hidden></div>\n"
                    + "  <div id=\"list\" class=\"list\" hidden></div>"
            ),
        ])
}
