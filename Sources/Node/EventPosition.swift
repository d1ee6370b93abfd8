/// A place in the stream of task events: the log index and the ordinal within its entry.
package struct EventPosition: Hashable, Comparable, Sendable {
    package var index: UInt64
    package var ordinal: UInt32

    package init(index: UInt64, ordinal: UInt32) {
        self.index = index
        self.ordinal = ordinal
    }

    package static func < (left: EventPosition, right: EventPosition) -> Bool {
        (left.index, left.ordinal) < (right.index, right.ordinal)
    }
}
