import HTTPTypes
import Work

/// What a request needs of whoever asks. The state machine looks again at what a change needs:
/// this only spares requests that would be refused, and guards what only reads.
enum Access: Equatable {
    /// Nothing: what is the same for everybody, pages, which show only what one may see, and how one
    /// signs in.
    case free
    /// To be somebody.
    case anybody
    case scopes(Scopes)

    init(_ method: HTTPRequest.Method, _ route: Route) {
        let isRead = method == .get || method == .head
        switch route {
        case .page, .asset, .description, .docs, .errorDocs, .live, .ready: self = .free
        case .people(.session): self = .free
        case .people: self = .anybody
        case .jobs(let route): self = .scopes(isRead ? .read : route.scopes(method))
        case .tasks, .task, .taskPart, .items: self = .scopes(isRead ? .read : .tasks)
        case .metrics, .cluster, .clusterEvents, .events: self = .scopes(.read)
        case .levers, .transfer: self = .scopes(isRead ? .read : .admin)
        }
    }
}

extension JobRoute {
    /// What it takes to change something there.
    fileprivate func scopes(_ method: HTTPRequest.Method) -> Scopes {
        switch self {
        case .queues: .read
        case .reserve, .queue(_, .reserve), .job: .work
        case .queue(_, .jobs): .enqueue
        // A kick of some jobs is a worker's business, one of all of them an admin's: apply knows.
        case .queue(_, .kick): .work
        case .queue: .admin
        }
    }
}
