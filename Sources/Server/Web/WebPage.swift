/// A page for people, by the path it is found at.
package enum WebPage: Hashable, Sendable, CaseIterable {
    case tasks
    case queues
    case cluster
    case settings
    case signIn
    /// Any task: which one, its script reads from the address.
    case task

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

    var asset: Asset {
        switch self {
        case .tasks: Self.tasksAsset
        case .queues: Self.queuesAsset
        case .cluster: Self.clusterAsset
        case .settings: Self.settingsAsset
        case .signIn: Self.signInAsset
        case .task: Self.taskAsset
        }
    }

    private static let tasksAsset = Shell.page(PackageResources.tasks_html, at: "/")
    private static let queuesAsset = Shell.page(PackageResources.queues_html, at: "/queues")
    private static let clusterAsset = Shell.page(
        PackageResources.clusterpage_html, at: "/cluster")
    private static let settingsAsset = Shell.page(PackageResources.settings_html, at: "/settings")
    private static let signInAsset = Shell.page(PackageResources.signin_html, at: "/signin")
    private static let taskAsset = Shell.page(PackageResources.task_html, at: "/")
}
