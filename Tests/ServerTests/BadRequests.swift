import HTTPTypes
import Server

/// A request that is wrong in one way, and what it must be told.
struct BadRequest {
    var what: String
    var sample: Sample
    var method: String
    var authority = "127.0.0.1:8082"
    var isKnown = true
    var status: Int
    /// One of these.
    var codes: [String]
    /// Where one of the errors must point to.
    var pointer: String?
}

/// Everything that can be wrong with the requests of one operation, as far as the description of
/// the API tells.
struct BadRequests {
    let operation: APIDocument.Operation
    private let sample: Sample
    let document = Contract.shared.document
    private(set) var all: [BadRequest] = []

    init(_ operation: APIDocument.Operation, _ sample: Sample) {
        self.operation = operation
        self.sample = sample
        addOrigins()
        addPaths()
        if !isProbe { addParameters() }
        addHeaders()
        if !content.isEmpty { addBodies() }
        if !content.isEmpty, isStrict { addMembers() }
    }

    private var content: [JSONValue.Member] {
        operation.content["requestBody"]["content"].members
    }
    private var parameters: [JSONValue] {
        operation.content["parameters"].elements.map(document.resolved)
    }
    /// Whether the body is JSON and nothing else.
    var isJSON: Bool { content.allSatisfy { $0.name.hasSuffix("json") } }
    var schema: JSONValue {
        document.resolved(operation.content["requestBody"]["content"]["application/json"]["schema"])
    }
    /// The forms of an object that the body may have.
    var forms: [JSONValue] {
        let choices = schema["oneOf"].elements.map(document.resolved).filter {
            $0["properties"] != .null
        }
        return schema["properties"] == .null ? choices : [schema]
    }
    private var isStrict: Bool {
        !forms.isEmpty && forms.allSatisfy { $0["additionalProperties"] == .bool(false) }
    }

    mutating func add(
        _ what: String, _ status: Int, _ codes: String..., pointer: String? = nil,
        _ change: (inout BadRequest) -> Void
    ) {
        var bad = BadRequest(
            what: what, sample: sample, method: operation.method, status: status, codes: codes,
            pointer: pointer)
        change(&bad)
        all.append(bad)
    }
}

// MARK: The head

extension BadRequests {
    private var isStream: Bool { sample.path.hasSuffix("/events") }
    /// What supervisors ask without a token.
    private var isProbe: Bool { ["/livez", "/readyz"].contains(operation.path) }

    private mutating func addOrigins() {
        add("a host that is none of ours", 421, "wrong_host") { $0.authority = "evil.example" }
        if operation.method != "GET" || isStream {
            add("a page of another site", 403, "foreign_origin") {
                $0.sample.headers["Origin"] = "http://evil.example"
            }
        }
        // How one signs in and out, and what is the same for everybody.
        let isFree = operation.id == "signIn" || isProbe
        if isFree { return }
        add("a token that is none", 401, "unauthorized") {
            $0.sample.headers["Authorization"] = "Bearer nonsense"
        }
        if operation.id == "signOut" { return }
        add("no token", 401, "unauthorized") { $0.isKnown = false }
    }

    private mutating func addPaths() {
        add("a slash too many", 404, "not_found") { bad in
            bad.sample.path = String(bad.sample.path.prefix { $0 != "?" }) + "/"
        }
        guard let place = operation.path.split(separator: "/").firstIndex(where: {
            $0.hasPrefix("{")
        }) else { return }
        let isNumber = operation.path.contains("{id}")
        let wrong = isNumber
            ? ["0", "01", "x", "-1", "%31", "9223372036854775808", "1.0"]
            : ["-q", "a%20b", "%zz", String(repeating: "q", count: 201)]
        for name in wrong {
            add("\(name) in the path", 404, "not_found") { $0.sample.rename(place, name) }
        }
        // A board that is gone had tasks all the same.
        if !isNumber || operation.id == "getPastBoard" { return }
        let isHeld = schema["required"].elements.contains(.string("lease"))
        add("nothing of that number", isHeld ? 409 : 404, isHeld ? "lease_over" : "not_found") {
            $0.sample.rename(place, "999")
        }
    }

    private mutating func addHeaders() {
        for parameter in parameters where parameter["in"].text == "header" {
            switch parameter["name"].text {
            case "If-Match": addMatches(isRequired: parameter["required"] == .bool(true))
            case "Idempotency-Key":
                for key in ["", "\"\"", "\"abc", "a b", "é", String(repeating: "k", count: 256)] {
                    add("the key \(key.prefix(9))", 400, "bad_key") {
                        $0.sample.headers["Idempotency-Key"] = key
                    }
                }
            case "Last-Event-ID":
                for id in ["x", "1", "1.", "1.0.0", "-1.0"] {
                    add("the place \(id)", 400, "bad_request") {
                        $0.sample.headers["Last-Event-ID"] = id
                    }
                }
            default: break
            }
        }
    }

    private mutating func addMatches(isRequired: Bool) {
        for tag in ["3", "W/\"1\"", "\"1", "\"1\", \"2\"", "", "\"a b\""] {
            add("the tag \(tag)", 400, "bad_request") { $0.sample.headers["If-Match"] = tag }
        }
        add("a version that is over", 412, "stale_version") {
            $0.sample.headers["If-Match"] = "\"999\""
        }
        if isRequired {
            add("no If-Match", 428, "precondition_required") {
                $0.sample.headers["If-Match"] = nil
            }
        }
    }
}

// MARK: Parameters

extension BadRequests {
    private mutating func addParameters() {
        addQuery("nonsense=1")
        addQuery("%zz=1")
        for parameter in parameters where parameter["in"].text == "query" {
            let name = parameter["name"].text ?? ""
            let schema = document.resolved(parameter["schema"])
            let right = Self.right(name, schema)
            addQuery("\(name)=\(right)&\(name)=\(right)")
            for wrong in Self.wrong(name, schema) { addQuery("\(name)=\(wrong)") }
        }
    }

    private mutating func addQuery(_ query: String) {
        add(query, 400, "bad_request", "bad_query") { bad in
            // The parameter takes the place of the sample's own.
            let own = bad.sample.path.drop { $0 != "?" }.dropFirst()
            let isOwn = query.prefix { $0 != "=" } == own.prefix { $0 != "=" }
            let rest = own.isEmpty || isOwn ? "" : "&" + own
            let path = bad.sample.path.prefix { $0 != "?" }
            bad.sample.path = "\(path)?\(query)\(rest)"
        }
    }

    private static func right(_ name: String, _ schema: JSONValue) -> String {
        switch name {
        case "sort": "id"
        case "fields": "title"
        case "max_staleness": "5s"
        case "zone": "Z"
        case "q": "milk"
        default: schema["enum"][0].text ?? "1"
        }
    }

    private static func wrong(_ name: String, _ schema: JSONValue) -> [String] {
        if name == "cursor" { return ["", "x", "MSB0YXNrcyBhbnkgMQ=="] }
        if name == "q" { return ["status:open", "%22x", "due%3C"] }
        if schema["type"].text == "integer" {
            return ["", "x", "1.5", "-1", "9223372036854775808", "%ff"]
        }
        let isFree = schema["enum"] == .null && schema["pattern"] == .null
        return isFree ? [] : ["", "!", "1,2", "%00"]
    }
}

extension Sample {
    /// The same of something else.
    fileprivate mutating func rename(_ place: Int, _ name: String) {
        let query = path.drop { $0 != "?" }
        var parts = path.prefix { $0 != "?" }.split(separator: "/")
        parts[place] = name[...]
        path = "/\(parts.joined(separator: "/"))\(query)"
    }
}
