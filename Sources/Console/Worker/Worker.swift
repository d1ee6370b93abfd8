package import Client
import Foundation
import Synchronization

/// Takes jobs from queues and runs a command for each, several at a time.
package final class Worker: Sendable {
    package struct Settings: Sendable {
        package var queues: [String]
        /// The first word is the path of a program.
        package var command: [String]
        package var environment: [String: String]
        package var concurrency = 1
        /// Exit codes that bury a job, whatever its policy says.
        package var burying: Set<Int32> = [100]
        /// Ends when there are no more jobs, instead of waiting for some.
        package var drains = false

        package init(queues: [String], command: [String], environment: [String: String]) {
            self.queues = queues
            self.command = command
            self.environment = environment
        }

        /// What the command sees for a job. `TRACEPARENT` is where OpenTelemetry looks for a trace;
        /// a job without one is not of the trace that the worker itself may have been started in.
        package func environment(for job: JobItem) -> [String: String] {
            var environment = self.environment
            environment["TASKRAFT_JOB_ID"] = String(job.id)
            environment["TASKRAFT_JOB_ATTEMPT"] = String(job.attempt)
            environment["TASKRAFT_QUEUE"] = job.queue
            environment["TRACEPARENT"] = job.traceparent
            return environment
        }
    }

    /// What a person who watches wants to know.
    package enum Event: Hashable, Sendable {
        case finished(JobItem, Outcome, seconds: Double)
        /// No job can be had now; it goes on trying.
        case troubled(String)
    }

    package enum Outcome: Hashable, Sendable {
        case done
        /// What it ended with, and the job as it is since.
        case failed(String, JobItem?)
        case buried(String)
        /// Its lease ended before it was finished or reported: it runs again.
        case lost(String)
        /// It was stopped before its end, and others may take it at once.
        case givenBack
    }

    private struct State {
        var isStopping = false
        var isAbandoning = false
        /// Requests that wait for jobs.
        var waits: [Int: Task<[JobItem], any Error>] = [:]
        var runs: [UInt64: CommandProcess] = [:]
    }

    let client: TaskraftClient
    let settings: Settings
    private let state = Mutex(State())
    private let report: @Sendable (Event) -> Void
    /// One request for a job.
    private static let patience: Duration = .seconds(60)

    package init(
        client: TaskraftClient, settings: Settings, report: @escaping @Sendable (Event) -> Void
    ) {
        precondition(settings.concurrency > 0, "Something must run.")
        self.client = client
        self.settings = settings
        self.report = report
    }

    /// Works until it is asked to stop, or there are no more jobs. Throws if the cluster refuses
    /// to give jobs at all, or the command cannot be started.
    package func run() async throws(Failure) {
        let failure = await withTaskGroup(of: Failure?.self) { group in
            for place in 0..<settings.concurrency {
                group.addTask { await self.work(place) }
            }
            var first: Failure?
            for await failure in group where failure != nil {
                first = first ?? failure
                // The others finish what they hold.
                stop()
            }
            return first
        }
        if let failure { throw failure }
    }

    /// Takes no more jobs; what runs is finished.
    package func stop() {
        let waits = state.withLock { state in
            state.isStopping = true
            return state.waits.values.map { $0 }
        }
        for wait in waits { wait.cancel() }
    }

    /// Stops what runs, too, and gives the jobs back.
    package func abandon() {
        stop()
        let runs = state.withLock { state in
            state.isAbandoning = true
            return state.runs.values.map { $0 }
        }
        for run in runs { run.send(SIGTERM) }
    }

    var isAbandoning: Bool { state.withLock { $0.isAbandoning } }
    private var isStopping: Bool { state.withLock { $0.isStopping } }

    /// Why it had to end, if it had to.
    private func work(_ place: Int) async -> Failure? {
        while !isStopping {
            let jobs: [JobItem]
            do {
                jobs = try await next(place)
            } catch {
                if isStopping { return nil }
                if case .refused = error as? ClientError { return Failure(error) }
                report(.troubled("\(error)"))
                try? await Task.sleep(for: .seconds(1))
                continue
            }
            if jobs.isEmpty, settings.drains { return nil }
            for job in jobs {
                if let failure = await process(job) { return failure }
            }
        }
        return nil
    }

    private func next(_ place: Int) async throws -> [JobItem] {
        let wait = settings.drains ? Duration.zero : Self.patience
        let request = Task { [client, settings] in
            try await client.reserve(settings.queues, wait: wait)
        }
        // Registered or cancelled: a stop must find it.
        let isStopping = state.withLock { state in
            state.waits[place] = request
            return state.isStopping
        }
        if isStopping { request.cancel() }
        defer { state.withLock { $0.waits[place] = nil } }
        return try await request.value
    }

    private func process(_ job: JobItem) async -> Failure? {
        let started = ContinuousClock.now
        let run: JobRun
        do {
            run = try JobRun(job, self)
        } catch {
            // Another worker may be able to run it.
            if let lease = job.lease { _ = try? await client.release(job.id, lease: lease) }
            return error
        }
        let isAbandoning = state.withLock { state in
            state.runs[job.id] = run.process
            return state.isAbandoning
        }
        if isAbandoning { run.process.send(SIGTERM) }
        let outcome = await run.finish()
        state.withLock { $0.runs[job.id] = nil }
        report(.finished(job, outcome, seconds: (ContinuousClock.now - started) / .seconds(1)))
        return nil
    }
}
