import NIOCore
import Raft
import Replica

/// Frames that wait, because somebody made their link slow. They leave in the order they came.
struct LateFrames {
    private var frames: CircularBuffer<(due: NIODeadline, payload: [UInt8])> = []
    private(set) var bytes = 0

    var nextDue: NIODeadline? { frames.first?.due }

    mutating func add(_ payload: [UInt8], due: NIODeadline) {
        // A delay that was shortened overtakes nothing.
        let due = max(due, frames.last?.due ?? due)
        frames.append((due, payload))
        bytes += payload.count
    }

    /// Takes the first one if its time has come.
    mutating func take(at now: NIODeadline) -> [UInt8]? {
        guard let first = frames.first, first.due <= now else { return nil }
        frames.removeFirst()
        bytes -= first.payload.count
        return first.payload
    }

    mutating func removeAll() { self = LateFrames() }
}
