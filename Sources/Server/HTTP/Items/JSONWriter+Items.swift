import Work

extension JSONWriter {
    mutating func board(_ board: BoardRecord) {
        object { writer in
            writer.member("id", board.id.rawValue)
            writer.member("name", board.fields.name)
            writer.name("columns")
            writer.array(board.fields.columns) { writer, column in
                writer.object {
                    $0.member("key", column.key)
                    $0.member("name", column.name)
                    $0.member("status", column.status.name)
                    $0.member("home", column.isHome)
                }
            }
            writer.member("on_done", optional: board.fields.onDone?.text)
            writer.life(board.life)
        }
    }

    mutating func comment(_ comment: CommentRecord) {
        object {
            $0.member("id", comment.id.rawValue)
            $0.member("task_id", comment.task.rawValue)
            $0.member("user", optional: comment.user?.rawValue)
            $0.member("author", optional: comment.author)
            $0.member("text", comment.text)
            $0.life(comment.life)
        }
    }

    mutating func view(_ view: ViewRecord) {
        object {
            $0.member("id", view.id.rawValue)
            $0.member("name", view.name)
            $0.member("query", view.query)
            $0.member("owner", optional: view.owner?.rawValue)
            $0.life(view.life)
        }
    }

    mutating func user(_ user: UserRecord, withEmail: Bool) {
        object {
            $0.member("id", user.id.rawValue)
            $0.member("name", user.name)
            $0.member("email", optional: withEmail ? user.email : nil)
            $0.member("role", user.role.name)
            $0.member("disabled", user.isDisabled)
            $0.life(user.life)
        }
    }

    /// - Parameter secret: said once, to whoever made it.
    mutating func token(_ token: TokenRecord, secret: String? = nil) {
        object {
            $0.member("id", token.id.rawValue)
            $0.member("user", token.user.rawValue)
            $0.member("name", token.name)
            $0.name("scopes")
            $0.array(token.scopes.names) { $0.string($1) }
            $0.member("kind", token.kind.name)
            $0.member("expires", optional: token.expires?.text)
            if let secret { $0.member("secret", secret) }
            $0.life(token.life)
        }
    }

    private mutating func life(_ life: ItemLife) {
        member("version", life.version)
        member("created", life.created.text)
        member("updated", life.updated.text)
    }

    mutating func item(_ item: Item) {
        switch item {
        case .board(let record): board(record)
        case .comment(let record): comment(record)
        case .view(let record): view(record)
        case .user(let record): user(record, withEmail: true)
        case .token(let record): token(record)
        }
    }
}
