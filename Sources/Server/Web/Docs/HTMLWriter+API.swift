extension HTMLWriter {
    mutating func operation(_ operation: APIDocument.Operation, _ document: APIDocument) {
        element("section", [("id", operation.id), ("class", "operation")]) { html in
            html.element("h3", operation.summary)
            html.element("p", [("class", "call")]) {
                $0.element("b", operation.method)
                $0.put(" ")
                $0.element("code", operation.path)
            }
            if let words = operation.content["description"].text {
                html.element("p") { $0.prose(words) }
            }
            html.parameters(operation.content["parameters"].elements.map(document.resolved))
            html.body(operation.content["requestBody"])
            html.answers(operation.content["responses"], document)
        }
    }

    private mutating func parameters(_ parameters: [JSONValue]) {
        if parameters.isEmpty { return }
        table("Parameters", parameters) { html, parameter in
            html.element("td") {
                $0.element("code", parameter["name"].text ?? "")
                $0.put(" (\(parameter["in"].text ?? ""))")
            }
            html.element("td") { $0.type(parameter["schema"]) }
            html.element("td") { $0.prose(parameter["description"].text ?? "") }
        }
    }

    private mutating func body(_ body: JSONValue) {
        guard let content = body["content"].members.first else { return }
        element("p") { html in
            html.put("Body: ")
            html.type(content.value["schema"])
            html.put(", as ")
            for (place, type) in body["content"].members.enumerated() {
                if place > 0 { html.put(" or ") }
                html.element("code", type.name)
            }
        }
    }

    private mutating func answers(_ answers: JSONValue, _ document: APIDocument) {
        table("Answers", answers.members) { html, answer in
            let content = document.resolved(answer.value)
            html.element("td") { $0.element("code", answer.name) }
            html.element("td") { html in
                if let body = content["content"].members.first { html.type(body.value["schema"]) }
            }
            html.element("td") { $0.prose(content["description"].text ?? "") }
        }
    }

    mutating func schema(_ name: String, _ schema: JSONValue, _ document: APIDocument) {
        element("section", [("id", "schema-" + name), ("class", "schema")]) { html in
            html.element("h3", name)
            if let words = schema["description"].text { html.element("p") { $0.prose(words) } }
            let (fields, required) = document.members(of: schema)
            guard !fields.isEmpty else {
                html.element("p") { $0.type(schema) }
                return
            }
            html.table("Members", fields) { html, field in
                html.element("td") { $0.element("code", field.name) }
                html.element("td") { $0.type(field.value) }
                html.element("td") {
                    if !required.contains(field.name) { $0.put("May be missing. ") }
                    $0.prose(field.value["description"].text ?? "")
                }
            }
        }
    }

    /// Three columns under one name.
    private mutating func table<Row>(
        _ name: String, _ rows: [Row], _ cells: (inout HTMLWriter, Row) -> Void
    ) {
        element("table") { html in
            html.element("caption", name)
            for row in rows { html.element("tr") { cells(&$0, row) } }
        }
    }

    /// In words what a schema allows.
    mutating func type(_ schema: JSONValue) {
        if let name = schema["$ref"].text?.split(separator: "/").last {
            return link("/docs#schema-\(name)", String(name))
        }
        for (word, between) in [("oneOf", " or "), ("allOf", " and ")] where schema[word].count > 0 {
            for (place, part) in schema[word].elements.enumerated() {
                if place > 0 { put(between) }
                type(part)
            }
            return
        }
        if let value = schema["const"].text ?? schema["const"].whole.map(String.init) {
            return element("code", value)
        }
        if schema["type"].text == "array" {
            put("list of ")
            return type(schema["items"])
        }
        put(Self.words(schema))
    }

    private static func words(_ schema: JSONValue) -> String {
        let choices = schema["enum"].elements.compactMap(\.text)
        if !choices.isEmpty { return choices.joined(separator: ", ") }
        let types = schema["type"].text.map { [$0] } ?? schema["type"].elements.compactMap(\.text)
        var words = types.joined(separator: " or ")
        for (least, most) in [("minimum", "maximum"), ("minLength", "maxLength")] {
            if let most = schema[most].whole, most < 1 << 53 {
                words += ", \(schema[least].whole ?? 0) to \(most)"
            }
        }
        return words.isEmpty ? "anything" : words
    }
}
