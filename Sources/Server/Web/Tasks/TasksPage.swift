/// The page of tasks, with cards in it: cut apart once, where cards and names of boards go.
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
        return Asset(.html, Array(html.text.utf8), isPacked: false)
    }

    private static func view(
        _ name: String, isShown: Bool, _ cards: FirstCards, _ html: inout HTMLWriter
    ) {
        html.add("<div id=\"\(name)\" class=\"\(name)\"\(isShown ? "" : " hidden")>")
        if isShown { cards.write(&html) }
        html.add("</div>")
    }

    private static let parts: [Substring] = {
        let page = WebPage.tasks.asset.text
        var rest = page[...]
        var parts: [Substring] = []
        func cut(before: String, after: String) {
            guard let place = rest.firstRange(of: before + after) else {
                preconditionFailure("The page has no \(before)\(after).")
            }
            parts.append(rest[..<rest.index(place.lowerBound, offsetBy: before.count)])
            rest = rest[place.upperBound...]
        }
        cut(before: "<title>", after: "Tasks")
        cut(before: "<body", after: "")
        cut(before: "<span id=\"board-name\">", after: "Tasks")
        cut(
            before: "",
            after: "<div id=\"board\" class=\"board\" hidden></div>\n"
                + "  <div id=\"list\" class=\"list\" hidden></div>")
        return parts + [rest]
    }()
}
