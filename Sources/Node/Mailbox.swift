import Dispatch
import Foundation
import Synchronization

/// Hands work to a thread of its own: many put, one takes everything that came, at once. That is
/// what makes a group of writes share one sync.
final class Mailbox<Item: Sendable>: Sendable {
    private struct State {
        var items: [Item] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let signal = DispatchSemaphore(value: 0)

    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// False once the mailbox is closed: nobody will look at the item.
    @discardableResult
    func put(_ item: Item) -> Bool {
        let wasEmpty: Bool? = state.withLock { state in
            if state.isClosed { return nil }
            state.items.append(item)
            return state.items.count == 1
        }
        if wasEmpty == true { signal.signal() }
        return wasEmpty != nil
    }

    /// Everything that came, or nothing after `timeout` seconds; nil once it is closed and empty.
    func take(timeout: Double? = nil) -> [Item]? {
        // Dispatch's clock is monotonic: a jump of the wall clock keeps nobody waiting.
        let limit = timeout.map { DispatchTime.now() + $0 } ?? .distantFuture
        while true {
            let found: [Item]? = state.withLock { state in
                if state.items.isEmpty { return state.isClosed ? nil : [] }
                defer { state.items = [] }
                return state.items
            }
            guard let found else {
                // There may be more takers than this one.
                signal.signal()
                return nil
            }
            if !found.isEmpty || signal.wait(timeout: limit) == .timedOut { return found }
        }
    }

    /// One item, when there is one; nil once it is closed and empty. For several takers.
    func takeOne() -> Item? {
        while true {
            let found: (item: Item?, isOver: Bool) = state.withLock { state in
                if state.items.isEmpty { return (nil, state.isClosed) }
                let item = state.items.removeFirst()
                if !state.items.isEmpty { signal.signal() }
                return (item, false)
            }
            if let item = found.item { return item }
            if found.isOver {
                signal.signal()
                return nil
            }
            signal.wait()
        }
    }

    /// What is in it is still taken; nothing else comes in.
    func close() {
        state.withLock { $0.isClosed = true }
        signal.signal()
    }
}

/// Threads that block on disks and databases, outside the pools that must not block.
package enum Threads {
    package static func start(_ name: String, _ body: @escaping @Sendable () -> Void) {
        let isStarted = DispatchSemaphore(value: 0)
        let thread = Thread {
            // The system's tools show a name that is set from within, and only once `start` has
            // told the object of its thread, which may be running by then.
            isStarted.wait()
            Thread.current.name = name
            body()
        }
        thread.stackSize = 4 << 20
        thread.start()
        isStarted.signal()
    }
}
