import Foundation
#if canImport(Glibc)
import Glibc
#endif

/// Starts a process in a session of its own: Ctrl-C on the terminal does not reach it, and it
/// outlives the one that started it.
package enum Spawn {
    /// POSIX_SPAWN_SETSID, which glibc shows only to programs that ask for GNU extensions.
    private static let setSession: Int32 = 0x80

    /// - Parameter log: gets both outputs, appended.
    package static func start(
        _ executable: String, _ arguments: [String], environment: [String: String], log: String
    ) throws(Failure) -> ProcessIdentity {
        keepOpenFilesToOurselves()
        let pid = try start([executable] + arguments, environment) { redirect(&$0, log: log) }
        // Its own child cannot be replaced by another process before it was waited for.
        let entry = ProcessTable.entry(pid)
        return ProcessIdentity(pid: pid, started: entry?.started ?? 0)
    }

    /// The output is ours; input and errors are these descriptors.
    static func start(
        _ command: [String], environment: [String: String], input: Int32, errors: Int32
    ) throws(Failure) -> pid_t {
        try start(command, environment) { actions in
            posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
            posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
            posix_spawn_file_actions_addclose(&actions, errors)
        }
    }

    private static func start(
        _ command: [String], _ environment: [String: String],
        _ redirect: (inout posix_spawn_file_actions_t) -> Void
    ) throws(Failure) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        redirect(&actions)
        detach(&attributes)
        let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        var pid: pid_t = 0
        let code = withCStrings(command) { arguments in
            withCStrings(variables) { variables in
                posix_spawn(&pid, command[0], &actions, &attributes, arguments, variables)
            }
        }
        guard code == 0 else {
            throw Failure("\(command[0]) cannot be started: \(String(cString: strerror(code)))")
        }
        return pid
    }

    /// NIO's sockets are inherited otherwise, and a node would hold the ends of connections that
    /// are none of its business.
    private static func keepOpenFilesToOurselves() {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        for file in files.compactMap({ Int32($0) }) where file > STDERR_FILENO {
            _ = fcntl(file, F_SETFD, FD_CLOEXEC)
        }
    }

    private static func redirect(_ actions: inout posix_spawn_file_actions_t, log: String) {
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(
            &actions, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
    }

    private static func detach(_ attributes: inout posix_spawnattr_t) {
        // Signals that are ignored or blocked here would stay so there.
        var all = sigset_t()
        var none = sigset_t()
        sigemptyset(&none)
        sigemptyset(&all)
        for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE] { sigaddset(&all, signal) }
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(
            &attributes,
            Int16(setSession | Int32(POSIX_SPAWN_SETSIGDEF) | Int32(POSIX_SPAWN_SETSIGMASK)))
    }

    private static func withCStrings<Result>(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = strings.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }

    /// The program that runs now, also if its arguments were taken away.
    package static var ownExecutable: String {
        let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return path(link ?? CommandLine.arguments.first ?? "taskraft")
    }

    /// Linux marks a program whose file was replaced since it began. What lies in its place is
    /// what is to be started.
    package static func path(_ link: String) -> String {
        let mark = " (deleted)"
        guard link.hasSuffix(mark), !FileManager.default.fileExists(atPath: link) else { return link }
        return String(link.dropLast(mark.count))
    }
}
