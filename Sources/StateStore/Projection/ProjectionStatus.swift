/// How a projection stands, for the status page and for whoever chooses a store to ask.
package struct ProjectionStatus: Hashable, Sendable {
    package enum State: String, Hashable, Sendable {
        /// It holds the state at `index`, which was the base's when it was copied.
        case ok
        /// The database cannot be used; `error` says why.
        case down
        /// It goes towards the base's state; the next step goes on.
        case catchingUp
        /// Its rows are being removed, or copied from the first; `error` says why.
        case rebuilding
    }

    package var state = State.down
    /// How far the database is; only with `ok` is it a whole state.
    package var index: UInt64 = 0
    /// Never holds the password.
    package var error: String?

    package init(state: State = .down, index: UInt64 = 0, error: String? = nil) {
        self.state = state
        self.index = index
        self.error = error
    }
}

/// Bounds of a projection's steps.
package struct ProjectionLimits: Hashable, Sendable {
    /// Rows copied in one transaction.
    package var rows = 20_000
    /// Bytes copied in one transaction, about.
    package var bytes = 16 << 20
    /// Rows read from the base at once.
    package var page = 256
    /// Rows removed in one transaction of a rebuild.
    package var removals = 5_000
    /// Seconds that the server may take for a connection, and for each answer.
    package var timeout: UInt32 = 5

    /// A row may take so many bytes: two long descriptions with all their escapes.
    static let rowBytes = 1 << 20

    package init() {}
}
