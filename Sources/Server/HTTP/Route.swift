package import Work

/// What a path names.
package enum Route: Hashable, Sendable {
    case page(WebPage)
    case asset(String)
    case description
    case docs
    case errorDocs
    case live
    case ready
    case metrics
    case tasks
    case task(TaskID)
    case taskPart(TaskID, TaskPart)
    case cluster
    case clusterEvents
    case levers
    case transfer
    case events
    case jobs(JobRoute)
    case items(ItemRoute)
    case people(PeopleRoute)

    /// nil if the path names nothing. Paths have one spelling: no slash at the end, and nothing
    /// in them needs percent signs but some names of queues.
    package init?(path: Substring) {
        guard path.utf8.first == UInt8(ascii: "/") else { return nil }
        let parts = path.utf8.dropFirst().split(
            separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let names = parts.map { Substring($0) }
        switch names.count {
        case 1: self.init(top: names[0])
        case 2: self.init(names[0], names[1])
        case 3 where names[0] == "assets": self = .asset("\(names[1])/\(names[2])")
        case 3 where names[0] == "v1" && names[1] == "cluster": self.init(cluster: names[2])
        case 3 where names[0] == "v1" && names[1] == "tasks":
            guard let id = TaskID(digits: names[2]) else { return nil }
            self = .task(id)
        case 4 where names[0] == "v1" && names[1] == "tasks":
            guard let id = TaskID(digits: names[2]), let part = TaskPart(rawValue: String(names[3]))
            else { return nil }
            self = .taskPart(id, part)
        default: self.init(below: names)
        }
    }

    private init?(cluster name: Substring) {
        switch name {
        case "events": self = .clusterEvents
        case "levers": self = .levers
        case "transfer": self = .transfer
        default: return nil
        }
    }

    private init?(below names: [Substring]) {
        guard names[0] == "v1" else { return nil }
        let names = names.dropFirst()
        if let route = JobRoute(names) {
            self = .jobs(route)
        } else if let route = ItemRoute(names) {
            self = .items(route)
        } else if let route = PeopleRoute(names) {
            self = .people(route)
        } else {
            return nil
        }
    }

    private init?(top name: Substring) {
        switch name {
        case "docs": self = .docs
        case "openapi.json": self = .description
        case "livez": self = .live
        case "readyz": self = .ready
        case "metrics": self = .metrics
        default:
            guard let page = WebPage(top: name) else { return nil }
            self = .page(page)
        }
    }

    private init?(_ folder: Substring, _ name: Substring) {
        switch (folder, name) {
        case ("v1", "tasks"): self = .tasks
        case ("v1", "cluster"): self = .cluster
        case ("v1", "events"): self = .events
        case ("assets", _): self = .asset(String(name))
        case ("docs", "errors"): self = .errorDocs
        case ("tasks", _):
            guard TaskID(digits: name) != nil else { return nil }
            self = .page(.task)
        default: self.init(below: [folder, name])
        }
    }

    /// What to say where a path names nothing.
    static func hint(_ path: Substring) -> String {
        path.hasPrefix("/v1/queues/")
            ? "the path names nothing: after /v1/queues/ comes the name of a queue, which "
                + "\(QueueName.rule), with / written as %2F"
            : "the path names nothing; the API is below /v1/"
    }

    /// As `Allow` lists them.
    package var methods: String {
        switch self {
        case .tasks: "GET, HEAD, POST"
        case .task: "GET, HEAD, PUT, PATCH, DELETE"
        case .levers: "GET, HEAD, POST"
        case .transfer: "POST"
        case .page, .asset, .description, .docs, .errorDocs, .live, .ready, .metrics, .cluster,
            .clusterEvents, .events:
            "GET, HEAD"
        case .taskPart(_, let part): part.methods
        case .jobs(let route): route.methods
        case .items(let route): route.methods
        case .people(let route): route.methods
        }
    }
}

extension TaskID {
    /// Whole numbers from 1, in their one spelling.
    init?(digits text: Substring) {
        let bytes = text.utf8
        guard let first = bytes.first, first != UInt8(ascii: "0"),
            bytes.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let value = UInt64(text), value <= UInt64(Int64.max)
        else { return nil }
        self.init(value)
    }
}
