/// What all pages share: `shell.html` with two marked places, one for the page's own lines of the
/// head and one for its content. Put together once, when a page is first asked for. A page names
/// the version of its files: a browser that has them asks for none of them again.
enum Shell {
    /// A page's file begins with its lines of the head; the content follows an empty line. If the
    /// bar links to the page, that link is marked as the current one.
    static func page(_ file: [UInt8], at path: String) -> Asset {
        let text = String(decoding: file, as: UTF8.self)
        guard let gap = text.firstRange(of: "\n\n") else {
            preconditionFailure("A page has a head, an empty line and a content.")
        }
        let head = text[..<gap.lowerBound]
        let parts = String(decoding: PackageResources.shell_html, as: UTF8.self)
            .replacing("<a href=\"\(path)\">", with: "<a href=\"\(path)\" aria-current=\"page\">")
            .replacing("<!-- head -->", with: head + preloads(head))
            .replacing("<!-- page -->", with: text[gap.upperBound...])
        let page = withOneSheet(parts)
            .replacing("\"/assets/", with: "\"/assets/\(Assets.version)/")
        return Asset(.html, Array(page.utf8))
    }

    /// The page's style sheets in one file, because nothing is drawn before the last of them is
    /// there: `/assets/base+board.css` is the one after the other.
    private static func withOneSheet(_ page: String) -> String {
        let link = #/<link rel="stylesheet" href="/assets/([a-z]+)\.css">\n/#
        let names = page.matches(of: link).map { $0.1 }.joined(separator: "+")
        var isFirst = true
        return page.replacing(link) { _ in
            defer { isFirst = false }
            return isFirst ? "<link rel=\"stylesheet\" href=\"/assets/\(names).css\">\n" : ""
        }
    }

    /// The modules that the page's own ones import, and what those import: named beforehand, they
    /// come side by side, not each when another one has asked for it. What is imported later, when
    /// somebody needs it, is left for later.
    private static func preloads(_ head: Substring) -> String {
        let own = head.matches(of: #/type="module" src="/assets/([a-z]+\.js)"/#).map { $0.1 }
        var found = own
        var place = 0
        while place < found.count {
            let script = Assets.named(String(found[place]))?.text ?? ""
            place += 1
            for each in script.matches(of: #/(?m)^(?:import|\}).*? ?"\./([a-z]+\.js)";$/#)
            where !found.contains(each.1) {
                found.append(each.1)
            }
        }
        return found.dropFirst(own.count).map {
            "\n<link rel=\"modulepreload\" href=\"/assets/\($0)\">"
        }.joined()
    }
}
