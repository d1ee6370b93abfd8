/// Boards, users, tokens, saved views and comments, as they are replicated.
package struct ItemTable: Sendable {
    /// But the first, while it is as it began: see `BoardRecord.first`.
    private var changedBoards: [BoardID: BoardRecord] = [:]
    package private(set) var users: [UserID: UserRecord] = [:]
    package private(set) var tokens: [TokenID: TokenRecord] = [:]
    package private(set) var views: [ViewID: ViewRecord] = [:]
    package private(set) var comments: [CommentID: CommentRecord] = [:]
    /// By bytes: whether two texts are equal must not depend on the tables of Unicode.
    private var names: [[UInt8]: UserID] = [:]
    private var emails: [[UInt8]: UserID] = [:]
    private var secrets: [[UInt8]: TokenID] = [:]
    /// By number.
    private var tokensOfUsers: [UserID: [TokenID]] = [:]
    /// Admins who are not disabled.
    private(set) var adminCount = 0
    /// The last entry that changed a user or a token, as far as it is known.
    package private(set) var peopleIndex: UInt64 = 0
    private(set) var rowsHash = StateHash()
    private(set) var bytes = 0
    var scalars = ItemScalars()

    package func board(_ id: BoardID) -> BoardRecord? {
        changedBoards[id] ?? (id == .first ? .first : nil)
    }

    /// By number.
    package var boards: [BoardRecord] {
        let rest = changedBoards.values.filter { $0.id != .first }.sorted { $0.id < $1.id }
        return (board(.first).map { [$0] } ?? []) + rest
    }

    var boardCount: Int { changedBoards.count }

    package func user(named name: String) -> UserRecord? {
        names[Array(FoldedText.key(name).utf8)].flatMap { users[$0] }
    }

    package func token(secretHash: [UInt8]) -> TokenRecord? {
        secrets[secretHash].flatMap { tokens[$0] }
    }

    func user(nameKey: String) -> UserID? { names[Array(nameKey.utf8)] }
    func user(emailKey: String) -> UserID? { emails[Array(emailKey.utf8)] }
    func tokens(of user: UserID) -> [TokenID] { tokensOfUsers[user] ?? [] }

    package func item(_ id: ItemID) -> Item? {
        switch id {
        case .board(let id): board(id).map { .board($0) }
        case .user(let id): users[id].map { .user($0) }
        case .token(let id): tokens[id].map { .token($0) }
        case .view(let id): views[id].map { .view($0) }
        case .comment(let id): comments[id].map { .comment($0) }
        }
    }

    /// Puts an item in place of what it was; a tombstone takes it away.
    mutating func put(_ item: Item) {
        remove(item.id)
        if item.isAboutPeople { peopleIndex = max(peopleIndex, item.life.changedIndex) }
        if item.life.deletedAt != nil { return }
        rowsHash.add(item.hash)
        bytes += item.size
        switch item {
        case .board(let record): changedBoards[record.id] = record
        case .user(let record): insert(record)
        case .token(let record): insert(record)
        case .view(let record): views[record.id] = record
        case .comment(let record): comments[record.id] = record
        }
    }

    private mutating func remove(_ id: ItemID) {
        let old: Item? =
            switch id {
            case .board(let id): changedBoards.removeValue(forKey: id).map { .board($0) }
            case .user(let id): removeUser(id).map { .user($0) }
            case .token(let id): removeToken(id).map { .token($0) }
            case .view(let id): views.removeValue(forKey: id).map { .view($0) }
            case .comment(let id): comments.removeValue(forKey: id).map { .comment($0) }
            }
        guard let old else { return }
        rowsHash.remove(old.hash)
        bytes -= old.size
    }

    private mutating func insert(_ user: UserRecord) {
        users[user.id] = user
        names[Array(user.nameKey.utf8)] = user.id
        if let key = user.emailKey { emails[Array(key.utf8)] = user.id }
        if user.isActiveAdmin { adminCount += 1 }
    }

    private mutating func removeUser(_ id: UserID) -> UserRecord? {
        guard let user = users.removeValue(forKey: id) else { return nil }
        names[Array(user.nameKey.utf8)] = nil
        if let key = user.emailKey { emails[Array(key.utf8)] = nil }
        if user.isActiveAdmin { adminCount -= 1 }
        return user
    }

    private mutating func insert(_ token: TokenRecord) {
        tokens[token.id] = token
        secrets[token.secretHash] = token.id
        var list = tokensOfUsers[token.user] ?? []
        list.insert(token.id, at: list.firstIndex { $0 > token.id } ?? list.count)
        tokensOfUsers[token.user] = list
    }

    private mutating func removeToken(_ id: TokenID) -> TokenRecord? {
        guard let token = tokens.removeValue(forKey: id) else { return nil }
        secrets[token.secretHash] = nil
        tokensOfUsers[token.user]?.removeAll { $0 == id }
        if tokensOfUsers[token.user]?.isEmpty ?? false { tokensOfUsers[token.user] = nil }
        return token
    }
}

extension UserRecord {
    var isActiveAdmin: Bool { role == .admin && !isDisabled }
}
