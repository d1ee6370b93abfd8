/// A board's number: from 1, given in log order, never reused; so are those below.
package struct BoardID: RawRepresentable, Hashable, Comparable, Sendable {
    package let rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }
    package init(_ rawValue: UInt64) { self.rawValue = rawValue }
    package static func < (left: BoardID, right: BoardID) -> Bool {
        left.rawValue < right.rawValue
    }

    /// There from the start; it can be renamed, and never deleted.
    package static let first = BoardID(1)
}

package struct CommentID: RawRepresentable, Hashable, Comparable, Sendable {
    package let rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }
    package init(_ rawValue: UInt64) { self.rawValue = rawValue }
    package static func < (left: CommentID, right: CommentID) -> Bool {
        left.rawValue < right.rawValue
    }
}

package struct ViewID: RawRepresentable, Hashable, Comparable, Sendable {
    package let rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }
    package init(_ rawValue: UInt64) { self.rawValue = rawValue }
    package static func < (left: ViewID, right: ViewID) -> Bool { left.rawValue < right.rawValue }
}

package struct UserID: RawRepresentable, Hashable, Comparable, Sendable {
    package let rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }
    package init(_ rawValue: UInt64) { self.rawValue = rawValue }
    package static func < (left: UserID, right: UserID) -> Bool { left.rawValue < right.rawValue }
}

package struct TokenID: RawRepresentable, Hashable, Comparable, Sendable {
    package let rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }
    package init(_ rawValue: UInt64) { self.rawValue = rawValue }
    package static func < (left: TokenID, right: TokenID) -> Bool { left.rawValue < right.rawValue }
}

/// One of everything that is replicated beside tasks and jobs, by kind and number.
package enum ItemID: Hashable, Comparable, Sendable {
    case board(BoardID)
    case user(UserID)
    case token(TokenID)
    case view(ViewID)
    case comment(CommentID)

    /// In the order of the cases: rows come before those that refer to them.
    private var place: (UInt8, UInt64) {
        switch self {
        case .board(let id): (0, id.rawValue)
        case .user(let id): (1, id.rawValue)
        case .token(let id): (2, id.rawValue)
        case .view(let id): (3, id.rawValue)
        case .comment(let id): (4, id.rawValue)
        }
    }

    package var number: UInt64 { place.1 }

    package static func < (left: ItemID, right: ItemID) -> Bool { left.place < right.place }
}
