/// The tables of boards, users, tokens, saved views and comments.
extension Table {
    /// One row, `id` 1: more of what `raft_state` says.
    static let itemState = Table(
        name: "item_state", key: ["id"],
        columns: [
            "next_board", "next_comment", "next_view", "next_user", "next_token", "items_hash",
        ])

    /// In the same row: how far a projection copied items.
    static let itemProjection = Table(name: "item_state", key: ["id"], columns: ["copied"])

    private static let life = ["version", "created", "updated", "deleted_at", "changed_index"]

    static let boards = Table(
        name: "boards", key: ["id"], columns: ["id", "name", "columns", "on_done"] + life)

    /// What `boards.columns` says, for people.
    static let boardColumns = Table(
        name: "board_columns", key: ["board_id", "position"],
        columns: ["board_id", "position", "column_key", "name", "status", "home"])

    static let users = Table(
        name: "users", key: ["id"],
        columns: [
            "id", "name", "name_key", "email", "email_key", "role", "disabled", "password_hash",
        ] + life)

    static let tokens = Table(
        name: "tokens", key: ["id"],
        columns: ["id", "user_id", "name", "secret_hash", "scopes", "kind", "expires"] + life)

    static let views = Table(
        name: "views", key: ["id"], columns: ["id", "name", "query", "owner_id"] + life)

    static let comments = Table(
        name: "comments", key: ["id"],
        columns: ["id", "task_id", "user_id", "author", "text"] + life)

    /// What `tasks.labels` says, to be searched.
    static let taskLabels = Table(
        name: "task_labels", key: ["label", "task_id"], columns: ["label", "task_id"])

    static let taskTerms = Table(
        name: "task_terms", key: ["term", "task_id"], columns: ["term", "task_id"])

    /// Those that refer to others come before them.
    static let items: [Table] = [.comments, .views, .tokens, .users, .boardColumns, .boards]
}
