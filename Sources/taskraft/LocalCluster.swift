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
    private static let killLimit = Duration.seconds(2)
    /// A supervisor has nothing to do for a cluster of which no node ran for so long.
    private static let idleLimit = Duration.seconds(600)

    /// Starts all nodes and waits until each is ready; stops them again if one is not, or if
    /// that is asked for.
    func up(_ layout: LocalLayout, interrupt: Interrupt, supervise: Bool = false) async throws {
        let taken = try directory.record()?.living.isEmpty ?? true
            ? PortCheck.problems(layout.ports) : []
        if !taken.isEmpty {
            throw Failure(
                taken.joined(separator: "\n") + "\nuse another --base-port, or stop what is there")
        }
        try begin(layout)
        do {
            if supervise { try self.supervise() }
            for id in layout.ids {
                try directory.update { record throws(Failure) in
                    record?.processes[String(id)] = try spawn(id, layout)
                }
            }
            for id in layout.ids { try await waitUntilReady(id, layout, interrupt) }
        } catch {
            _ = try? await down()
            throw error
        }
    }

    private func begin(_ layout: LocalLayout) throws {
        try directory.record()?.supervisor?.signal(SIGTERM)
        try directory.update { record throws(Failure) in
            let living = record?.living ?? []
            guard living.isEmpty else {
                let names = living.map { "n\($0.id) (process \($0.process.pid))" }
                throw Failure(
                    "the cluster in \(directory.path) runs already: "
                        + names.joined(separator: ", ")
                        + "; stop it by: taskraft local down --dir \(directory.path)")
            }
            record = LocalRecord(layout: layout)
        }
    }

    /// True once the node serves; false if it is up, but too few others are for it to serve.
    func start(_ id: Int) async throws -> Bool {
        let layout = try directory.existingRecord().layout
        try check(id, layout)
        try directory.update { record throws(Failure) in
            guard record?.process(of: id) == nil else { throw Failure("n\(id) runs already") }
            record?.processes[String(id)] = try spawn(id, layout)
        }
        let isMajority = try directory.existingRecord().living.count > layout.nodes / 2
        try await waitUntilReady(id, layout, nil, mustServe: isMajority)
        return isMajority
    }

    /// Returns when the process is gone.
    func kill(_ id: Int) async throws {
        let record = try directory.existingRecord()
        try check(id, record.layout)
        guard let process = record.process(of: id), process.signal(SIGKILL) else {
            throw Failure("n\(id) does not run")
        }
        await wait(for: [process], atMost: Self.killLimit)
    }

    /// The process stands still until `resume`, and does not know it.
    func pause(_ id: Int) throws { try signal(SIGSTOP, to: id) }

    func resume(_ id: Int) throws { try signal(SIGCONT, to: id) }

    private func signal(_ number: Int32, to id: Int) throws {
        let record = try directory.existingRecord()
        try check(id, record.layout)
        guard let process = record.process(of: id), process.signal(number) else {
            throw Failure("n\(id) does not run")
        }
    }

    /// Starts a process that holds the levers as long as the cluster lives.
    func supervise() throws {
        try directory.update { record throws(Failure) in
            record?.supervisor = try Spawn.start(
                Spawn.ownExecutable, ["local", "supervise", "--dir", directory.path],
                environment: ProcessInfo.processInfo.environment,
                log: directory.path + "/supervisor.log")
        }
    }

    /// Until the cluster is of no use to anybody any more.
    func watch() async {
        var lastLife = ContinuousClock.now
        while !Task.isCancelled, ContinuousClock.now - lastLife < Self.idleLimit {
            guard (try? directory.record()) != nil else { return }
            if !living().isEmpty { lastLife = .now }
            try? await Task.sleep(for: .seconds(1))
        }
    }

    /// Asks all nodes to stop, and kills those that do not. Says how many ran.
    @discardableResult
    func down() async throws -> Int {
        let record = try directory.existingRecord()
        let living = record.living
        // One that stands still hears nothing until it goes on.
        for (_, process) in living where process.signal(SIGTERM) { process.signal(SIGCONT) }
        await wait(for: living.map(\.process), atMost: Self.stopLimit)
        for (id, process) in living where process.isAlive {
            Terminal.error.line("n\(id) did not stop in time and was killed")
            process.signal(SIGKILL)
        }
        await wait(for: living.map(\.process), atMost: Self.killLimit)
        record.supervisor?.signal(SIGTERM)
        return living.count
    }

    /// The nodes whose processes live.
    func living() -> [Int] {
        reap()
        let record = try? directory.record()
        return record?.living.map(\.id) ?? []
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

    private func waitUntilReady(
        _ id: Int, _ layout: LocalLayout, _ interrupt: Interrupt?, mustServe: Bool = true
    ) async throws {
        let limit = ContinuousClock.now + Self.startLimit
        while ContinuousClock.now < limit {
            if let interrupt, interrupt.isAsked { throw Failure("stopped while it started") }
            let answer = await LocalStatus.readiness(layout.http(of: id))
            if let answer, answer.status == "ok" || !mustServe { return }
            reap()
            if try directory.existingRecord().process(of: id) == nil {
                throw Failure("n\(id) ended while it started:\n\(directory.lastLines(of: id))")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw Failure(
            "n\(id) was not ready after \(Self.startLimit):\n\(directory.lastLines(of: id))")
    }

    private func wait(for processes: [ProcessIdentity], atMost limit: Duration) async {
        let end = ContinuousClock.now + limit
        while processes.contains(where: \.isAlive), ContinuousClock.now < end {
            reap()
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Lets children that have ended go; only the process that started them has any.
    private func reap() {
        var status: Int32 = 0
        while waitpid(-1, &status, WNOHANG) > 0 {}
    }
}
