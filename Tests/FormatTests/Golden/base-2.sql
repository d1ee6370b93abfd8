-- Databases of this form exist: never edit a released step of Schema, add a new one.
CREATE TABLE raft_state (
    id INTEGER NOT NULL PRIMARY KEY,
    applied_index BIGINT NOT NULL,
    applied_term BIGINT NOT NULL,
    cluster_id CHAR(16) NOT NULL,
    schema_version BIGINT NOT NULL,
    cluster_time BIGINT NOT NULL,
    wall_time TEXT NOT NULL,
    next_task BIGINT NOT NULL,
    machine_version BIGINT NOT NULL,
    configuration BLOB,
    rows_hash CHAR(16) NOT NULL,
    state_hash CHAR(16) NOT NULL
);
CREATE TABLE nodes (
    id INTEGER NOT NULL PRIMARY KEY,
    name VARCHAR(256) NOT NULL,
    address VARCHAR(256) NOT NULL,
    first_seen TEXT NOT NULL,
    incarnation CHAR(16) NOT NULL,
    changed_index BIGINT NOT NULL
);
CREATE TABLE tasks (
    id INTEGER NOT NULL PRIMARY KEY,
    title VARCHAR(255) NOT NULL,
    description MEDIUMTEXT NOT NULL,
    status VARCHAR(16) NOT NULL,
    priority SMALLINT NOT NULL,
    due TEXT,
    assignee VARCHAR(64),
    labels MEDIUMTEXT NOT NULL,
    position BIGINT NOT NULL,
    created_by BIGINT NOT NULL,
    author VARCHAR(256),
    version BIGINT NOT NULL,
    created TEXT NOT NULL,
    updated TEXT NOT NULL,
    deleted_at TEXT,
    changed_index BIGINT NOT NULL,
    FOREIGN KEY (created_by) REFERENCES nodes (id)
);
CREATE TABLE task_history (
    log_index BIGINT NOT NULL,
    ordinal BIGINT NOT NULL,
    term BIGINT NOT NULL,
    task_id BIGINT NOT NULL,
    command VARCHAR(16) NOT NULL,
    author VARCHAR(256),
    node_id BIGINT NOT NULL,
    time TEXT NOT NULL,
    changes MEDIUMTEXT NOT NULL,
    PRIMARY KEY (log_index, ordinal),
    FOREIGN KEY (task_id) REFERENCES tasks (id)
);
CREATE INDEX tasks_by_status ON tasks (status, id);
CREATE INDEX tasks_by_due ON tasks (due, id);
CREATE INDEX tasks_by_change ON tasks (changed_index, id);
CREATE INDEX task_history_by_task ON task_history (task_id, log_index, ordinal);
CREATE TABLE origins (
    node_id BIGINT NOT NULL,
    incarnation CHAR(16) NOT NULL,
    lowest BIGINT NOT NULL,
    seen BLOB NOT NULL,
    PRIMARY KEY (node_id, incarnation)
) WITHOUT ROWID;
CREATE TABLE idempotency_keys (
    principal TEXT NOT NULL,
    name TEXT NOT NULL,
    fingerprint CHAR(16) NOT NULL,
    outcome SMALLINT NOT NULL,
    task_id BIGINT NOT NULL,
    task_version BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    log_index BIGINT NOT NULL,
    PRIMARY KEY (principal, name)
) WITHOUT ROWID;
CREATE TABLE job_state (
    id INTEGER NOT NULL PRIMARY KEY,
    next_job BIGINT NOT NULL DEFAULT 1,
    next_place BIGINT NOT NULL DEFAULT 1,
    timeouts BIGINT NOT NULL DEFAULT 0,
    bytes_max BIGINT NOT NULL DEFAULT 1073741824,
    jobs_hash CHAR(16) NOT NULL DEFAULT '0000000000000000'
);
CREATE TABLE queues (
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
);
CREATE TABLE jobs (
    id INTEGER NOT NULL PRIMARY KEY,
    queue VARCHAR(200) NOT NULL,
    state VARCHAR(16) NOT NULL,
    priority BIGINT NOT NULL,
    created TEXT NOT NULL,
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
    last_error VARCHAR(1024)
);
CREATE TABLE job_bodies (
    id INTEGER NOT NULL PRIMARY KEY,
    body BLOB NOT NULL
);
CREATE TABLE sessions (
    node_id BIGINT NOT NULL,
    incarnation CHAR(16) NOT NULL,
    number BIGINT NOT NULL,
    attached SMALLINT NOT NULL,
    phase SMALLINT NOT NULL,
    last_wait BIGINT NOT NULL,
    PRIMARY KEY (node_id, incarnation, number)
) WITHOUT ROWID;
CREATE TABLE unique_keys (
    queue TEXT NOT NULL,
    name TEXT NOT NULL,
    job_id BIGINT NOT NULL,
    until_ms BIGINT NOT NULL,
    PRIMARY KEY (queue, name)
) WITHOUT ROWID;
CREATE TABLE job_changes (
    log_index INTEGER NOT NULL PRIMARY KEY,
    touched BLOB
);
INSERT INTO raft_state VALUES (1, 26, 5, '0102030405060708', 2, 1024, '2026-09-21 14:13:20.147', 3, 2, X'030102030000', 'e8602f2c8771d4da', 'b7ac73202e47930c');
INSERT INTO nodes VALUES (1, 'n1', 'http://127.0.0.1:8081', '2026-09-21 14:13:20.123', '2122232425262728', 1);
INSERT INTO tasks VALUES (1, 'Written', '', 'done', 4, NULL, NULL, '[]', 1048576, 1, 'ann', 3, '2026-09-21 14:13:20.124', '2026-09-21 14:13:20.127', NULL, 5);
INSERT INTO tasks VALUES (2, 'é日👩‍👩‍👧', '', 'pending', 0, NULL, NULL, '[]', 2097152, 1, NULL, 2, '2026-09-21 14:13:20.125', '2026-09-21 14:13:20.129', '2026-09-21 14:13:20.129', 7);
INSERT INTO task_history VALUES (2, 0, 4, 1, 'create', 'ann', 1, '2026-09-21 14:13:20.124', '{"title":{"before":null,"after":"Write it down"},"description":{"before":null,"after":"two\nlines, \"quoted\""},"status":{"before":null,"after":"in_progress"},"priority":{"before":null,"after":2},"due":{"before":null,"after":"2026-12-01"},"assignee":{"before":null,"after":"bob"},"labels":{"before":null,"after":["a","\"b\" and \\"]}}');
INSERT INTO task_history VALUES (3, 0, 4, 2, 'create', NULL, 1, '2026-09-21 14:13:20.125', '{"title":{"before":null,"after":"é日👩‍👩‍👧"},"status":{"before":null,"after":"pending"}}');
INSERT INTO task_history VALUES (4, 0, 4, 1, 'update', 'ann', 1, '2026-09-21 14:13:20.126', '{"title":{"before":"Write it down","after":"Written"},"description":{"before":"two\nlines, \"quoted\"","after":null},"status":{"before":"in_progress","after":"done"},"priority":{"before":2,"after":4},"due":{"before":"2026-12-01","after":"2028-02-29"},"assignee":{"before":"bob","after":"carol"},"labels":{"before":["a","\"b\" and \\"],"after":["b"]}}');
INSERT INTO task_history VALUES (5, 0, 4, 1, 'update', NULL, 1, '2026-09-21 14:13:20.127', '{"due":{"before":"2028-02-29","after":null},"assignee":{"before":"carol","after":null},"labels":{"before":["b"],"after":null}}');
INSERT INTO task_history VALUES (7, 0, 4, 2, 'delete', 'ann', 1, '2026-09-21 14:13:20.129', '{"title":{"before":"é日👩‍👩‍👧","after":null},"status":{"before":"pending","after":null}}');
INSERT INTO origins VALUES (1, '2122232425262728', 23, X'03170101');
INSERT INTO idempotency_keys VALUES ('ann', 'key-13', 'f2ffda6a7892ceaa', 4, 3, 10, 3601012, 14);
INSERT INTO idempotency_keys VALUES ('ann', 'key-17', '1f3d2b195e2849b0', 5, 3, 0, 3601016, 18);
INSERT INTO idempotency_keys VALUES ('ann', 'key-2', 'e5d3bb4ee8aadac9', 1, 1, 1, 3601001, 2);
INSERT INTO idempotency_keys VALUES ('ann', 'key-4', '15de16706d27334f', 2, 1, 2, 3601003, 4);
INSERT INTO idempotency_keys VALUES ('ann', 'key-7', 'dece07fc3731649b', 3, 2, 2, 3601006, 7);
INSERT INTO job_state VALUES (1, 13, 4, 0, 1073741824, '2fb624bd6af011af');
INSERT INTO queues VALUES ('mail', 1, 1, 100, 65535, NULL, 0, 0, 0, 12, 8, 3, 0, 2, 2, 0, 1, 0, NULL, NULL, NULL, 0);
INSERT INTO jobs VALUES (1, 'mail', 'delayed', 4294967295, '2026-09-21 14:13:20.134', 5000, 120000, 6011, 0, 1, NULL, NULL, NULL, 5, 1000, 60000, 'exponential', 20, 0, 0, 0, 0, 0, 0, 0, 'é', NULL);
INSERT INTO jobs VALUES (10, 'mail', 'ready', 0, '2026-09-21 14:13:20.135', 0, 60000, 0, 0, 3, NULL, NULL, NULL, 0, 0, 4294967295, 'constant', 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL);
INSERT INTO jobs VALUES (11, 'mail', 'reserved', 0, '2026-09-21 14:13:20.135', 0, 60000, 61014, 0, 2, 1, '2122232425262728', 7, 0, 0, 4294967295, 'constant', 0, 1, 0, 0, 0, 0, 0, 0, NULL, NULL);
INSERT INTO jobs VALUES (2, 'mail', 'delayed', 0, '2026-09-21 14:13:20.134', 9999999866, 60000, 10000000877, 0, 1, NULL, NULL, NULL, 0, 0, 4294967295, 'constant', 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL);
INSERT INTO jobs VALUES (4, 'mail', 'ready', 0, '2026-09-21 14:13:20.135', 0, 60000, 0, 0, 3, NULL, NULL, NULL, 0, 0, 4294967295, 'constant', 0, 1, 0, 0, 0, 0, 1, 1, NULL, 'no "route"');
INSERT INTO jobs VALUES (5, 'mail', 'delayed', 7, '2026-09-21 14:13:20.135', 1, 60000, 1019, 0, 3, NULL, NULL, NULL, 0, 0, 4294967295, 'constant', 0, 1, 0, 1, 0, 0, 0, 0, NULL, NULL);
INSERT INTO jobs VALUES (6, 'mail', 'ready', 0, '2026-09-21 14:13:20.135', 0, 60000, 0, 0, 3, NULL, NULL, NULL, 0, 0, 4294967295, 'constant', 0, 1, 0, 1, 0, 0, 0, 0, NULL, NULL);
INSERT INTO jobs VALUES (7, 'mail', 'buried', 300, '2026-09-21 14:13:20.135', 0, 60000, 0, 2, 3, NULL, NULL, NULL, 0, 0, 4294967295, 'constant', 0, 1, 0, 0, 1, 0, 0, 0, NULL, NULL);
INSERT INTO jobs VALUES (8, 'mail', 'buried', 0, '2026-09-21 14:13:20.135', 0, 60000, 0, 3, 3, NULL, NULL, NULL, 0, 0, 4294967295, 'constant', 0, 1, 0, 0, 1, 0, 0, 0, NULL, NULL);
INSERT INTO job_bodies VALUES (1, X'746F3A20616E6E');
INSERT INTO job_bodies VALUES (10, X'CAFE');
INSERT INTO job_bodies VALUES (11, X'CAFE');
INSERT INTO job_bodies VALUES (2, X'');
INSERT INTO job_bodies VALUES (4, X'CAFE');
INSERT INTO job_bodies VALUES (5, X'CAFE');
INSERT INTO job_bodies VALUES (6, X'CAFE');
INSERT INTO job_bodies VALUES (7, X'CAFE');
INSERT INTO job_bodies VALUES (8, X'CAFE');
INSERT INTO sessions VALUES (1, '2122232425262728', 7, 1, 0, 1);
INSERT INTO unique_keys VALUES ('mail', 'é', 1, 61011);
INSERT INTO job_changes VALUES (26, X'0901010201010101020101046D61696C');
