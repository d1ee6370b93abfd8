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
INSERT INTO raft_state VALUES (1, 10, 5, '0102030405060708', 1, 1008, '2026-09-21 14:13:20.131', 3, 1, X'030102030000', 'e8602f2c8771d4da', '16b80519207fc462');
INSERT INTO nodes VALUES (1, 'n1', 'http://127.0.0.1:8081', '2026-09-21 14:13:20.123', '2122232425262728', 1);
INSERT INTO tasks VALUES (1, 'Written', '', 'done', 4, NULL, NULL, '[]', 1048576, 1, 'ann', 3, '2026-09-21 14:13:20.124', '2026-09-21 14:13:20.127', NULL, 5);
INSERT INTO tasks VALUES (2, 'é日👩‍👩‍👧', '', 'pending', 0, NULL, NULL, '[]', 2097152, 1, NULL, 2, '2026-09-21 14:13:20.125', '2026-09-21 14:13:20.129', '2026-09-21 14:13:20.129', 7);
INSERT INTO task_history VALUES (2, 0, 4, 1, 'create', 'ann', 1, '2026-09-21 14:13:20.124', '{"title":{"before":null,"after":"Write it down"},"description":{"before":null,"after":"two\nlines, \"quoted\""},"status":{"before":null,"after":"in_progress"},"priority":{"before":null,"after":2},"due":{"before":null,"after":"2026-12-01"},"assignee":{"before":null,"after":"bob"},"labels":{"before":null,"after":["a","\"b\" and \\"]}}');
INSERT INTO task_history VALUES (3, 0, 4, 2, 'create', NULL, 1, '2026-09-21 14:13:20.125', '{"title":{"before":null,"after":"é日👩‍👩‍👧"},"status":{"before":null,"after":"pending"}}');
INSERT INTO task_history VALUES (4, 0, 4, 1, 'update', 'ann', 1, '2026-09-21 14:13:20.126', '{"title":{"before":"Write it down","after":"Written"},"description":{"before":"two\nlines, \"quoted\"","after":null},"status":{"before":"in_progress","after":"done"},"priority":{"before":2,"after":4},"due":{"before":"2026-12-01","after":"2028-02-29"},"assignee":{"before":"bob","after":"carol"},"labels":{"before":["a","\"b\" and \\"],"after":["b"]}}');
INSERT INTO task_history VALUES (5, 0, 4, 1, 'update', NULL, 1, '2026-09-21 14:13:20.127', '{"due":{"before":"2028-02-29","after":null},"assignee":{"before":"carol","after":null},"labels":{"before":["b"],"after":null}}');
INSERT INTO task_history VALUES (7, 0, 4, 2, 'delete', 'ann', 1, '2026-09-21 14:13:20.129', '{"title":{"before":"é日👩‍👩‍👧","after":null},"status":{"before":"pending","after":null}}');
INSERT INTO origins VALUES (1, '2122232425262728', 7, X'03070101');
INSERT INTO idempotency_keys VALUES ('ann', 'key-2', 'e5d3bb4ee8aadac9', 1, 1, 1, 3601001, 2);
INSERT INTO idempotency_keys VALUES ('ann', 'key-4', '15de16706d27334f', 2, 1, 2, 3601003, 4);
INSERT INTO idempotency_keys VALUES ('ann', 'key-7', 'dece07fc3731649b', 3, 2, 2, 3601006, 7);
