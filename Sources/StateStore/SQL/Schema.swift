/// The tables, by versioned steps. A step is never edited once released: a change is a new step.
package enum Schema {
    /// Every step a database may need, in order; a database of version n has had the first n.
    package static func steps(_ dialect: Dialect) -> [[String]] {
        [
            tables(dialect) + indexes + (dialect == .sqlite ? identities : [projection]),
            jobs(dialect),
            items(dialect),
            traces(dialect),
        ]
    }

    /// Exists before any step, since it says whose the database is and which steps it has had.
    package static func identity(_ dialect: Dialect) -> String {
        """
        CREATE TABLE IF NOT EXISTS raft_state (
            id \(dialect.id) NOT NULL PRIMARY KEY,
            applied_index BIGINT NOT NULL,
            applied_term BIGINT NOT NULL,
            cluster_id CHAR(16) NOT NULL,
            schema_version BIGINT NOT NULL,
            cluster_time BIGINT NOT NULL,
            wall_time \(dialect.time) NOT NULL,
            next_task BIGINT NOT NULL,
            machine_version BIGINT NOT NULL,
            configuration BLOB,
            rows_hash CHAR(16) NOT NULL,
            state_hash CHAR(16) NOT NULL
        )\(dialect.tableOptions)
        """
    }

    private static func tables(_ dialect: Dialect) -> [String] {
        [nodes(dialect), tasks(dialect), history(dialect)].map { $0 + dialect.tableOptions }
    }

    private static func nodes(_ dialect: Dialect) -> String {
        """
        CREATE TABLE IF NOT EXISTS nodes (
            id \(dialect.id) NOT NULL PRIMARY KEY,
            name VARCHAR(256) NOT NULL,
            address VARCHAR(256) NOT NULL,
            first_seen \(dialect.time) NOT NULL,
            incarnation CHAR(16) NOT NULL,
            changed_index BIGINT NOT NULL
        )
        """
    }

    private static func tasks(_ dialect: Dialect) -> String {
        """
        CREATE TABLE IF NOT EXISTS tasks (
            id \(dialect.id) NOT NULL PRIMARY KEY,
            title VARCHAR(255) NOT NULL,
            description MEDIUMTEXT NOT NULL,
            status VARCHAR(16) NOT NULL,
            priority SMALLINT NOT NULL,
            due \(dialect.date),
            assignee VARCHAR(64),
            labels MEDIUMTEXT NOT NULL,
            position BIGINT NOT NULL,
            created_by BIGINT NOT NULL,
            author VARCHAR(256),
            version BIGINT NOT NULL,
            created \(dialect.time) NOT NULL,
            updated \(dialect.time) NOT NULL,
            deleted_at \(dialect.time),
            changed_index BIGINT NOT NULL,
            FOREIGN KEY (created_by) REFERENCES nodes (id)
        )
        """
    }

    /// `changes` holds two descriptions with their escapes, so it is longer than a BLOB may be.
    private static func history(_ dialect: Dialect) -> String {
        """
        CREATE TABLE IF NOT EXISTS task_history (
            log_index BIGINT NOT NULL,
            ordinal BIGINT NOT NULL,
            term BIGINT NOT NULL,
            task_id BIGINT NOT NULL,
            command VARCHAR(16) NOT NULL,
            author VARCHAR(256),
            node_id BIGINT NOT NULL,
            time \(dialect.time) NOT NULL,
            changes MEDIUMTEXT NOT NULL,
            PRIMARY KEY (log_index, ordinal),
            FOREIGN KEY (task_id) REFERENCES tasks (id)
        )
        """
    }

    private static let indexes = [
        "CREATE INDEX tasks_by_status ON tasks (status, id)",
        "CREATE INDEX tasks_by_due ON tasks (due, id)",
        "CREATE INDEX tasks_by_change ON tasks (changed_index, id)",
        "CREATE INDEX task_history_by_task ON task_history (task_id, log_index, ordinal)",
    ]

    /// Only the base needs them: a projection is never loaded back.
    private static let identities = [
        """
        CREATE TABLE IF NOT EXISTS origins (
            node_id BIGINT NOT NULL,
            incarnation CHAR(16) NOT NULL,
            lowest BIGINT NOT NULL,
            seen BLOB NOT NULL,
            PRIMARY KEY (node_id, incarnation)
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE IF NOT EXISTS idempotency_keys (
            principal TEXT NOT NULL,
            name TEXT NOT NULL,
            fingerprint CHAR(16) NOT NULL,
            outcome SMALLINT NOT NULL,
            task_id BIGINT NOT NULL,
            task_version BIGINT NOT NULL,
            expires BIGINT NOT NULL,
            log_index BIGINT NOT NULL,
            PRIMARY KEY (principal, name)
        ) WITHOUT ROWID
        """,
    ]

    private static let projection = """
        CREATE TABLE IF NOT EXISTS projection (
            id BIGINT NOT NULL PRIMARY KEY,
            cluster_id CHAR(16) NOT NULL,
            node_id BIGINT NOT NULL,
            tasks_index BIGINT NOT NULL,
            tasks_id BIGINT NOT NULL,
            history_index BIGINT NOT NULL,
            history_ordinal BIGINT NOT NULL,
            emptying SMALLINT NOT NULL
        )\(Dialect.mysql.tableOptions)
        """
}
