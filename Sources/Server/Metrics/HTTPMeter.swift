import HTTPTypes
import Node
import Synchronization

/// Counts what the HTTP fronts of a process answer; they share one. A request costs two looks at
/// the clock, and a lock that is held for some nanoseconds.
package final class HTTPMeter: Sendable {
    /// What was answered since the process started.
    struct Answers: Sendable {
        /// By method and status.
        fileprivate var counts = Array(
            repeating: UInt64(0), count: (HTTPMeter.methods.count + 1) * HTTPMeter.statuses.count)
        /// From the head of a request until its answer can be sent; of a stream, until its head.
        fileprivate(set) var durations = Histogram()
        /// Of the bodies whose length is known before they are sent.
        fileprivate(set) var bytes: UInt64 = 0

        /// Those that there were.
        var byKind: [(method: String, status: Int, count: UInt64)] {
            let (methods, statuses) = (HTTPMeter.methods, HTTPMeter.statuses)
            return counts.enumerated().filter { $0.element > 0 }.map { place, count in
                let method = place / statuses.count
                let name = method < methods.count ? methods[method].rawValue : "other"
                let status = place % statuses.count + statuses.lowerBound
                return (method: name, status: status, count: count)
            }
        }
    }

    /// Whatever else clients send as a method is counted as one.
    private static let methods: [HTTPRequest.Method] = [
        .get, .head, .post, .put, .patch, .delete, .options,
    ]
    private static let statuses = 100..<600

    /// Of the program.
    let version: String
    private let answers = Mutex(Answers())
    private let connections = Atomic(0)

    package init(version: String = "") { self.version = version }

    func answered(
        _ method: HTTPRequest.Method, _ status: Int, bytes: Int?, in nanoseconds: UInt64
    ) {
        let row = Self.methods.firstIndex(of: method) ?? Self.methods.count
        let column = min(max(status - Self.statuses.lowerBound, 0), Self.statuses.count - 1)
        answers.withLock { answers in
            answers.counts[row * Self.statuses.count + column] += 1
            answers.durations.add(nanoseconds: nanoseconds)
            answers.bytes += UInt64(bytes ?? 0)
        }
    }

    func connectionOpened() { connections.wrappingAdd(1, ordering: .relaxed) }
    func connectionClosed() { connections.wrappingSubtract(1, ordering: .relaxed) }

    var current: Answers { answers.withLock { $0 } }
    var openConnections: Int { connections.load(ordering: .relaxed) }
}
