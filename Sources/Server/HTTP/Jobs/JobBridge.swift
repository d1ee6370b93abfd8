import Node
import Replica
import ServiceLifecycle
import Synchronization
import Work

// From the callbacks of a node to `async`, for all routes.
extension JobService {
    func perform(_ command: JobCommand, key: IdempotencyKey?) async -> ProposalOutcome {
        await withCheckedContinuation { continuation in
            perform(command, key: key) { continuation.resume(returning: $0) }
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
        for input: ReserveInput, patience: Duration, hangup: Hangup?
    ) async -> Poll.End {
        let poll = Poll()
        let session = openSession { poll.end(.cutOff) }
        defer { closeSession(session) }
        let wish = Reservation(
            session: session, isAttached: false, wait: 1, queues: input.queues, max: input.max)
        hangup?.watch { poll.end(.hungUp) }
        defer { hangup?.forget() }
        wait(wish) { [self] outcome in
            if !poll.end(.answered(outcome)) { giveBack(outcome) }
        }
        let end = await poll.wait(patience)
        guard case .answered(let outcome) = end else {
            endWait(of: session, wait: wish.wait)
            return end
        }
        guard hangup?.isOver != true else {
            giveBack(outcome)
            return .hungUp
        }
        return end
    }

    private func giveBack(_ outcome: WaitOutcome) {
        guard case .granted(let jobs) = outcome else { return }
        perform(.undo(jobs.map(\.lease)), key: nil) { _ in }
    }
}

/// One wait for jobs, which ends once, in whichever way comes first.
final class Poll: Sendable {
    enum End: Sendable {
        case answered(WaitOutcome)
        case timeIsUp
        case hungUp
        /// The node has lost its cluster.
        case cutOff
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

    func wait(_ patience: Duration) async -> End {
        await withGracefulShutdownHandler {
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
