/// The second step: the job queue. In columns that end in `_ms`, `due_ms`, `paused_until_ms`,
/// `idle_since_ms` and `until_ms` are on the cluster clock, which `raft_state` has as
/// `cluster_time`; the others are durations. 0 is none, and a pause until -1 lasts until resumed.
extension Schema {
    static func jobs(_ dialect: Dialect) -> [String] {
        let tables = [jobState(dialect), queues(dialect), jobTable(dialect)]
        let base = jobIdentities + ["INSERT INTO job_state (id) VALUES (1)"]
        return tables.map { $0 + dialect.tableOptions } + (dialect == .sqlite ? base : [])
    }

    /// What `raft_state` would have if it could be altered: the rights that a user of MySQL is
    /// asked to grant do not include that. `copied_` is how far a projection came.
    private static func jobState(_ dialect: Dialect) -> String {
        """
        CREATE TABLE IF NOT EXISTS job_state (
            id \(dialect.id) NOT NULL PRIMARY KEY,
            next_job BIGINT NOT NULL DEFAULT 1,
            next_place BIGINT NOT NULL DEFAULT 1,
            timeouts BIGINT NOT NULL DEFAULT 0,
            bytes_max BIGINT NOT NULL DEFAULT 1073741824,
            jobs_hash CHAR(16) NOT NULL DEFAULT '0000000000000000'\(
                dialect == .sqlite ? "" : projectedState)
        )
        """
    }

    private static let projectedState = """
        ,
            copied_changes BIGINT NOT NULL DEFAULT 0,
            copied_jobs BIGINT NOT NULL DEFAULT 0,
            copied_queues VARCHAR(200) NOT NULL DEFAULT ''
        """

    /// `purge_` and `kick_below` say what is under way and goes on with the next entries.
    private static func queues(_ dialect: Dialect) -> String {
        """
        CREATE TABLE IF NOT EXISTS queues (
            name VARCHAR(200) NOT NULL PRIMARY KEY,
            position BIGINT NOT NULL,
            configured SMALLINT NOT NULL,
            length_max BIGINT,
            body_bytes_max BIGINT,
            concurrency_max BIGINT,
            paused_until_ms BIGINT NOT NULL,
            pause_ms BIGINT NOT NULL,
            idle_since_ms BIGINT NOT NULL,
            puts BIGINT NOT NULL,
            reserves BIGINT NOT NULL,
            deletes BIGINT NOT NULL,
            timeouts BIGINT NOT NULL,
            releases BIGINT NOT NULL,
            buries BIGINT NOT NULL,
            kicks BIGINT NOT NULL,
            failures BIGINT NOT NULL,
            pauses BIGINT NOT NULL,
            purge_next BIGINT,
            purge_below BIGINT,
            purge_takes_reserved SMALLINT,
            kick_below BIGINT NOT NULL
        )
        """
    }

    /// In the base a body has a row of its own: it never changes, while its job is written again
    /// with each step of its life. In MySQL it is where people look for it.
    private static func jobTable(_ dialect: Dialect) -> String {
        """
        CREATE TABLE IF NOT EXISTS jobs (
            id \(dialect.id) NOT NULL PRIMARY KEY,
            queue VARCHAR(200) NOT NULL,
            state VARCHAR(16) NOT NULL,
            priority BIGINT NOT NULL,
            created \(dialect.time) NOT NULL,
            delay_ms BIGINT NOT NULL,
            time_to_run_ms BIGINT NOT NULL,
            due_ms BIGINT NOT NULL,
            buried_position BIGINT NOT NULL,
            generation BIGINT NOT NULL,
            holder_node BIGINT,
            holder_incarnation CHAR(16),
            holder_session BIGINT,
            attempts_max BIGINT NOT NULL,
            retry_base_ms BIGINT NOT NULL,
            retry_longest_ms BIGINT NOT NULL,
            retry_growth VARCHAR(16) NOT NULL,
            retry_jitter_percent SMALLINT NOT NULL,
            reserves BIGINT NOT NULL,
            timeouts BIGINT NOT NULL,
            releases BIGINT NOT NULL,
            buries BIGINT NOT NULL,
            kicks BIGINT NOT NULL,
            failures BIGINT NOT NULL,
            tries BIGINT NOT NULL,
            unique_key VARCHAR(255),
            last_error VARCHAR(1024)\(dialect == .sqlite ? "" : projectedColumns)
        )
        """
    }

    /// The fourth step: which trace a job belongs to. In the base it is a part of the job's row,
    /// since most jobs have none. And in a database, where it costs no change anything, what
    /// changed last is found by an index.
    static func traces(_ dialect: Dialect) -> [String] {
        let column = "ALTER TABLE jobs ADD COLUMN traceparent CHAR(55)"
        let index = "CREATE INDEX tasks_by_update ON tasks (updated, id)"
        return dialect == .mysql ? [column, index] : [column]
    }

    /// The base has no use for the index, which every step of every job would have to follow.
    private static let projectedColumns = """
        ,
            body MEDIUMBLOB NOT NULL,
            INDEX jobs_by_queue (queue, state, id)
        """

    /// Only the base needs them: bodies, what is known of workers and of keys, and what each batch
    /// touched, for the projection.
    private static let jobIdentities = [
        """
        CREATE TABLE IF NOT EXISTS job_bodies (
            id INTEGER NOT NULL PRIMARY KEY,
            body BLOB NOT NULL
        )
        """,
        """
        CREATE TABLE IF NOT EXISTS sessions (
            node_id BIGINT NOT NULL,
            incarnation CHAR(16) NOT NULL,
            number BIGINT NOT NULL,
            attached SMALLINT NOT NULL,
            phase SMALLINT NOT NULL,
            last_wait BIGINT NOT NULL,
            PRIMARY KEY (node_id, incarnation, number)
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE IF NOT EXISTS unique_keys (
            queue TEXT NOT NULL,
            name TEXT NOT NULL,
            job_id BIGINT NOT NULL,
            until_ms BIGINT NOT NULL,
            PRIMARY KEY (queue, name)
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE IF NOT EXISTS job_changes (
            log_index INTEGER NOT NULL PRIMARY KEY,
            touched BLOB
        )
        """,
    ]
}
