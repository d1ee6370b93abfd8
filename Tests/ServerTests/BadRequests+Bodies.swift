import Server

extension BadRequests {
    mutating func addBodies() {
        let large = "9000000"
        add("a body that is too large", 413, "too_large") {
            $0.sample.headers["Content-Length"] = large
        }
        add("a body in gzip", 415, "unsupported_media_type") {
            $0.sample.headers["Content-Encoding"] = "gzip"
        }
        if isJSON {
            for type in ["text/plain", "application/jsonp", "application/x-www-form-urlencoded"] {
                add(type, 415, "unsupported_media_type") {
                    $0.sample.headers["Content-Type"] = type
                    $0.sample.text = "x"
                }
            }
        }
        let deep = String(repeating: "[", count: 33) + String(repeating: "]", count: 33)
        for broken in ["{", "{}x", #"{"a":1,"a":1}"#, #""\ud800""#, "{'a':1}", "// x\n{}", deep] {
            add("the body \(broken.prefix(12))", 400, "bad_json") { $0.sample.text = broken }
        }
        for other in [#""x""#, "7", "null", "true"] {
            add("the body \(other)", 400, "invalid_value", "bad_request") {
                $0.sample.text = other
            }
        }
    }

    // MARK: Members

    /// What a member may be, by its name, and which members exclude it.
    mutating func addMembers() {
        addUnknown()
        for form in forms {
            for required in form["required"].elements.compactMap(\.text) where isAlone(required) {
                add("no \(required)", 400, "invalid_value", pointer: "/" + required) {
                    $0.sample.body?.removeAll { $0.name == required }
                }
            }
            for member in form["properties"].members {
                for wrong in Self.values where isWrong(wrong, member.value) {
                    addMember(member.name, wrong)
                }
            }
        }
    }

    private mutating func addUnknown() {
        add("a member that is not known", 400, "unknown_field", pointer: "/non~1sense") {
            $0.sample.body?.append((#"non/sense"#, "1"))
        }
    }

    private mutating func addMember(_ name: String, _ json: String) {
        let others = excluded.contains(name) ? excluded : []
        add(
            "\(name): \(json.prefix(12))", 400, "invalid_value", "unknown_field",
            pointer: "/" + name
        ) { bad in
            bad.sample.body?.removeAll { $0.name == name || others.contains($0.name) }
            bad.sample.body?.append((name, json))
        }
    }

    /// Members of which there is one at most.
    private var excluded: [String] {
        let choices = schema["oneOf"].elements + forms.flatMap { $0["oneOf"].elements }
        return choices.flatMap { $0["required"].elements.compactMap(\.text) }
    }

    /// Whether a request has to have it whatever else there is.
    private func isAlone(_ name: String) -> Bool { !excluded.contains(name) }

    private static let long = "\"" + String(repeating: "x", count: 70_000) + "\""
    private static let values = [
        "null", "true", "false", "-1", "1.5", "1e300", "99999999999999999999", #""""#,
        #""\u0001""#, #""a b!""#, "[]", "[null]", "[true]", "[[]]", "{}", #"{"x":1}"#, long,
    ]

    private func isWrong(_ json: String, _ schema: JSONValue) -> Bool {
        guard let value = try? JSONReader.read(Array(json.utf8)) else { return false }
        return !SchemaCheck(document, isClosed: true).problems(value, schema, "").isEmpty
    }
}
