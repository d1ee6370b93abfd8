/// A page for people, by the path it is found at.
package enum WebPage: Hashable, Sendable, CaseIterable {
    case tasks
    case queues
    case cluster
    case settings
    case signIn
    /// Any task: which one, the address says.
    case task

    /// Whether there is something in it of what is stored here; others are the same for everybody.
    var comesFilled: Bool {
        switch self {
        case .tasks, .task, .queues: true
        case .cluster, .settings, .signIn: false
        }
    }

    /// nil if the first part of the path names no page.
    init?(top name: Substring) {
        switch name {
        case "": self = .tasks
        case "queues": self = .queues
        case "cluster": self = .cluster
        case "settings": self = .settings
        case "signin": self = .signIn
        default: return nil
        }
    }
}
