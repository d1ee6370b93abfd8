-- Databases of this form exist: never edit a released step of Schema, add a new one.
CREATE TABLE IF NOT EXISTS raft_state (
    id BIGINT NOT NULL PRIMARY KEY,
    applied_index BIGINT NOT NULL,
    applied_term BIGINT NOT NULL,
    cluster_id CHAR(16) NOT NULL,
    schema_version BIGINT NOT NULL,
    cluster_time BIGINT NOT NULL,
    wall_time DATETIME(3) NOT NULL,
    next_task BIGINT NOT NULL,
    machine_version BIGINT NOT NULL,
    configuration BLOB,
    rows_hash CHAR(16) NOT NULL,
    state_hash CHAR(16) NOT NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE IF NOT EXISTS nodes (
    id BIGINT NOT NULL PRIMARY KEY,
    name VARCHAR(256) NOT NULL,
    address VARCHAR(256) NOT NULL,
    first_seen DATETIME(3) NOT NULL,
    incarnation CHAR(16) NOT NULL,
    changed_index BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE IF NOT EXISTS tasks (
    id BIGINT NOT NULL PRIMARY KEY,
    title VARCHAR(255) NOT NULL,
    description MEDIUMTEXT NOT NULL,
    status VARCHAR(16) NOT NULL,
    priority SMALLINT NOT NULL,
    due DATE,
    assignee VARCHAR(64),
    labels MEDIUMTEXT NOT NULL,
    position BIGINT NOT NULL,
    created_by BIGINT NOT NULL,
    author VARCHAR(256),
    version BIGINT NOT NULL,
    created DATETIME(3) NOT NULL,
    updated DATETIME(3) NOT NULL,
    deleted_at DATETIME(3),
    changed_index BIGINT NOT NULL,
    FOREIGN KEY (created_by) REFERENCES nodes (id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE IF NOT EXISTS task_history (
    log_index BIGINT NOT NULL,
    ordinal BIGINT NOT NULL,
    term BIGINT NOT NULL,
    task_id BIGINT NOT NULL,
    command VARCHAR(16) NOT NULL,
    author VARCHAR(256),
    node_id BIGINT NOT NULL,
    time DATETIME(3) NOT NULL,
    changes MEDIUMTEXT NOT NULL,
    PRIMARY KEY (log_index, ordinal),
    FOREIGN KEY (task_id) REFERENCES tasks (id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE INDEX tasks_by_status ON tasks (status, id);
CREATE INDEX tasks_by_due ON tasks (due, id);
CREATE INDEX tasks_by_change ON tasks (changed_index, id);
CREATE INDEX task_history_by_task ON task_history (task_id, log_index, ordinal);
CREATE TABLE IF NOT EXISTS projection (
    id BIGINT NOT NULL PRIMARY KEY,
    cluster_id CHAR(16) NOT NULL,
    node_id BIGINT NOT NULL,
    tasks_index BIGINT NOT NULL,
    tasks_id BIGINT NOT NULL,
    history_index BIGINT NOT NULL,
    history_ordinal BIGINT NOT NULL,
    emptying SMALLINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE IF NOT EXISTS job_state (
    id BIGINT NOT NULL PRIMARY KEY,
    next_job BIGINT NOT NULL DEFAULT 1,
    next_place BIGINT NOT NULL DEFAULT 1,
    timeouts BIGINT NOT NULL DEFAULT 0,
    bytes_max BIGINT NOT NULL DEFAULT 1073741824,
    jobs_hash CHAR(16) NOT NULL DEFAULT '0000000000000000',
    copied_changes BIGINT NOT NULL DEFAULT 0,
    copied_jobs BIGINT NOT NULL DEFAULT 0,
    copied_queues VARCHAR(200) NOT NULL DEFAULT ''
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
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
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE IF NOT EXISTS jobs (
    id BIGINT NOT NULL PRIMARY KEY,
    queue VARCHAR(200) NOT NULL,
    state VARCHAR(16) NOT NULL,
    priority BIGINT NOT NULL,
    created DATETIME(3) NOT NULL,
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
    last_error VARCHAR(1024),
    body MEDIUMBLOB NOT NULL,
    INDEX jobs_by_queue (queue, state, id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
