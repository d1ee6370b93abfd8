package import Logging
import Node
import Replica
import ServiceLifecycle
import Work

/// Where users are wanted and there are none: makes an admin, and prints a link that signs in
/// once. Of several nodes that start together one makes it, since there is one of that name.
package struct FirstUser<Node: TaskService>: Service {
    private let node: Node
    private let address: String
    private let directory: String
    private let logger: Logger

    private static var name: String { "admin" }

    /// - Parameter address: where people reach the page.
    /// - Parameter directory: the node's data directory.
    package init(node: Node, address: String, directory: String, logger: Logger) {
        self.node = node
        self.address = address
        self.directory = directory
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled, await !self.isDone() {
                try? await Task.sleep(for: .seconds(1))
            }
        }
        try? await gracefulShutdown()
    }

    /// False if it has to be tried again.
    private func isDone() async -> Bool {
        if node.people.hasUsers { return true }
        let new = NewUser(name: Self.name, email: nil, role: .admin, passwordHash: nil)
        switch await propose(.createUser(new)) {
        case .applied(.item(.user(let user)), _, _): return await printLink(for: user)
        case .applied: return true
        case .rejected, .unknown: return false
        }
    }

    private func printLink(for user: UserRecord) async -> Bool {
        let secret = Secret.random()
        let day = Timestamp(milliseconds: Timestamp.now.milliseconds + 86_400_000)
        let token = NewToken(
            user: user.id, name: "first start", secretHash: secret.hash, scopes: .all,
            kind: .signIn, expires: day)
        guard case .applied(.item, _, _) = await propose(.createToken(token)) else {
            logger.error(
                "no link could be made; use: taskraft user passwd \(Self.name) --data-dir \(directory)")
            return true
        }
        // To the terminal of whoever starts it, once, and never again.
        logger.notice("sign in once, within a day: http://\(address)/signin?once=\(secret.text)")
        return true
    }

    private func propose(_ command: PeopleCommand) async -> ProposalOutcome {
        await node.propose(.people(command), actor: nil, credential: nil, identity: nil)
    }
}
