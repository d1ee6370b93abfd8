import HeapModule
import Raft
import Replica

/// What is to happen, by time; what is due at once comes in the order it was put.
struct Agenda {
    private struct Key: Comparable {
        let at: Time
        let order: UInt64
        let slot: Int

        static func < (left: Key, right: Key) -> Bool {
            (left.at, left.order) < (right.at, right.order)
        }
    }

    private var keys = Heap<Key>()
    private var events: [Event?] = []
    private var free: [Int] = []
    private var order: UInt64 = 0

    mutating func schedule(_ event: Event, at: Time) {
        order += 1
        let slot = free.popLast() ?? events.count
        if slot == events.count { events.append(event) } else { events[slot] = event }
        keys.insert(Key(at: at, order: order, slot: slot))
    }

    var next: Time? { keys.min?.at }

    mutating func take() -> (at: Time, event: Event)? {
        guard let key = keys.popMin(), let event = events[key.slot] else { return nil }
        events[key.slot] = nil
        free.append(key.slot)
        return (key.at, event)
    }
}

/// Something that happens in the simulated world. Machines are named by their place.
enum Event {
    /// A process looks at what came and at its clock.
    case wake(Int, boot: UInt64)
    /// The deadline of a process may have come.
    case timer(Int, boot: UInt64)
    case deliver(Packet)
    case dial(from: Int, to: Int, boot: UInt64)
    case broken(from: Int, to: Int, epoch: UInt64)
    case logWritten(Int, boot: UInt64)
    indirect case pageRead(Int, boot: UInt64, LogRead)
    case baseWritten(Int, boot: UInt64)
    case stop(Int, boot: UInt64, deadline: Time)
    case start(Int)
    case retire(Int)
    case client(Int)
    case produce
    case work(Int, turn: UInt64)
    case abandoned(attempt: Int)
    case fault
    case relief(Int)
}

/// A message on its way.
final class Packet {
    let from: Int
    let to: Int
    let fromBoot: UInt64
    /// The process it was sent to: a connection leads to no other.
    let toBoot: UInt64
    let epoch: UInt64
    let message: PeerMessage
    /// Whether it still arrives if the connection breaks under way.
    let outlives: Bool

    init(
        from: Int, to: Int, fromBoot: UInt64, toBoot: UInt64, epoch: UInt64,
        message: PeerMessage, outlives: Bool
    ) {
        self.from = from
        self.to = to
        self.fromBoot = fromBoot
        self.toBoot = toBoot
        self.epoch = epoch
        self.message = message
        self.outlives = outlives
    }
}
