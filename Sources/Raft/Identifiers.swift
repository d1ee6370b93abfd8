/// A term: a logical clock that numbers elections (Raft paper, section 5.1). Starts at 0.
public struct Term: RawRepresentable, Hashable, Comparable, Sendable {
    public let rawValue: UInt64

    public init(rawValue: UInt64) { self.rawValue = rawValue }
    public init(_ rawValue: UInt64) { self.rawValue = rawValue }

    public static let zero = Term(0)
    public var next: Term { Term(rawValue + 1) }
    public static func < (left: Term, right: Term) -> Bool { left.rawValue < right.rawValue }
}

/// The place of an entry in the log. The first entry has index 1; 0 stands before it.
public struct LogIndex: RawRepresentable, Hashable, Comparable, Sendable {
    public let rawValue: UInt64

    public init(rawValue: UInt64) { self.rawValue = rawValue }
    public init(_ rawValue: UInt64) { self.rawValue = rawValue }

    public static let zero = LogIndex(0)
    public var next: LogIndex { LogIndex(rawValue + 1) }
    /// The index before this one; 0 stays 0.
    public var previous: LogIndex { LogIndex(rawValue == 0 ? 0 : rawValue - 1) }
    public static func < (left: LogIndex, right: LogIndex) -> Bool {
        left.rawValue < right.rawValue
    }
    public static func + (left: LogIndex, right: Int) -> LogIndex {
        LogIndex(left.rawValue + UInt64(right))
    }
}

/// A member of the cluster. Positive; 0 is nobody.
public struct NodeID: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
    public let rawValue: UInt64

    public init(rawValue: UInt64) { self.rawValue = rawValue }
    public init(_ rawValue: UInt64) { self.rawValue = rawValue }

    public var description: String { "n\(rawValue)" }
    public static func < (left: NodeID, right: NodeID) -> Bool { left.rawValue < right.rawValue }
}

/// Term and index together name an entry for good (Log Matching, Raft paper, section 5.3).
/// Ordered as elections compare logs: by term first, then by index (section 5.4.1).
public struct LogPosition: Hashable, Comparable, Sendable {
    public var term: Term
    public var index: LogIndex

    public init(term: Term, index: LogIndex) {
        self.term = term
        self.index = index
    }

    public static let zero = LogPosition(term: .zero, index: .zero)
    public static func < (left: LogPosition, right: LogPosition) -> Bool {
        (left.term, left.index) < (right.term, right.index)
    }
}

/// A moment on this node's monotonic clock, in nanoseconds from an arbitrary start.
public struct Instant: Hashable, Comparable, Sendable {
    public var nanoseconds: UInt64

    public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    public static func < (left: Instant, right: Instant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }
    public static func + (left: Instant, right: Span) -> Instant {
        Instant(nanoseconds: left.nanoseconds + right.nanoseconds)
    }
    /// The time from `earlier` to here; zero if `earlier` is later.
    public func since(_ earlier: Instant) -> Span {
        Span(nanoseconds: nanoseconds > earlier.nanoseconds ? nanoseconds - earlier.nanoseconds : 0)
    }

    /// A length of time on the monotonic clock.
    public struct Span: Hashable, Comparable, Sendable {
        public var nanoseconds: UInt64

        public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }
        public static func milliseconds(_ value: UInt64) -> Span {
            Span(nanoseconds: value * 1_000_000)
        }
        public static func < (left: Span, right: Span) -> Bool {
            left.nanoseconds < right.nanoseconds
        }
    }
}
