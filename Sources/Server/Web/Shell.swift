/// What all pages share: `shell.html` with two marked places, one for the page's own lines of the
/// head and one for its content. Put together once, when a page is first asked for.
enum Shell {
    /// A page's file begins with its lines of the head; the content follows an empty line. If the
    /// bar links to the page, that link is marked as the current one.
    static func page(_ file: [UInt8], at path: String) -> Asset {
        let text = String(decoding: file, as: UTF8.self)
        guard let gap = text.firstRange(of: "\n\n") else {
            preconditionFailure("A page has a head, an empty line and a content.")
        }
        let page = String(decoding: PackageResources.shell_html, as: UTF8.self)
            .replacing("<a href=\"\(path)\">", with: "<a href=\"\(path)\" aria-current=\"page\">")
            .replacing("<!-- head -->", with: text[..<gap.lowerBound])
            .replacing("<!-- page -->", with: text[gap.upperBound...])
        return Asset(.html, Array(page.utf8))
    }
}
