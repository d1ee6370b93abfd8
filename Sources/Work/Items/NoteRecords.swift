import Wire

/// What somebody said about a task.
package struct CommentRecord: Hashable, Sendable {
    package var id: CommentID
    package var task: TaskID
    /// Whose it is, where users are known: nobody else but an admin changes it.
    package var user: UserID?
    package var author: String?
    package var text: String
    package var life: ItemLife

    package init(
        id: CommentID, task: TaskID, user: UserID?, author: String?, text: String, life: ItemLife
    ) {
        self.id = id
        self.task = task
        self.user = user
        self.author = author
        self.text = text
        self.life = life
    }

    var size: Int { 160 + text.utf8.count + (author?.utf8.count ?? 0) }

    var hash: UInt64 {
        StateHash.of(seed: 21) {
            $0.writeVarint(id.rawValue)
            $0.writeVarint(task.rawValue)
            $0.writeOptional(user) { $0.writeVarint($1.rawValue) }
            $0.writeOptional(author) { $0.writeString($1) }
            $0.writeString(text)
            life.encode(into: &$0)
        }
    }
}

/// A query that somebody gave a name.
package struct ViewRecord: Hashable, Sendable {
    package var id: ViewID
    package var name: String
    /// In the filter language; kept as it was written.
    package var query: String
    /// nil: everybody's.
    package var owner: UserID?
    package var life: ItemLife

    package init(id: ViewID, name: String, query: String, owner: UserID?, life: ItemLife) {
        self.id = id
        self.name = name
        self.query = query
        self.owner = owner
        self.life = life
    }

    var size: Int { 160 + name.utf8.count + query.utf8.count }

    var hash: UInt64 {
        StateHash.of(seed: 22) {
            $0.writeVarint(id.rawValue)
            $0.writeString(name)
            $0.writeString(query)
            $0.writeOptional(owner) { $0.writeVarint($1.rawValue) }
            life.encode(into: &$0)
        }
    }
}

extension ItemLife {
    func encode(into writer: inout ByteWriter) {
        writer.writeVarint(version)
        writer.writeSigned(created.milliseconds)
        writer.writeSigned(updated.milliseconds)
        writer.writeOptional(deletedAt) { $0.writeSigned($1.milliseconds) }
        writer.writeVarint(changedIndex)
    }
}
