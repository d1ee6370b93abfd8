package import Foundation
import Synchronization
#if canImport(Glibc)
import Glibc
#endif

/// A command that runs once for one job: the body is its input, what it says goes where ours goes,
/// and the end of what it says on standard error is kept.
package final class CommandProcess: Sendable {
    /// How it ended.
    package enum Exit: Hashable, Sendable {
        case code(Int32)
        case signal(Int32)
    }

    private struct State {
        /// nil once it has ended: the number may then be another's.
        var pid: pid_t?
        var tail: [UInt8] = []
    }

    private let state: Mutex<State>
    private let pid: pid_t
    private let errors: Int32
    /// What a failure may say.
    private static let tailBytes = 1_000
    /// Descriptors are made and handed on one process at a time: none may leak into another.
    private static let starting = Mutex(())

    private init(_ pid: pid_t, errors: Int32) {
        self.pid = pid
        self.errors = errors
        state = Mutex(State(pid: pid))
    }

    /// Starts a command, whose first word is the path of a program.
    package static func start(
        _ command: [String], environment: [String: String], input: Data
    ) throws(Failure) -> CommandProcess {
        let body = try file(input)
        defer { close(body) }
        let result = starting.withLock { _ -> Result<CommandProcess, Failure> in
            var ends: [Int32] = [0, 0]
            guard pipe(&ends) == 0 else { return .failure(failed("a pipe")) }
            _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
            defer { close(ends[1]) }
            do throws(Failure) {
                let pid = try Spawn.start(
                    command, environment: environment, input: body, errors: ends[1])
                return .success(CommandProcess(pid, errors: ends[0]))
            } catch {
                close(ends[0])
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// The program that a shell would find; nil if there is none.
    package static func find(_ name: String, path: String) -> String? {
        let candidates =
            name.contains("/") ? [name] : path.split(separator: ":").map { "\($0)/\(name)" }
        return candidates.first { candidate in
            var isDirectory: ObjCBool = false
            return FileManager.default.fileExists(atPath: candidate, isDirectory: &isDirectory)
                && !isDirectory.boolValue && access(candidate, X_OK) == 0
        }
    }

    /// A file without a name, which can be as long as it has to be and never blocks.
    private static func file(_ contents: Data) throws(Failure) -> Int32 {
        let folder = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        var name = Array("\(folder)/taskraft-job.XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        guard descriptor >= 0 else { throw failed("a temporary file in \(folder)") }
        unlink(name)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        var rest = ArraySlice(contents)
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else {
                close(descriptor)
                throw failed("the temporary file of a job's body")
            }
            rest = rest.dropFirst(written)
        }
        lseek(descriptor, 0, SEEK_SET)
        return descriptor
    }

    private static func failed(_ what: String) -> Failure {
        Failure("\(what) cannot be had: \(String(cString: strerror(errno)))")
    }
}

// MARK: Its end

extension CommandProcess {
    /// Sends a signal to it and all that it started, if it still runs: it leads a session.
    package func send(_ signal: Int32) {
        state.withLock { state in
            if let pid = state.pid { kill(-pid, signal) }
        }
    }

    /// The last lines that it wrote to standard error.
    package var lastWords: String {
        let text = String(decoding: state.withLock { $0.tail }, as: UTF8.self)
        let lines = text.split(whereSeparator: \.isNewline).map { Printable.line(String($0)) }
        return lines.suffix(3).joined(separator: "\n")
    }

    /// Waits on a thread of its own, and passes on what it writes to standard error meanwhile. To
    /// be called once.
    package func exit() async -> Exit {
        await withCheckedContinuation { continuation in
            Thread { continuation.resume(returning: self.wait()) }.start()
        }
    }

    private func wait() -> Exit {
        // Its own children may keep the pipe open when it has ended, so its end is looked for too.
        while forward() {
            if let exit = reap(WNOHANG) {
                while forward(timeout: 0) {}
                close(errors)
                return exit
            }
        }
        close(errors)
        var information = siginfo_t()
        while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        return reap(0) ?? .code(-1)
    }

    /// False at the end of the pipe, and, if there is no time to wait, when it is empty.
    private func forward(timeout: Int32 = 100) -> Bool {
        var wanted = pollfd(fd: errors, events: Int16(POLLIN), revents: 0)
        let ready = poll(&wanted, 1, timeout)
        if ready <= 0 { return timeout > 0 }
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = read(errors, &buffer, buffer.count)
        if count < 0, errno == EINTR { return true }
        guard count > 0 else { return false }
        let said = buffer[..<count]
        Terminal.error.write(String(decoding: said, as: UTF8.self))
        state.withLock { state in
            state.tail = (state.tail + said).suffix(Self.tailBytes)
        }
        return true
    }

    private func reap(_ options: Int32) -> Exit? {
        state.withLock { state in
            var status: Int32 = 0
            guard waitpid(pid, &status, options) == pid else { return nil }
            state.pid = nil
            let signal = status & 0x7f
            return signal == 0 ? .code((status >> 8) & 0xff) : .signal(signal)
        }
    }
}
