import Synchronization

/// How a node's run ends: because it was asked to, or because something failed first.
final class Ending: Sendable {
    enum Part: Hashable {
        case log
        case base
    }

    private struct State {
        var isOver = false
        var failure: (any Error)?
        var waiter: CheckedContinuation<(any Error)?, Never>?
        var running: Set<Part> = [.log, .base]
        var threadWaiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    var isOver: Bool { state.withLock { $0.isOver } }

    func end() { finish(nil) }

    /// The first failure counts; what follows is its consequence.
    func fail(_ error: any Error) { finish(error) }

    private func finish(_ error: (any Error)?) {
        let waiter = state.withLock { state in
            if state.isOver { return nil as CheckedContinuation<(any Error)?, Never>? }
            state.isOver = true
            state.failure = error
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: error)
    }

    func wait() async -> (any Error)? {
        await withCheckedContinuation { continuation in
            let failure: (any Error)?? = state.withLock { state in
                if state.isOver { return .some(state.failure) }
                state.waiter = continuation
                return nil
            }
            if let failure { continuation.resume(returning: failure) }
        }
    }

    func finished(_ part: Part) {
        let waiter = state.withLock { state in
            state.running.remove(part)
            guard state.running.isEmpty else { return nil as CheckedContinuation<Void, Never>? }
            defer { state.threadWaiter = nil }
            return state.threadWaiter
        }
        waiter?.resume()
    }

    func waitForThreads() async {
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state in
                if state.running.isEmpty { return true }
                state.threadWaiter = continuation
                return false
            }
            if isDone { continuation.resume() }
        }
    }
}
