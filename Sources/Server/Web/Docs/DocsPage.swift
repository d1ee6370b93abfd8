/// The description of the API as pages for people: `/docs` and `/docs/errors`.
enum DocsPage {
    static func reference(_ description: [UInt8]) -> Asset {
        let document = APIDocument(description)
        return page("The API", "/docs") { html in
            html.element("p") { $0.prose(document.root["info"]["description"].text ?? "") }
            html.element("p") {
                $0.link("/openapi.json", "The same as OpenAPI 3.1")
                $0.put(" · ")
                $0.link("/docs/errors", "What the errors mean")
            }
            contents(&html, document)
            for tag in document.tags {
                html.element("h2", [("id", tag)], tag)
                for operation in document.operations where operation.tag == tag {
                    html.operation(operation, document)
                }
            }
            html.element("h2", [("id", "schemas")], "Schemas")
            for schema in document.root["components"]["schemas"].members {
                html.schema(schema.name, schema.value, document)
            }
        }
    }

    static func errors(_ description: [UInt8]) -> Asset {
        let document = APIDocument(description)
        return page("Errors", "/docs/errors") { html in
            html.element("p") {
                $0.prose(
                    "Every error is a problem (RFC 9457): `status`, `title`, `detail` for people; "
                        + "`code` for programs; `errors` where fields are to blame. The `type` "
                        + "of a problem leads here.")
            }
            for code in document.root["components"]["schemas"]["ProblemCode"]["oneOf"].elements {
                let name = code["const"].text ?? ""
                html.element("section", [("id", name), ("class", "error")]) {
                    $0.element("h2") {
                        $0.element("code", name)
                        $0.put(" · \(code["x-status"].whole ?? 0) · \(code["title"].text ?? "")")
                    }
                    $0.element("p") { $0.prose(code["description"].text ?? "") }
                }
            }
        }
    }

    private static func contents(_ html: inout HTMLWriter, _ document: APIDocument) {
        html.element("nav", [("aria-label", "Contents"), ("class", "contents")]) { html in
            for tag in document.tags {
                html.element("p") { $0.link("#\(tag)", tag) }
                html.element("ul") { html in
                    for operation in document.operations where operation.tag == tag {
                        html.element("li") { $0.link("#\(operation.id)", operation.summary) }
                    }
                }
            }
        }
    }

    private static func page(
        _ title: String, _ path: String, _ inside: (inout HTMLWriter) -> Void
    ) -> Asset {
        var html = HTMLWriter()
        html.element("title", "\(title) · Taskraft")
        html.line(
            """

            <link rel="stylesheet" href="/assets/docs.css">
            <script type="module" src="/assets/docs.js"></script>

            """)
        html.element("main", [("id", "main"), ("class", "page docs"), ("tabindex", "-1")]) { html in
            html.element("h1", title)
            inside(&html)
        }
        return Shell.page(Array(html.text.utf8), at: path)
    }
}
