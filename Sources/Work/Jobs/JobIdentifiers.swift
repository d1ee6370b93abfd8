/// A job's number: from 1, given in log order, never reused.
package struct JobID: RawRepresentable, Hashable, Comparable, Sendable {
    package let rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }
    package init(_ rawValue: UInt64) { self.rawValue = rawValue }
    package static func < (left: JobID, right: JobID) -> Bool { left.rawValue < right.rawValue }
}

/// A queue's name: 1 to 200 bytes of the characters that every client can write. They are ASCII,
/// so equal names have equal bytes.
package struct QueueName: Hashable, Comparable, Sendable {
    package let text: String

    /// nil if it is no name.
    package init?(_ text: String) {
        let bytes = text.utf8
        guard let first = bytes.first, bytes.count <= Limits.queueNameBytes,
            first != UInt8(ascii: "-"), bytes.allSatisfy(Self.allows)
        else { return nil }
        self.text = text
    }

    /// No queue's name.
    init(vacant: Void) { text = "" }

    package static func allows(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"),
            UInt8(ascii: "/"), UInt8(ascii: ";"), UInt8(ascii: "."), UInt8(ascii: "$"),
            UInt8(ascii: "_"), UInt8(ascii: "("), UInt8(ascii: ")"):
            true
        default: false
        }
    }

    package static func < (left: QueueName, right: QueueName) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }
}

/// Who holds reservations: numbered by the node that opened it, never used again.
package struct SessionID: Hashable, Comparable, Sendable {
    package var origin: Origin
    package var number: UInt64

    package init(origin: Origin, number: UInt64) {
        self.origin = origin
        self.number = number
    }

    package static func < (left: SessionID, right: SessionID) -> Bool {
        left.origin == right.origin ? left.number < right.number : left.origin < right.origin
    }
}

/// One stretch of a job in one state: a reservation or a delay. Each change of state has a
/// generation of its own, so a lease that is over never names a later one.
package struct Lease: Hashable, Sendable {
    package var job: JobID
    package var generation: UInt32

    package init(job: JobID, generation: UInt32) {
        self.job = job
        self.generation = generation
    }
}

/// By what right a request changes a reserved job.
package enum Holder: Hashable, Sendable {
    /// The session that holds it asks.
    case session(SessionID)
    /// Whoever asks knows the reservation.
    case lease(UInt32)
}

/// Something that takes more than one entry.
package enum Unfinished: Hashable, Sendable {
    case session(SessionID)
    case queue(QueueName)
}
