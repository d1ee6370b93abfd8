import Client
import Foundation
import Synchronization

/// One job in the hands of a worker, from its lease to its report.
struct JobRun: Sendable {
    let process: CommandProcess
    private let job: JobItem
    private let lease: String
    private let worker: Worker
    private let hold: Hold

    /// How long a report is tried while the cluster cannot take it.
    private static let reportLimit: Duration = .seconds(300)
    /// A command that was told to end, and does not, is killed.
    private static let endLimit: Duration = .seconds(5)

    init(_ job: JobItem, _ worker: Worker) throws(Failure) {
        self.job = job
        self.worker = worker
        guard let lease = job.lease else { throw Failure("job \(job.id) came without a lease") }
        self.lease = lease
        hold = Hold(for: .milliseconds(job.timeToRun))
        process = try CommandProcess.start(
            worker.settings.command, environment: worker.settings.environment(for: job),
            input: job.body)
    }

    /// Waits for the command, and says what became of the job.
    func finish() async -> Worker.Outcome {
        let exit = await withTaskGroup(of: Void.self) { group in
            group.addTask { await keep() }
            group.addTask { await watch() }
            let exit = await process.exit()
            group.cancelAll()
            return exit
        }
        if let reason = hold.lost { return .lost(reason) }
        return await report(exit)
    }

    /// Renews the lease at a third of its time. If the cluster has ended it, the command ends too.
    private func keep() async {
        while (try? await Task.sleep(for: .milliseconds(max(job.timeToRun / 3, 50)))) != nil {
            let asked = ContinuousClock.now
            do throws(ClientError) {
                try await worker.client.touch(job.id, lease: lease)
                hold.renew(from: asked)
            } catch {
                guard case .refused(let problem) = error, !Task.isCancelled else { continue }
                hold.lose(problem.detail ?? problem.title)
                return await end()
            }
        }
    }

    /// Ends the command when its lease is over by our own clock: while the cluster cannot be
    /// reached, the job may become another worker's.
    private func watch() async {
        while let left = hold.left {
            guard (try? await Task.sleep(for: left)) != nil else { return }
        }
        hold.lose("it could not be renewed in time")
        await end()
    }

    private func end() async {
        process.send(SIGTERM)
        if (try? await Task.sleep(for: Self.endLimit)) != nil { process.send(SIGKILL) }
    }

    private func report(_ exit: CommandProcess.Exit) async -> Worker.Outcome {
        if worker.isAbandoning, exit != .code(0) {
            return await tell { () throws(ClientError) -> Worker.Outcome in
                try await worker.client.release(job.id, lease: lease)
                return .givenBack
            }
        }
        let key = UUID().uuidString.lowercased()
        let text = Self.text(exit, process.lastWords)
        return await tell { () throws(ClientError) -> Worker.Outcome in
            switch exit {
            case .code(0):
                try await worker.client.complete(job.id, lease: lease, key: key)
                return .done
            case .code(let code) where worker.settings.burying.contains(code):
                try await worker.client.bury(job.id, lease: lease, key: key)
                return .buried(text)
            case .code, .signal:
                let error = String(decoding: text.utf8.prefix(1_000), as: UTF8.self)
                return .failed(
                    text,
                    try await worker.client.fail(job.id, lease: lease, error: error, key: key))
            }
        }
    }

    /// Until the cluster has taken it, under one key: it is told once, however often it is sent.
    private func tell(
        _ body: () async throws(ClientError) -> Worker.Outcome
    ) async -> Worker.Outcome {
        let limit = ContinuousClock.now + Self.reportLimit
        while true {
            do throws(ClientError) {
                return try await body()
            } catch {
                if case .refused(let problem) = error {
                    return .lost(problem.detail ?? problem.title)
                }
                if ContinuousClock.now >= limit { return .lost("\(error)") }
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    private static func text(_ exit: CommandProcess.Exit, _ lastWords: String) -> String {
        let how =
            switch exit {
            case .code(let code): "exit code \(code)"
            case .signal(let signal): "killed by signal \(signal)"
            }
        return lastWords.isEmpty ? how : "\(how): \(lastWords)"
    }
}

/// Until when a lease is held for sure, by our own clock.
private final class Hold: Sendable {
    private struct State {
        var end: ContinuousClock.Instant
        var lost: String?
    }

    private let length: Duration
    private let state: Mutex<State>

    init(for length: Duration) {
        self.length = length
        state = Mutex(State(end: .now + length))
    }

    /// nil once it is over.
    var left: Duration? {
        let left = state.withLock { $0.end } - ContinuousClock.now
        return left > .zero ? left : nil
    }
    var lost: String? { state.withLock { $0.lost } }

    func renew(from instant: ContinuousClock.Instant) {
        state.withLock { $0.end = instant + length }
    }

    func lose(_ reason: String) { state.withLock { $0.lost = $0.lost ?? reason } }
}
