import Node
import Replica
import ServiceLifecycle
import Synchronization
import Work

// From the callbacks of a node to `async`, for all routes.
extension JobService {
    func perform(
        _ command: JobCommand, credential: TokenID?, key: IdempotencyKey?
    ) async -> ProposalOutcome {
        await withCheckedContinuation { continuation in
            perform(command, credential: credential, key: key) {
                continuation.resume(returning: $0)
            }
        }
    }

    func look(_ query: JobQuery, _ consistency: Consistency) async throws(Problem) -> JobAnswer {
        let answer = await withCheckedContinuation { continuation in
            look(query, consistency) { continuation.resume(returning: $0) }
        }
        guard let answer else { throw Problem(ReadFailure.noLeader) }
        return answer
    }

    /// Waits until a job is granted, but not longer than `patience`, nor longer than the client
    /// and the server are there. A job that nobody hears of goes back.
    func wait(
        for input: ReserveInput, as sessions: WorkerSessions, patience: Duration, hangup: Hangup?
    ) async -> Poll<WaitOutcome>.End {
        while true {
            let worker = sessions.take { openSession(isAttached: false) {} }
            let end = await wait(for: input, as: worker, patience: patience, hangup: hangup)
            if case .answered(.refused(.sessionClosed)) = end {
                // The cluster took this node for gone: the next session is a new one.
                closeSession(worker.session)
                continue
            }
            sessions.giveBack(worker)
            return end
        }
    }

    private func wait(
        for input: ReserveInput, as worker: WorkerSessions.Worker, patience: Duration,
        hangup: Hangup?
    ) async -> Poll<WaitOutcome>.End {
        let poll = Poll<WaitOutcome>()
        let wish = Reservation(
            session: worker.session, isAttached: false, wait: worker.wait, queues: input.queues,
            max: input.max)
        wait(wish) { [self] outcome in
            if !poll.end(.answered(outcome)) { giveBack(outcome) }
        }
        let end = await poll.wait(patience, hangup)
        guard case .answered(let outcome) = end else {
            endWait(of: worker.session, wait: worker.wait)
            return end
        }
        guard hangup?.isOver != true else {
            giveBack(outcome)
            return .hungUp
        }
        return end
    }

    private func giveBack(_ outcome: WaitOutcome) {
        if case .granted(let jobs) = outcome { giveBack(jobs) }
    }

    /// Nobody had them.
    func giveBack(_ jobs: [JobRecord]) {
        perform(.undo(jobs.map(\.lease)), key: nil) { _ in }
    }
}

/// Sessions for requests that wait for jobs. What these are granted outlives them, so a session
/// serves one after another, and costs the cluster nothing when a request ends.
final class WorkerSessions: Sendable {
    struct Worker {
        let session: SessionID
        /// Rises within the session.
        var wait: UInt64
    }

    private let free = Mutex<[Worker]>([])

    func take(_ open: () -> SessionID) -> Worker {
        var worker = free.withLock { $0.popLast() } ?? Worker(session: open(), wait: 0)
        worker.wait += 1
        return worker
    }

    func giveBack(_ worker: Worker) { free.withLock { $0.append(worker) } }
}

/// One wait of a request, which ends once, in whichever way comes first.
final class Poll<Answer: Sendable>: Sendable {
    enum End: Sendable {
        case answered(Answer)
        case timeIsUp
        case hungUp
        case stopping
    }

    private struct State {
        var end: End?
        var waiter: CheckedContinuation<End, Never>?
    }

    private let state = Mutex(State())

    /// False if it had ended before.
    @discardableResult func end(_ end: End) -> Bool {
        let (isFirst, waiter) = state.withLock { state in
            guard state.end == nil else { return (false, CheckedContinuation<End, Never>?.none) }
            state.end = end
            return (true, state.waiter.take())
        }
        waiter?.resume(returning: end)
        return isFirst
    }

    /// Not longer than the client and the server are there.
    func wait(_ patience: Duration, _ hangup: Hangup?) async -> End {
        hangup?.watch { self.end(.hungUp) }
        defer { hangup?.forget() }
        return await withGracefulShutdownHandler {
            await withTaskCancellationHandler {
                await withTaskGroup(of: Void.self) { group in
                    group.addTask {
                        if (try? await Task.sleep(for: patience)) != nil { self.end(.timeIsUp) }
                    }
                    defer { group.cancelAll() }
                    return await withCheckedContinuation { self.register($0) }
                }
            } onCancel: {
                end(.hungUp)
            }
        } onGracefulShutdown: {
            self.end(.stopping)
        }
    }

    private func register(_ waiter: CheckedContinuation<End, Never>) {
        let end = state.withLock { state in
            if state.end == nil { state.waiter = waiter }
            return state.end
        }
        if let end { waiter.resume(returning: end) }
    }
}
