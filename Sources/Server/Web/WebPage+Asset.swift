/// Each is put together once, when it is first asked for.
extension WebPage {
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
