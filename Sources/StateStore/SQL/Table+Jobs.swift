/// The tables of the job queue.
extension Table {
    /// One row, `id` 1: more of what `raft_state` says.
    static let jobState = Table(
        name: "job_state", key: ["id"],
        columns: ["next_job", "next_place", "timeouts", "bytes_max", "jobs_hash"])

    /// All scalars, as they are read.
    static let scalars = Table(
        name: "raft_state JOIN job_state USING (id) JOIN item_state USING (id)", key: ["id"],
        columns: raftState.columns + jobState.columns + itemState.columns)

    /// In the same row: how far a projection copied jobs and queues.
    static let jobProjection = Table(
        name: "job_state", key: ["id"],
        columns: ["copied_changes", "copied_jobs", "copied_queues"])

    static let queues = Table(
        name: "queues", key: ["name"],
        columns: [
            "name", "position", "configured", "length_max", "body_bytes_max", "concurrency_max",
            "paused_until_ms", "pause_ms", "idle_since_ms", "puts", "reserves", "deletes",
            "timeouts", "releases", "buries", "kicks", "failures", "pauses", "purge_next",
            "purge_below", "purge_takes_reserved", "kick_below",
        ])

    /// As jobs are read from both engines and written to MySQL; `body` comes last.
    static let jobs = Table(name: jobHeads.name, key: ["id"], columns: jobHeads.columns + ["body"])

    /// As the base has it.
    static let jobHeads = Table(
        name: "jobs", key: ["id"],
        columns: [
            "id", "queue", "state", "priority", "created", "delay_ms", "time_to_run_ms", "due_ms",
            "buried_position", "generation", "holder_node", "holder_incarnation", "holder_session",
            "attempts_max", "retry_base_ms", "retry_longest_ms", "retry_growth",
            "retry_jitter_percent", "reserves", "timeouts", "releases", "buries", "kicks",
            "failures", "tries", "unique_key", "last_error", "traceparent",
        ])

    static let jobBodies = Table(name: "job_bodies", key: ["id"], columns: ["id", "body"])

    static let sessions = Table(
        name: "sessions", key: ["node_id", "incarnation", "number"],
        columns: ["node_id", "incarnation", "number", "attached", "phase", "last_wait"])

    static let uniques = Table(
        name: "unique_keys", key: ["queue", "name"],
        columns: ["queue", "name", "job_id", "until_ms"])

    static let touches = Table(
        name: "job_changes", key: ["log_index"], columns: ["log_index", "touched"])
}
