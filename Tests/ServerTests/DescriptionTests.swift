import HTTPTypes
import Server
import Testing
import Work

/// The description of the API is true to the routes, the fields and the problems. Whether it is
/// true to the answers is looked at with every answer that a test gets (`Contract`).
@Suite struct DescriptionTests {
    private let document = Contract.shared.document

    @Test func isServedAsItIs() async throws {
        let answer = try await TestFront().send(.get, "/openapi.json")
        #expect(answer.header("Content-Type") == "application/json")
        #expect(try answer.json == document.root)
    }

    @Test func everyPathIsARouteWithTheSameMethods() throws {
        let paths = Dictionary(grouping: document.operations, by: \.path)
        #expect(paths.count > 15)
        for (path, operations) in paths {
            let sample = path.replacing("{id}", with: "1").replacing("{queue}", with: "a%2Fb")
            let route = try #require(Route(path: sample[...]), "\(path)")
            #expect(Self.path(route) == path)
            let methods = Set(route.methods.split(separator: ", ").map(String.init))
            #expect(methods.subtracting(["HEAD"]) == Set(operations.map(\.method)), "\(path)")
        }
        #expect(Set(Self.parts.compactMap { Self.path($0) }).isSubset(of: paths.keys))
    }

    @Test func operationsAreNamedAndEveryReferenceLeadsSomewhere() {
        let names = document.operations.map(\.id)
        #expect(Set(names).count == names.count)
        #expect(document.operations.allSatisfy { document.tags.contains($0.tag) })
        for reference in Self.references(document.root) {
            let target = document.resolved(.object([.init(name: "$ref", value: .string(reference))]))
            #expect(target != .null, "\(reference)")
        }
    }

    @Test func everyProblemIsExplained() async throws {
        let codes = document.root["components"]["schemas"]["ProblemCode"]["oneOf"].elements
        let described = codes.compactMap { $0["const"].text }
        #expect(Set(described) == Set(Problem.Code.allCases.map(\.rawValue)))
        let page = try await TestFront().send(.get, "/docs/errors")
        for code in described { #expect(page.text.contains("<section id=\"\(code)\"")) }
    }

    @Test func everyFieldOfATaskIsKnown() async throws {
        for (method, path, schema) in [
            (HTTPRequest.Method.post, "/v1/tasks", "TaskDraft"),
            (.patch, "/v1/tasks/1", "TaskPatch"), (.put, "/v1/tasks/1", "TaskDraft"),
        ] {
            let front = TestFront()
            try await front.create("x")
            let fields = document.root["components"]["schemas"][schema]["properties"].members
            #expect(fields.count >= 8)
            let wrong = fields.map { "\"\($0.name)\":false" }.joined(separator: ",")
            let answer = try await front.send(
                method, path, ["If-Match": "*"], json: "{\(wrong)}")
            let named = try answer.json["errors"].elements.map { $0["pointer"].text }
            #expect(Set(named) == Set(fields.map { "/" + $0.name }))
            #expect(try answer.json["errors"].elements.allSatisfy {
                $0["detail"].text?.contains("is not a field") == false
            })
        }
    }

    @Test func thePageForPeopleNamesEveryOperationAndSchema() async throws {
        let page = try await TestFront().send(.get, "/docs").text
        for operation in document.operations {
            #expect(page.contains("<section id=\"\(operation.id)\""))
        }
        let links = page.matches(of: #/href="(?:/docs)?#((?!icon)[^"]+)"/#).map { String($0.1) }
        #expect(links.count > 50)
        for link in links { #expect(page.contains("id=\"\(link)\""), "\(link)") }
    }

    @Test func `The page lists the members of every object, whatever it is put together from`() async throws {
        let page = try await TestFront().send(.get, "/docs").text
        let sections = page.split(separator: "<section ")
        for name in ["Task", "TaskPart", "Board", "Problem"] {
            let section = try #require(sections.first { $0.hasPrefix("id=\"schema-\(name)\"") })
            let schema = document.root["components"]["schemas"][name == "Task" ? "TaskPart" : name]
            for member in schema["properties"].members {
                #expect(section.contains("<td><code>\(member.name)</code></td>"), "\(name)")
            }
        }
        let task = try #require(sections.first { $0.hasPrefix("id=\"schema-Task\"") })
        #expect(!task.contains("May be missing"), "A whole task has all of them.")
    }

    private static func references(_ value: JSONValue) -> [String] {
        let inner = (value.elements + value.members.map(\.value)).flatMap { references($0) }
        return inner + (value["$ref"].text.map { [$0] } ?? [])
    }

    /// How the description names a route; nil for what is no part of the API. A new route does not
    /// compile until it is here.
    private static func path(_ route: Route) -> String? {
        switch route {
        case .page, .asset, .description, .docs, .errorDocs: nil
        case .live: "/livez"
        case .ready: "/readyz"
        case .metrics: "/metrics"
        case .tasks: "/v1/tasks"
        case .task: "/v1/tasks/{id}"
        case .taskPart(_, let part): "/v1/tasks/{id}/\(part)"
        case .cluster: "/v1/cluster"
        case .clusterEvents: "/v1/cluster/events"
        case .levers: "/v1/cluster/levers"
        case .transfer: "/v1/cluster/transfer"
        case .events: "/v1/events"
        case .items(let route): path(route)
        case .people(.users): "/v1/users"
        case .people(.user): "/v1/users/{id}"
        case .people(.tokens): "/v1/tokens"
        case .people(.token): "/v1/tokens/{id}"
        case .people(.session): "/v1/session"
        case .people(.me): "/v1/me"
        case .jobs(.queues): "/v1/queues"
        case .jobs(.reserve): "/v1/reserve"
        case .jobs(.queue(_, let part)):
            part == .itself ? "/v1/queues/{queue}" : "/v1/queues/{queue}/\(part)"
        case .jobs(.job(_, let part)): part == .itself ? "/v1/jobs/{id}" : "/v1/jobs/{id}/\(part)"
        }
    }

    private static func path(_ route: ItemRoute) -> String {
        switch route {
        case .boards: "/v1/boards"
        case .board: "/v1/boards/{id}"
        case .boardTasks: "/v1/boards/{id}/tasks"
        case .comment: "/v1/comments/{id}"
        case .views: "/v1/views"
        case .view: "/v1/views/{id}"
        case .labels: "/v1/labels"
        case .bulk: "/v1/tasks:bulk"
        case .exportFile(let format): "/v1/export.\(format)"
        case .importFile: "/v1/import"
        case .calendar: "/v1/calendar.ics"
        }
    }

    private static var parts: [Route] {
        ["", "/jobs", "/reserve", "/pause", "/resume", "/purge", "/kick"].compactMap {
            Route(path: "/v1/queues/q\($0)")
        } + ["", "/touch", "/complete", "/fail", "/release", "/bury", "/kick"].compactMap {
            Route(path: "/v1/jobs/1\($0)")
        } + [
            "/livez", "/readyz", "/metrics", "/v1/tasks", "/v1/tasks/1", "/v1/cluster",
        ].compactMap {
            Route(path: $0[...])
        } + TaskPart.allCases.map { .taskPart(TaskID(1), $0) }
            + FileFormat.allCases.map { .items(.exportFile($0)) }
    }
}
