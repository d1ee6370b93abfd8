/// A board, user, token, saved view or comment as it is now. A tombstone (`deletedAt`) is known to
/// the stores alone.
package enum Item: Hashable, Sendable {
    case board(BoardRecord)
    case user(UserRecord)
    case token(TokenRecord)
    case view(ViewRecord)
    case comment(CommentRecord)

    package var id: ItemID {
        switch self {
        case .board(let record): .board(record.id)
        case .user(let record): .user(record.id)
        case .token(let record): .token(record.id)
        case .view(let record): .view(record.id)
        case .comment(let record): .comment(record.id)
        }
    }

    package var life: ItemLife {
        switch self {
        case .board(let record): record.life
        case .user(let record): record.life
        case .token(let record): record.life
        case .view(let record): record.life
        case .comment(let record): record.life
        }
    }

    /// The record's part of the state hash.
    package var hash: UInt64 {
        switch self {
        case .board(let record): record.hash
        case .user(let record): record.hash
        case .token(let record): record.hash
        case .view(let record): record.hash
        case .comment(let record): record.hash
        }
    }

    var isAboutPeople: Bool {
        switch self {
        case .user, .token: true
        case .board, .view, .comment: false
        }
    }

    /// What it counts towards `Limits.stateBytes`.
    var size: Int {
        switch self {
        case .board(let record): record.size
        case .user(let record): record.size
        case .token(let record): record.size
        case .view(let record): record.size
        case .comment(let record): record.size
        }
    }
}

/// What every item has of its own life.
package struct ItemLife: Hashable, Sendable {
    /// From 1, one more with every change.
    package var version: UInt64
    package var created: Timestamp
    package var updated: Timestamp
    /// Set on a tombstone.
    package var deletedAt: Timestamp?
    /// The log index of the last change: projections catch up by it.
    package var changedIndex: UInt64

    package init(
        version: UInt64 = 1, created: Timestamp, updated: Timestamp, deletedAt: Timestamp? = nil,
        changedIndex: UInt64
    ) {
        self.version = version
        self.created = created
        self.updated = updated
        self.deletedAt = deletedAt
        self.changedIndex = changedIndex
    }

    func changed(_ context: WorkState.Context) -> ItemLife {
        var life = self
        life.version += 1
        life.updated = context.time
        life.changedIndex = context.index
        return life
    }

    func ended(_ context: WorkState.Context) -> ItemLife {
        var life = changed(context)
        life.deletedAt = context.time
        return life
    }
}

/// Where an item's number, rows and hash are kept: written with every batch.
package struct ItemScalars: Hashable, Sendable {
    /// The next of each kind gets these numbers: all below were given. Board 1 was from the start.
    package var nextBoard: UInt64 = 2
    package var nextComment: UInt64 = 1
    package var nextView: UInt64 = 1
    package var nextUser: UInt64 = 1
    package var nextToken: UInt64 = 1
    /// Over all items: what a projection can be checked against.
    package var rowsHash: UInt64 = 0

    package init() {}
}
