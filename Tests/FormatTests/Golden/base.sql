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
    changed_index BIGINT NOT NULL, board_id BIGINT NOT NULL DEFAULT 1, column_key VARCHAR(32),
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
, traceparent CHAR(55));
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
CREATE TABLE item_state (
    id INTEGER NOT NULL PRIMARY KEY,
    next_board BIGINT NOT NULL DEFAULT 2,
    next_comment BIGINT NOT NULL DEFAULT 1,
    next_view BIGINT NOT NULL DEFAULT 1,
    next_user BIGINT NOT NULL DEFAULT 1,
    next_token BIGINT NOT NULL DEFAULT 1,
    items_hash CHAR(16) NOT NULL DEFAULT '0000000000000000'
);
CREATE TABLE boards (
    id INTEGER NOT NULL PRIMARY KEY,
    name VARCHAR(64) NOT NULL,
    columns MEDIUMTEXT NOT NULL,
    on_done VARCHAR(200),
    version BIGINT NOT NULL,
    created TEXT NOT NULL,
    updated TEXT NOT NULL,
    deleted_at TEXT,
    changed_index BIGINT NOT NULL
);
CREATE TABLE board_columns (
    board_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    column_key VARCHAR(32) NOT NULL,
    name VARCHAR(64) NOT NULL,
    status VARCHAR(16) NOT NULL,
    home SMALLINT NOT NULL,
    PRIMARY KEY (board_id, position),
    FOREIGN KEY (board_id) REFERENCES boards (id)
);
CREATE TABLE users (
    id INTEGER NOT NULL PRIMARY KEY,
    name VARCHAR(64) NOT NULL,
    name_key VARCHAR(1024) NOT NULL,
    email VARCHAR(254),
    email_key VARCHAR(1024),
    role VARCHAR(16) NOT NULL,
    disabled SMALLINT NOT NULL,
    password_hash VARCHAR(512),
    version BIGINT NOT NULL,
    created TEXT NOT NULL,
    updated TEXT NOT NULL,
    deleted_at TEXT,
    changed_index BIGINT NOT NULL
);
CREATE TABLE tokens (
    id INTEGER NOT NULL PRIMARY KEY,
    user_id BIGINT NOT NULL,
    name VARCHAR(64) NOT NULL,
    secret_hash BLOB NOT NULL,
    scopes VARCHAR(64) NOT NULL,
    kind VARCHAR(16) NOT NULL,
    expires TEXT,
    version BIGINT NOT NULL,
    created TEXT NOT NULL,
    updated TEXT NOT NULL,
    deleted_at TEXT,
    changed_index BIGINT NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (id)
);
CREATE TABLE views (
    id INTEGER NOT NULL PRIMARY KEY,
    name VARCHAR(64) NOT NULL,
    query VARCHAR(1024) NOT NULL,
    owner_id BIGINT,
    version BIGINT NOT NULL,
    created TEXT NOT NULL,
    updated TEXT NOT NULL,
    deleted_at TEXT,
    changed_index BIGINT NOT NULL,
    FOREIGN KEY (owner_id) REFERENCES users (id)
);
CREATE TABLE comments (
    id INTEGER NOT NULL PRIMARY KEY,
    task_id BIGINT NOT NULL,
    user_id BIGINT,
    author VARCHAR(256),
    text MEDIUMTEXT NOT NULL,
    version BIGINT NOT NULL,
    created TEXT NOT NULL,
    updated TEXT NOT NULL,
    deleted_at TEXT,
    changed_index BIGINT NOT NULL,
    FOREIGN KEY (task_id) REFERENCES tasks (id)
);
CREATE TABLE task_labels (
    label TEXT NOT NULL,
    task_id BIGINT NOT NULL,
    PRIMARY KEY (label, task_id),
    FOREIGN KEY (task_id) REFERENCES tasks (id)
) WITHOUT ROWID;
CREATE TABLE task_terms (
    term TEXT NOT NULL,
    task_id BIGINT NOT NULL,
    PRIMARY KEY (term, task_id)
) WITHOUT ROWID;
CREATE INDEX tasks_by_board ON tasks (board_id, position, id);
CREATE INDEX comments_by_task ON comments (task_id, id);
CREATE INDEX boards_by_change ON boards (changed_index, id);
CREATE INDEX users_by_change ON users (changed_index, id);
CREATE INDEX tokens_by_change ON tokens (changed_index, id);
CREATE INDEX views_by_change ON views (changed_index, id);
CREATE INDEX comments_by_change ON comments (changed_index, id);
INSERT INTO raft_state VALUES (1, 62, 6, '0102030405060708', 4, 1074, '2026-09-21 14:13:20.197', 301, 4, X'030102030000', 'a5623c423b6db334', 'd83bafe96a934567');
INSERT INTO nodes VALUES (1, 'n1', 'http://127.0.0.1:8081', '2026-09-21 14:13:20.123', '2122232425262728', 1);
INSERT INTO tasks VALUES (1, 'Written', '', 'in_progress', 4, NULL, NULL, '[]', 4194304, 1, 'ann', 6, '2026-09-21 14:13:20.124', '2026-09-21 14:13:20.170', NULL, 35, 2, NULL);
INSERT INTO tasks VALUES (2, 'Write it down', 'two
lines, "quoted"', 'in_progress', 2, '2026-12-01', 'bob', '[]', -5, 1, 'bob', 37, '2026-09-21 14:13:20.172', '2026-09-21 14:13:20.172', NULL, 37, 2, NULL);
INSERT INTO tasks VALUES (3, 'Write it down', 'two
lines, "quoted"', 'in_progress', 2, '2026-12-01', 'bob', '["a","\"b\" and \\"]', 3145728, 1, 'ann', 1, '2026-09-21 14:13:20.167', '2026-09-21 14:13:20.167', NULL, 32, 2, NULL);
INSERT INTO tasks VALUES (300, 'elsewhere', '', 'done', 0, NULL, NULL, '[]', 314572800, 1, NULL, 1, '2026-09-21 14:13:20.196', '2026-09-21 14:13:20.196', NULL, 61, 1, NULL);
INSERT INTO tasks VALUES (4, 'one', '', 'pending', 0, NULL, NULL, '[]', 4194304, 1, 'ann', 1, '2026-09-21 14:13:20.173', '2026-09-21 14:13:20.173', NULL, 38, 1, NULL);
INSERT INTO tasks VALUES (40, 'Write it down', 'two
lines, "quoted"', 'in_progress', 2, '2026-12-01', 'bob', '["a","\"b\" and \\"]', 41943040, 1, 'ann', 1, '2026-09-21 14:13:20.195', '2026-09-21 14:13:20.195', NULL, 60, 1, NULL);
INSERT INTO tasks VALUES (5, 'Write it down', 'two
lines, "quoted"', 'in_progress', 2, '2026-12-01', 'bob', '["a","\"b\" and \\"]', 5242880, 1, 'ann', 1, '2026-09-21 14:13:20.173', '2026-09-21 14:13:20.173', NULL, 38, 2, NULL);
INSERT INTO tasks VALUES (6, 'x', '', 'pending', 0, NULL, NULL, '[]', 6291456, 1, 'Ann', 1, '2026-09-21 14:13:20.191', '2026-09-21 14:13:20.191', NULL, 56, 1, NULL);
INSERT INTO task_history VALUES (2, 0, 4, 1, 'create', 'ann', 1, '2026-09-21 14:13:20.124', '{"title":{"before":null,"after":"Write it down"},"description":{"before":null,"after":"two\nlines, \"quoted\""},"status":{"before":null,"after":"in_progress"},"priority":{"before":null,"after":2},"due":{"before":null,"after":"2026-12-01"},"assignee":{"before":null,"after":"bob"},"labels":{"before":null,"after":["a","\"b\" and \\"]}}');
INSERT INTO task_history VALUES (3, 0, 4, 2, 'create', NULL, 1, '2026-09-21 14:13:20.125', '{"title":{"before":null,"after":"é日👩‍👩‍👧"},"status":{"before":null,"after":"pending"}}');
INSERT INTO task_history VALUES (32, 0, 6, 3, 'create', 'ann', 1, '2026-09-21 14:13:20.167', '{"title":{"before":null,"after":"Write it down"},"description":{"before":null,"after":"two\nlines, \"quoted\""},"status":{"before":null,"after":"in_progress"},"priority":{"before":null,"after":2},"due":{"before":null,"after":"2026-12-01"},"assignee":{"before":null,"after":"bob"},"labels":{"before":null,"after":["a","\"b\" and \\"]},"board":{"before":null,"after":2}}');
INSERT INTO task_history VALUES (33, 0, 6, 1, 'update', NULL, 1, '2026-09-21 14:13:20.168', '{"status":{"before":"done","after":"pending"},"board":{"before":null,"after":2}}');
INSERT INTO task_history VALUES (34, 0, 6, 1, 'update', 'ann', 1, '2026-09-21 14:13:20.169', '{"board":{"before":2,"after":null}}');
INSERT INTO task_history VALUES (35, 0, 6, 1, 'move', 'ann', 1, '2026-09-21 14:13:20.170', '{"status":{"before":"pending","after":"in_progress"},"board":{"before":null,"after":2},"rank":{"before":1048576,"after":4194304}}');
INSERT INTO task_history VALUES (37, 0, 6, 2, 'restore', 'ann', 1, '2026-09-21 14:13:20.172', '{"title":{"before":null,"after":"Write it down"},"description":{"before":null,"after":"two\nlines, \"quoted\""},"status":{"before":null,"after":"in_progress"},"priority":{"before":null,"after":2},"due":{"before":null,"after":"2026-12-01"},"assignee":{"before":null,"after":"bob"},"board":{"before":null,"after":2},"version":{"before":2,"after":37}}');
INSERT INTO task_history VALUES (38, 0, 6, 4, 'create', 'ann', 1, '2026-09-21 14:13:20.173', '{"title":{"before":null,"after":"one"},"status":{"before":null,"after":"pending"}}');
INSERT INTO task_history VALUES (38, 1, 6, 5, 'create', 'ann', 1, '2026-09-21 14:13:20.173', '{"title":{"before":null,"after":"Write it down"},"description":{"before":null,"after":"two\nlines, \"quoted\""},"status":{"before":null,"after":"in_progress"},"priority":{"before":null,"after":2},"due":{"before":null,"after":"2026-12-01"},"assignee":{"before":null,"after":"bob"},"labels":{"before":null,"after":["a","\"b\" and \\"]},"board":{"before":null,"after":2}}');
INSERT INTO task_history VALUES (39, 0, 6, 1, 'comment', 'ann', 1, '2026-09-21 14:13:20.174', '{"comment":{"id":1,"before":null,"after":"two\nlines"}}');
INSERT INTO task_history VALUES (4, 0, 4, 1, 'update', 'ann', 1, '2026-09-21 14:13:20.126', '{"title":{"before":"Write it down","after":"Written"},"description":{"before":"two\nlines, \"quoted\"","after":null},"status":{"before":"in_progress","after":"done"},"priority":{"before":2,"after":4},"due":{"before":"2026-12-01","after":"2028-02-29"},"assignee":{"before":"bob","after":"carol"},"labels":{"before":["a","\"b\" and \\"],"after":["b"]}}');
INSERT INTO task_history VALUES (40, 0, 6, 1, 'comment', NULL, 1, '2026-09-21 14:13:20.175', '{"comment":{"id":1,"before":"two\nlines","after":"é"}}');
INSERT INTO task_history VALUES (41, 0, 6, 2, 'comment', NULL, 1, '2026-09-21 14:13:20.176', '{"comment":{"id":2,"before":null,"after":"x"}}');
INSERT INTO task_history VALUES (42, 0, 6, 2, 'comment', 'ann', 1, '2026-09-21 14:13:20.177', '{"comment":{"id":2,"before":"x","after":null}}');
INSERT INTO task_history VALUES (5, 0, 4, 1, 'update', NULL, 1, '2026-09-21 14:13:20.127', '{"due":{"before":"2028-02-29","after":null},"assignee":{"before":"carol","after":null},"labels":{"before":["b"],"after":null}}');
INSERT INTO task_history VALUES (56, 0, 6, 6, 'create', 'Ann', 1, '2026-09-21 14:13:20.191', '{"title":{"before":null,"after":"x"},"status":{"before":null,"after":"pending"}}');
INSERT INTO task_history VALUES (60, 0, 6, 40, 'create', 'ann', 1, '2026-09-21 14:13:20.195', '{"title":{"before":null,"after":"Write it down"},"description":{"before":null,"after":"two\nlines, \"quoted\""},"status":{"before":null,"after":"in_progress"},"priority":{"before":null,"after":2},"due":{"before":null,"after":"2026-12-01"},"assignee":{"before":null,"after":"bob"},"labels":{"before":null,"after":["a","\"b\" and \\"]}}');
INSERT INTO task_history VALUES (61, 0, 6, 300, 'create', NULL, 1, '2026-09-21 14:13:20.196', '{"title":{"before":null,"after":"elsewhere"},"status":{"before":null,"after":"done"}}');
INSERT INTO task_history VALUES (7, 0, 4, 2, 'delete', 'ann', 1, '2026-09-21 14:13:20.129', '{"title":{"before":"é日👩‍👩‍👧","after":null},"status":{"before":"pending","after":null}}');
INSERT INTO origins VALUES (1, '2122232425262728', 73, X'03490101');
INSERT INTO idempotency_keys VALUES ('@1', 'key-69', '306a43f193b0d1fb', 1, 6, 1, 3601068, 56);
INSERT INTO idempotency_keys VALUES ('ann', 'key-13', 'f2ffda6a7892ceaa', 4, 3, 10, 3601012, 14);
INSERT INTO idempotency_keys VALUES ('ann', 'key-17', '1f3d2b195e2849b0', 5, 3, 0, 3601016, 18);
INSERT INTO idempotency_keys VALUES ('ann', 'key-2', 'e5d3bb4ee8aadac9', 1, 1, 1, 3601001, 2);
INSERT INTO idempotency_keys VALUES ('ann', 'key-4', '15de16706d27334f', 2, 1, 2, 3601003, 4);
INSERT INTO idempotency_keys VALUES ('ann', 'key-41', '3d2554a36eee18ae', 7, 2, 1, 3601040, 28);
INSERT INTO idempotency_keys VALUES ('ann', 'key-44', '4a7ec5115df9eb6f', 7, 3, 0, 3601043, 31);
INSERT INTO idempotency_keys VALUES ('ann', 'key-45', 'c998033437c41ccf', 1, 3, 1, 3601044, 32);
INSERT INTO idempotency_keys VALUES ('ann', 'key-47', '2ecde411cf8b156c', 2, 1, 5, 3601046, 34);
INSERT INTO idempotency_keys VALUES ('ann', 'key-48', '540edfd014079de2', 2, 1, 6, 3601047, 35);
INSERT INTO idempotency_keys VALUES ('ann', 'key-50', '1156cd673af31bb7', 2, 2, 37, 3601049, 37);
INSERT INTO idempotency_keys VALUES ('ann', 'key-51', '177e2d0d8b74dc00', 6, 4, 2, 3601050, 38);
INSERT INTO idempotency_keys VALUES ('ann', 'key-52', '3b5534b2a21917bc', 11, 1, 1, 3601051, 39);
INSERT INTO idempotency_keys VALUES ('ann', 'key-55', 'c3bf17d3ee2d3cb5', 11, 2, 0, 3601054, 42);
INSERT INTO idempotency_keys VALUES ('ann', 'key-56', '51261a9696c20b74', 10, 1, 1, 3601055, 43);
INSERT INTO idempotency_keys VALUES ('ann', 'key-60', '0cbfb4e20bf9e28b', 10, 2, 0, 3601059, 47);
INSERT INTO idempotency_keys VALUES ('ann', 'key-61', 'b6f81a4f649761f5', 8, 1, 1, 3601060, 48);
INSERT INTO idempotency_keys VALUES ('ann', 'key-63', 'bfb9c2ad2f6f8a58', 8, 2, 2, 3601062, 50);
INSERT INTO idempotency_keys VALUES ('ann', 'key-65', '4a77fefd185a5dba', 9, 1, 1, 3601064, 52);
INSERT INTO idempotency_keys VALUES ('ann', 'key-68', 'c832feb663f3b392', 9, 3, 0, 3601067, 55);
INSERT INTO idempotency_keys VALUES ('ann', 'key-7', 'dece07fc3731649b', 3, 2, 2, 3601006, 7);
INSERT INTO idempotency_keys VALUES ('ann', 'key-72', '4eca7533dd6c030d', 4, 13, 2, 3601071, 59);
INSERT INTO idempotency_keys VALUES ('ann', 'key-73', '964e1f67f7153819', 1, 40, 1, 3601072, 60);
INSERT INTO job_state VALUES (1, 15, 5, 0, 1073741824, '8cba09d88fb1f1c3');
INSERT INTO queues VALUES ('mail', 1, 1, 100, 65535, NULL, 0, 0, 0, 12, 8, 3, 0, 2, 2, 0, 1, 0, NULL, NULL, NULL, 0);
INSERT INTO queues VALUES ('traced', 4, 0, NULL, NULL, NULL, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL, 0);
INSERT INTO jobs VALUES (1, 'mail', 'delayed', 4294967295, '2026-09-21 14:13:20.134', 5000, 120000, 6011, 0, 1, NULL, NULL, NULL, 5, 1000, 60000, 'exponential', 20, 0, 0, 0, 0, 0, 0, 0, 'é', NULL, NULL);
INSERT INTO jobs VALUES (10, 'mail', 'ready', 0, '2026-09-21 14:13:20.135', 0, 60000, 0, 0, 3, NULL, NULL, NULL, 0, 0, 4294967295, 'constant', 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL);
INSERT INTO jobs VALUES (11, 'mail', 'reserved', 0, '2026-09-21 14:13:20.135', 0, 60000, 61014, 0, 2, 1, '2122232425262728', 7, 0, 0, 4294967295, 'constant', 0, 1, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL);
INSERT INTO jobs VALUES (13, 'traced', 'ready', 0, '2026-09-21 14:13:20.194', 0, 60000, 0, 0, 1, NULL, NULL, NULL, 0, 0, 4294967295, 'constant', 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL, '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01');
INSERT INTO jobs VALUES (14, 'traced', 'ready', 0, '2026-09-21 14:13:20.194', 0, 60000, 0, 0, 1, NULL, NULL, NULL, 0, 0, 4294967295, 'constant', 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL);
INSERT INTO jobs VALUES (2, 'mail', 'delayed', 0, '2026-09-21 14:13:20.134', 9999999866, 60000, 10000000877, 0, 1, NULL, NULL, NULL, 0, 0, 4294967295, 'constant', 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL);
INSERT INTO jobs VALUES (4, 'mail', 'ready', 0, '2026-09-21 14:13:20.135', 0, 60000, 0, 0, 3, NULL, NULL, NULL, 0, 0, 4294967295, 'constant', 0, 1, 0, 0, 0, 0, 1, 1, NULL, 'no "route"', NULL);
INSERT INTO jobs VALUES (5, 'mail', 'delayed', 7, '2026-09-21 14:13:20.135', 1, 60000, 1019, 0, 3, NULL, NULL, NULL, 0, 0, 4294967295, 'constant', 0, 1, 0, 1, 0, 0, 0, 0, NULL, NULL, NULL);
INSERT INTO jobs VALUES (6, 'mail', 'ready', 0, '2026-09-21 14:13:20.135', 0, 60000, 0, 0, 3, NULL, NULL, NULL, 0, 0, 4294967295, 'constant', 0, 1, 0, 1, 0, 0, 0, 0, NULL, NULL, NULL);
INSERT INTO jobs VALUES (7, 'mail', 'buried', 300, '2026-09-21 14:13:20.135', 0, 60000, 0, 2, 3, NULL, NULL, NULL, 0, 0, 4294967295, 'constant', 0, 1, 0, 0, 1, 0, 0, 0, NULL, NULL, NULL);
INSERT INTO jobs VALUES (8, 'mail', 'buried', 0, '2026-09-21 14:13:20.135', 0, 60000, 0, 3, 3, NULL, NULL, NULL, 0, 0, 4294967295, 'constant', 0, 1, 0, 0, 1, 0, 0, 0, NULL, NULL, NULL);
INSERT INTO job_bodies VALUES (1, X'746F3A20616E6E');
INSERT INTO job_bodies VALUES (10, X'CAFE');
INSERT INTO job_bodies VALUES (11, X'CAFE');
INSERT INTO job_bodies VALUES (13, X'746F3A20626F62');
INSERT INTO job_bodies VALUES (14, X'');
INSERT INTO job_bodies VALUES (2, X'');
INSERT INTO job_bodies VALUES (4, X'CAFE');
INSERT INTO job_bodies VALUES (5, X'CAFE');
INSERT INTO job_bodies VALUES (6, X'CAFE');
INSERT INTO job_bodies VALUES (7, X'CAFE');
INSERT INTO job_bodies VALUES (8, X'CAFE');
INSERT INTO sessions VALUES (1, '2122232425262728', 7, 1, 0, 1);
INSERT INTO unique_keys VALUES ('mail', 'é', 1, 61011);
INSERT INTO job_changes VALUES (62, X'0B010102010101010201020102046D61696C06747261636564');
INSERT INTO item_state VALUES (1, 4, 3, 3, 3, 4, 'eeff47eae3216779');
INSERT INTO boards VALUES (1, 'Tasks', '[["pending","To do","pending","home"],["in_progress","In progress","in_progress","home"],["done","Done","done","home"]]', NULL, 2, '2026-09-21 14:13:20.193', '2026-09-21 14:13:20.193', NULL, 58);
INSERT INTO boards VALUES (2, 'Home', '[["pending","To do","pending","home"],["review","Review it","in_progress","home"],["ready","Done","done","home"]]', NULL, 2, '2026-09-21 14:13:20.163', '2026-09-21 14:13:20.164', NULL, 29);
INSERT INTO boards VALUES (3, 'Tasks', '[["pending","To do","pending","home"],["in_progress","In progress","in_progress","home"],["done","Done","done","home"]]', NULL, 2, '2026-09-21 14:13:20.165', '2026-09-21 14:13:20.166', '2026-09-21 14:13:20.166', 31);
INSERT INTO board_columns VALUES (1, 0, 'pending', 'To do', 'pending', 1);
INSERT INTO board_columns VALUES (1, 1, 'in_progress', 'In progress', 'in_progress', 1);
INSERT INTO board_columns VALUES (1, 2, 'done', 'Done', 'done', 1);
INSERT INTO board_columns VALUES (2, 0, 'pending', 'To do', 'pending', 1);
INSERT INTO board_columns VALUES (2, 1, 'review', 'Review it', 'in_progress', 1);
INSERT INTO board_columns VALUES (2, 2, 'ready', 'Done', 'done', 1);
INSERT INTO users VALUES (1, 'Ann', 'ann', 'Ann@example.org', 'ann@example.org', 'admin', 0, '$scrypt$ln=15', 1, '2026-09-21 14:13:20.183', '2026-09-21 14:13:20.183', NULL, 48);
INSERT INTO users VALUES (2, 'Bob', 'bob', NULL, NULL, 'viewer', 1, NULL, 2, '2026-09-21 14:13:20.184', '2026-09-21 14:13:20.185', NULL, 50);
INSERT INTO tokens VALUES (1, 1, 'link', X'0101010101010101010101010101010101010101010101010101010101010101', 'read,tasks,enqueue,work,admin', 'sign_in', '2027-01-15 08:00:00.000', 2, '2026-09-21 14:13:20.187', '2026-09-21 14:13:20.188', '2026-09-21 14:13:20.188', 53);
INSERT INTO tokens VALUES (2, 1, 'browser', X'0202020202020202020202020202020202020202020202020202020202020202', 'read,tasks,enqueue,work,admin', 'session', '2027-01-15 08:00:00.000', 1, '2026-09-21 14:13:20.188', '2026-09-21 14:13:20.188', NULL, 53);
INSERT INTO tokens VALUES (3, 1, 'ci', X'0303030303030303030303030303030303030303030303030303030303030303', 'read,enqueue', 'api', NULL, 2, '2026-09-21 14:13:20.189', '2026-09-21 14:13:20.190', '2026-09-21 14:13:20.190', 55);
INSERT INTO views VALUES (1, 'Ours', 'assignee:bob due<7d', NULL, 2, '2026-09-21 14:13:20.178', '2026-09-21 14:13:20.179', NULL, 44);
INSERT INTO views VALUES (2, 'x', '', NULL, 2, '2026-09-21 14:13:20.181', '2026-09-21 14:13:20.182', '2026-09-21 14:13:20.182', 47);
INSERT INTO comments VALUES (1, 1, NULL, 'ann', 'é', 2, '2026-09-21 14:13:20.174', '2026-09-21 14:13:20.175', NULL, 40);
INSERT INTO comments VALUES (2, 2, NULL, NULL, 'x', 2, '2026-09-21 14:13:20.176', '2026-09-21 14:13:20.177', '2026-09-21 14:13:20.177', 42);
INSERT INTO task_labels VALUES ('"b" and \', 3);
INSERT INTO task_labels VALUES ('"b" and \', 40);
INSERT INTO task_labels VALUES ('"b" and \', 5);
INSERT INTO task_labels VALUES ('a', 3);
INSERT INTO task_labels VALUES ('a', 40);
INSERT INTO task_labels VALUES ('a', 5);
INSERT INTO task_terms VALUES ('down', 2);
INSERT INTO task_terms VALUES ('down', 3);
INSERT INTO task_terms VALUES ('down', 40);
INSERT INTO task_terms VALUES ('down', 5);
INSERT INTO task_terms VALUES ('elsewhere', 300);
INSERT INTO task_terms VALUES ('it', 2);
INSERT INTO task_terms VALUES ('it', 3);
INSERT INTO task_terms VALUES ('it', 40);
INSERT INTO task_terms VALUES ('it', 5);
INSERT INTO task_terms VALUES ('lines', 2);
INSERT INTO task_terms VALUES ('lines', 3);
INSERT INTO task_terms VALUES ('lines', 40);
INSERT INTO task_terms VALUES ('lines', 5);
INSERT INTO task_terms VALUES ('one', 4);
INSERT INTO task_terms VALUES ('quoted', 2);
INSERT INTO task_terms VALUES ('quoted', 3);
INSERT INTO task_terms VALUES ('quoted', 40);
INSERT INTO task_terms VALUES ('quoted', 5);
INSERT INTO task_terms VALUES ('two', 2);
INSERT INTO task_terms VALUES ('two', 3);
INSERT INTO task_terms VALUES ('two', 40);
INSERT INTO task_terms VALUES ('two', 5);
INSERT INTO task_terms VALUES ('write', 2);
INSERT INTO task_terms VALUES ('write', 3);
INSERT INTO task_terms VALUES ('write', 40);
INSERT INTO task_terms VALUES ('write', 5);
INSERT INTO task_terms VALUES ('written', 1);
INSERT INTO task_terms VALUES ('x', 6);
