import Console
import Dispatch
import Foundation
import Logging
import Node
import ServiceLifecycle
import UnixSignals

#if canImport(Glibc)
    import Glibc
#endif

/// What every process that serves does with the system: limits, signals, an orderly end.
enum ProcessSetup {
    /// Opening a large data directory takes a while, and until it is open there is nothing to
    /// finish: whoever asks the program to stop then is obeyed at once.
    static func stoppable<Result>(_ body: () throws -> Result) rethrows -> Result {
        let sources = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { exit(0) }
            source.resume()
            return source
        }
        defer { for source in sources { source.cancel() } }
        return try body()
    }

    /// Connections are files: as many as the system lets this process have.
    static func raiseOpenFileLimit(_ logger: Logger) {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0,
            limit.rlim_cur < limit.rlim_max
        else { return }
        limit.rlim_cur = limit.rlim_max
        if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) != 0 {
            logger.warning("the limit of open files stays at \(limit.rlim_cur)")
        }
    }

    static func become(_ user: String) throws {
        guard let entry = getpwnam(user) else { throw Failure("there is no user \(user)") }
        let (id, group) = (entry.pointee.pw_uid, entry.pointee.pw_gid)
        guard setgroups(0, nil) == 0, setgid(group) == 0, setuid(id) == 0 else {
            throw Failure("cannot become \(user): \(String(cString: strerror(errno)))")
        }
    }

    /// Runs a node and its fronts until they are asked to stop, or the node has to.
    static func serve(
        _ node: RunningNode, _ fronts: [any Service], _ logger: Logger
    ) async throws {
        logger.debug("memory comes from \(Allocator.name)")
        let service = ServiceGroupConfiguration.ServiceConfiguration(
            service: NodeService(node: node),
            successTerminationBehavior: .gracefullyShutdownGroup,
            // Cancelled in the middle of accepting a connection, a front would trap.
            failureTerminationBehavior: .gracefullyShutdownGroup)
        let group = ServiceGroup(
            configuration: .init(
                services: [service] + fronts.map { .init(service: $0) },
                gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet(logger)))
        do {
            try await group.run()
        } catch {
            logger.critical("\(error)")
            throw Failure("\(error)")
        }
    }

    /// The service group tells each of its steps at info.
    private static func quiet(_ logger: Logger) -> Logger {
        var quiet = logger
        quiet.logLevel = max(.warning, logger.logLevel)
        return quiet
    }
}

/// The node as a service: asked to stop, it hands leadership over first.
private struct NodeService: Service {
    let node: RunningNode

    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await node.run() }
            group.addTask {
                try? await gracefulShutdown()
                await node.shutdown()
            }
            // The node's end is the service's; the other task only waits for the wish.
            defer { group.cancelAll() }
            for try await _ in group {}
        }
    }
}
