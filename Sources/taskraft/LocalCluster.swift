import Client
import Console
import Foundation

/// Starts and stops the processes of a cluster on this machine.
struct LocalCluster {
    private let directory: LocalDirectory

    init(_ directory: LocalDirectory) { self.directory = directory }

    /// How long a node may take to answer, and to stop.
    private static let startLimit = Duration.seconds(30)
    private static let stopLimit = Duration.seconds(12)

    /// Starts all nodes and waits until each is ready; stops them again if one is not.
    func up(_ layout: LocalLayout) async throws {
        if let living = try directory.record()?.living, !living.isEmpty {
            let names = living.map { "n\($0.id) (process \($0.process.pid))" }
            throw Failure(
                "the cluster in \(directory.path) runs already: \(names.joined(separator: ", ")); "
                    + "stop it by: taskraft local down --dir \(directory.path)")
        }
        let taken = PortCheck.problems(layout.ports)
        if !taken.isEmpty {
            throw Failure(
                taken.joined(separator: "\n") + "\nuse another --base-port, or stop what is there")
        }
        try directory.update { record throws(Failure) in
            var new = LocalRecord(layout: layout)
            for id in layout.ids { new.processes[String(id)] = try spawn(id, layout) }
            record = new
        }
        do {
            for id in layout.ids { try await waitUntilReady(id, layout) }
        } catch {
            _ = try? await down()
            throw error
        }
    }

    func start(_ id: Int) async throws {
        let layout = try directory.existingRecord().layout
        try check(id, layout)
        try directory.update { record throws(Failure) in
            guard record?.process(of: id) == nil else { throw Failure("n\(id) runs already") }
            record?.processes[String(id)] = try spawn(id, layout)
        }
        try await waitUntilReady(id, layout)
    }

    func kill(_ id: Int) throws {
        let record = try directory.existingRecord()
        try check(id, record.layout)
        guard let process = record.process(of: id), process.signal(SIGKILL) else {
            throw Failure("n\(id) does not run")
        }
    }

    /// Asks all nodes to stop, and kills those that do not. Says how many ran.
    @discardableResult
    func down() async throws -> Int {
        let living = try directory.existingRecord().living
        for (_, process) in living { process.signal(SIGTERM) }
        let limit = ContinuousClock.now + Self.stopLimit
        while living.contains(where: { $0.process.isAlive }), ContinuousClock.now < limit {
            reap()
            try await Task.sleep(for: .milliseconds(20))
        }
        for (id, process) in living where process.isAlive {
            Terminal.error.line("n\(id) did not stop in time and was killed")
            process.signal(SIGKILL)
        }
        return living.count
    }

    /// What to say if every node has ended by itself; nil while one lives.
    func whatEnded() -> String? {
        reap()
        guard let record = try? directory.record(), record.living.isEmpty else { return nil }
        return "no node is left"
    }

    // MARK: Parts

    private func check(_ id: Int, _ layout: LocalLayout) throws {
        guard layout.ids.contains(id) else {
            throw Failure("there is no node \(id); the nodes are 1 to \(layout.nodes)", .usage)
        }
    }

    private func spawn(_ id: Int, _ layout: LocalLayout) throws(Failure) -> ProcessIdentity {
        let environment = layout.environment(
            of: id, directory: directory.path, inherited: ProcessInfo.processInfo.environment)
        return try Spawn.start(
            Spawn.ownExecutable, ["serve"], environment: environment, log: directory.log(of: id))
    }

    private func waitUntilReady(_ id: Int, _ layout: LocalLayout) async throws {
        let limit = ContinuousClock.now + Self.startLimit
        while ContinuousClock.now < limit {
            if await LocalStatus.isReady(layout.http(of: id)) { return }
            reap()
            if try directory.existingRecord().process(of: id) == nil {
                throw Failure("n\(id) ended while it started:\n\(directory.lastLines(of: id))")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw Failure(
            "n\(id) was not ready after \(Self.startLimit):\n\(directory.lastLines(of: id))")
    }

    /// Lets children that have ended go; only the process that started them has any.
    private func reap() {
        var status: Int32 = 0
        while waitpid(-1, &status, WNOHANG) > 0 {}
    }
}

/// Waits for Ctrl-C, SIGTERM or a closed terminal.
enum Interrupt {
    static func wait(orUntil ended: @escaping @Sendable () -> String?) async {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let sources = [SIGINT, SIGTERM, SIGHUP].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield() }
            source.resume()
            return source
        }
        let watch = Task {
            while !Task.isCancelled {
                try? await Task.sleep(for: .milliseconds(500))
                guard let why = ended() else { continue }
                Terminal.error.line(why)
                continuation.yield()
                return
            }
        }
        for await _ in stream { break }
        watch.cancel()
        for source in sources { source.cancel() }
    }
}
