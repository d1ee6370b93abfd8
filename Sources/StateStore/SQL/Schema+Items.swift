/// The third step: boards, users, tokens, saved views and comments; where tasks are; and what they
/// are searched by.
extension Schema {
    static func items(_ dialect: Dialect) -> [String] {
        let tables = [
            itemState(dialect), boards(dialect), columns, users(dialect), tokens(dialect),
            views(dialect), comments(dialect), labels(dialect), terms(dialect),
        ].map { $0 + dialect.tableOptions }
        let row = dialect == .sqlite ? ["INSERT INTO item_state (id) VALUES (1)"] : []
        return places + tables + itemIndexes + row
    }

    /// Tasks that were there before are on the first board, in the column of their status.
    private static let places = [
        "ALTER TABLE tasks ADD COLUMN board_id BIGINT NOT NULL DEFAULT 1",
        "ALTER TABLE tasks ADD COLUMN column_key VARCHAR(32)",
    ]

    /// More of what `raft_state` says. `copied` is how far a projection came with these tables.
    private static func itemState(_ dialect: Dialect) -> String {
        """
        CREATE TABLE IF NOT EXISTS item_state (
            id \(dialect.id) NOT NULL PRIMARY KEY,
            next_board BIGINT NOT NULL DEFAULT 2,
            next_comment BIGINT NOT NULL DEFAULT 1,
            next_view BIGINT NOT NULL DEFAULT 1,
            next_user BIGINT NOT NULL DEFAULT 1,
            next_token BIGINT NOT NULL DEFAULT 1,
            items_hash CHAR(16) NOT NULL DEFAULT '0000000000000000'\(
                dialect == .sqlite ? "" : ",\n    copied VARCHAR(255) NOT NULL DEFAULT ''")
        )
        """
    }

    private static func life(_ dialect: Dialect) -> String {
        """
            version BIGINT NOT NULL,
            created \(dialect.time) NOT NULL,
            updated \(dialect.time) NOT NULL,
            deleted_at \(dialect.time),
            changed_index BIGINT NOT NULL
        """
    }

    /// `columns` is what `board_columns` has as rows.
    private static func boards(_ dialect: Dialect) -> String {
        """
        CREATE TABLE IF NOT EXISTS boards (
            id \(dialect.id) NOT NULL PRIMARY KEY,
            name VARCHAR(64) NOT NULL,
            columns MEDIUMTEXT NOT NULL,
            on_done VARCHAR(200),
        \(life(dialect))
        )
        """
    }

    private static let columns = """
        CREATE TABLE IF NOT EXISTS board_columns (
            board_id BIGINT NOT NULL,
            position BIGINT NOT NULL,
            column_key VARCHAR(32) NOT NULL,
            name VARCHAR(64) NOT NULL,
            status VARCHAR(16) NOT NULL,
            home SMALLINT NOT NULL,
            PRIMARY KEY (board_id, position),
            FOREIGN KEY (board_id) REFERENCES boards (id)
        )
        """

    private static func users(_ dialect: Dialect) -> String {
        """
        CREATE TABLE IF NOT EXISTS users (
            id \(dialect.id) NOT NULL PRIMARY KEY,
            name VARCHAR(64) NOT NULL,
            name_key VARCHAR(1024) NOT NULL,
            email VARCHAR(254),
            email_key VARCHAR(1024),
            role VARCHAR(16) NOT NULL,
            disabled SMALLINT NOT NULL,
            password_hash VARCHAR(512),
        \(life(dialect))
        )
        """
    }

    private static func tokens(_ dialect: Dialect) -> String {
        """
        CREATE TABLE IF NOT EXISTS tokens (
            id \(dialect.id) NOT NULL PRIMARY KEY,
            user_id BIGINT NOT NULL,
            name VARCHAR(64) NOT NULL,
            secret_hash BLOB NOT NULL,
            scopes VARCHAR(64) NOT NULL,
            kind VARCHAR(16) NOT NULL,
            expires \(dialect.time),
        \(life(dialect)),
            FOREIGN KEY (user_id) REFERENCES users (id)
        )
        """
    }

    private static func views(_ dialect: Dialect) -> String {
        """
        CREATE TABLE IF NOT EXISTS views (
            id \(dialect.id) NOT NULL PRIMARY KEY,
            name VARCHAR(64) NOT NULL,
            query VARCHAR(1024) NOT NULL,
            owner_id BIGINT,
        \(life(dialect)),
            FOREIGN KEY (owner_id) REFERENCES users (id)
        )
        """
    }

    private static func comments(_ dialect: Dialect) -> String {
        """
        CREATE TABLE IF NOT EXISTS comments (
            id \(dialect.id) NOT NULL PRIMARY KEY,
            task_id BIGINT NOT NULL,
            user_id BIGINT,
            author VARCHAR(256),
            text MEDIUMTEXT NOT NULL,
        \(life(dialect)),
            FOREIGN KEY (task_id) REFERENCES tasks (id)
        )
        """
    }

    /// Bytes, since MySQL takes two texts for equal of which one has a space more at its end.
    private static func labels(_ dialect: Dialect) -> String {
        """
        CREATE TABLE IF NOT EXISTS task_labels (
            label \(dialect.words(256)) NOT NULL,
            task_id BIGINT NOT NULL,
            PRIMARY KEY (label, task_id),
            FOREIGN KEY (task_id) REFERENCES tasks (id)
        )\(dialect.clustered)
        """
    }

    /// What full text search finds tasks by, deleted ones too.
    private static func terms(_ dialect: Dialect) -> String {
        """
        CREATE TABLE IF NOT EXISTS task_terms (
            term \(dialect.words(32)) NOT NULL,
            task_id BIGINT NOT NULL,
            PRIMARY KEY (term, task_id)
        )\(dialect.clustered)
        """
    }

    private static let itemIndexes = [
        "CREATE INDEX tasks_by_board ON tasks (board_id, position, id)",
        "CREATE INDEX comments_by_task ON comments (task_id, id)",
        "CREATE INDEX boards_by_change ON boards (changed_index, id)",
        "CREATE INDEX users_by_change ON users (changed_index, id)",
        "CREATE INDEX tokens_by_change ON tokens (changed_index, id)",
        "CREATE INDEX views_by_change ON views (changed_index, id)",
        "CREATE INDEX comments_by_change ON comments (changed_index, id)",
    ]
}
