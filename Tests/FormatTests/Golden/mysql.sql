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
ALTER TABLE tasks ADD COLUMN board_id BIGINT NOT NULL DEFAULT 1;
ALTER TABLE tasks ADD COLUMN column_key VARCHAR(32);
CREATE TABLE IF NOT EXISTS item_state (
    id BIGINT NOT NULL PRIMARY KEY,
    next_board BIGINT NOT NULL DEFAULT 2,
    next_comment BIGINT NOT NULL DEFAULT 1,
    next_view BIGINT NOT NULL DEFAULT 1,
    next_user BIGINT NOT NULL DEFAULT 1,
    next_token BIGINT NOT NULL DEFAULT 1,
    items_hash CHAR(16) NOT NULL DEFAULT '0000000000000000',
    copied VARCHAR(255) NOT NULL DEFAULT ''
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE IF NOT EXISTS boards (
    id BIGINT NOT NULL PRIMARY KEY,
    name VARCHAR(64) NOT NULL,
    columns MEDIUMTEXT NOT NULL,
    on_done VARCHAR(200),
    version BIGINT NOT NULL,
    created DATETIME(3) NOT NULL,
    updated DATETIME(3) NOT NULL,
    deleted_at DATETIME(3),
    changed_index BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE IF NOT EXISTS board_columns (
    board_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    column_key VARCHAR(32) NOT NULL,
    name VARCHAR(64) NOT NULL,
    status VARCHAR(16) NOT NULL,
    home SMALLINT NOT NULL,
    PRIMARY KEY (board_id, position),
    FOREIGN KEY (board_id) REFERENCES boards (id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE IF NOT EXISTS users (
    id BIGINT NOT NULL PRIMARY KEY,
    name VARCHAR(64) NOT NULL,
    name_key VARCHAR(1024) NOT NULL,
    email VARCHAR(254),
    email_key VARCHAR(1024),
    role VARCHAR(16) NOT NULL,
    disabled SMALLINT NOT NULL,
    password_hash VARCHAR(512),
    version BIGINT NOT NULL,
    created DATETIME(3) NOT NULL,
    updated DATETIME(3) NOT NULL,
    deleted_at DATETIME(3),
    changed_index BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE IF NOT EXISTS tokens (
    id BIGINT NOT NULL PRIMARY KEY,
    user_id BIGINT NOT NULL,
    name VARCHAR(64) NOT NULL,
    secret_hash BLOB NOT NULL,
    scopes VARCHAR(64) NOT NULL,
    kind VARCHAR(16) NOT NULL,
    expires DATETIME(3),
    version BIGINT NOT NULL,
    created DATETIME(3) NOT NULL,
    updated DATETIME(3) NOT NULL,
    deleted_at DATETIME(3),
    changed_index BIGINT NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE IF NOT EXISTS views (
    id BIGINT NOT NULL PRIMARY KEY,
    name VARCHAR(64) NOT NULL,
    query VARCHAR(1024) NOT NULL,
    owner_id BIGINT,
    version BIGINT NOT NULL,
    created DATETIME(3) NOT NULL,
    updated DATETIME(3) NOT NULL,
    deleted_at DATETIME(3),
    changed_index BIGINT NOT NULL,
    FOREIGN KEY (owner_id) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE IF NOT EXISTS comments (
    id BIGINT NOT NULL PRIMARY KEY,
    task_id BIGINT NOT NULL,
    user_id BIGINT,
    author VARCHAR(256),
    text MEDIUMTEXT NOT NULL,
    version BIGINT NOT NULL,
    created DATETIME(3) NOT NULL,
    updated DATETIME(3) NOT NULL,
    deleted_at DATETIME(3),
    changed_index BIGINT NOT NULL,
    FOREIGN KEY (task_id) REFERENCES tasks (id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE IF NOT EXISTS task_labels (
    label VARBINARY(256) NOT NULL,
    task_id BIGINT NOT NULL,
    PRIMARY KEY (label, task_id),
    FOREIGN KEY (task_id) REFERENCES tasks (id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE IF NOT EXISTS task_terms (
    term VARBINARY(32) NOT NULL,
    task_id BIGINT NOT NULL,
    PRIMARY KEY (term, task_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE INDEX tasks_by_board ON tasks (board_id, position, id);
CREATE INDEX comments_by_task ON comments (task_id, id);
CREATE INDEX boards_by_change ON boards (changed_index, id);
CREATE INDEX users_by_change ON users (changed_index, id);
CREATE INDEX tokens_by_change ON tokens (changed_index, id);
CREATE INDEX views_by_change ON views (changed_index, id);
CREATE INDEX comments_by_change ON comments (changed_index, id);
ALTER TABLE jobs ADD COLUMN traceparent CHAR(55);
CREATE INDEX tasks_by_update ON tasks (updated, id);
