import Raft
import Synchronization

/// What a thread has written since the node started.
package struct WriteMeasures: Hashable, Sendable {
    /// Of each write, which is one transaction, and for the log one sync.
    package var durations = Histogram()
    package var entries: UInt64 = 0
    /// What the entries hold, where that is counted.
    package var bytes: UInt64 = 0

    package init() {}
}

/// Counts what one thread writes; any thread may look.
final class WriteMeter: Sendable {
    private let measures = Mutex(WriteMeasures())

    var current: WriteMeasures { measures.withLock { $0 } }

    func wrote(entries: Int, bytes: Int = 0, in span: Instant.Span) {
        measures.withLock { measures in
            measures.durations.add(nanoseconds: span.nanoseconds)
            measures.entries += UInt64(entries)
            measures.bytes += UInt64(bytes)
        }
    }
}
