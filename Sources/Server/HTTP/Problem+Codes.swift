extension Problem {
    /// What a program tells problems apart by. Each is explained in the description of the API,
    /// and so at `/docs/errors`, where the type of a problem points to.
    package enum Code: String, CaseIterable, Sendable {
        case badJSON = "bad_json"
        case badRequest = "bad_request"
        case badKey = "bad_key"
        case badQuery = "bad_query"
        case unknownField = "unknown_field"
        case invalidValue = "invalid_value"
        case unauthorized
        case forbidden
        case missingCSRF = "csrf_missing"
        case foreignOrigin = "foreign_origin"
        case notFound = "not_found"
        case methodNotAllowed = "method_not_allowed"
        case nameTaken = "name_taken"
        case emailTaken = "email_taken"
        case lastAdmin = "last_admin"
        case columnHoldsTasks = "column_holds_tasks"
        case boardHoldsTasks = "board_holds_tasks"
        case firstBoard = "first_board"
        case taskIsLive = "task_is_live"
        case undoConflict = "undo_conflict"
        case notTransferred = "not_transferred"
        case tooMany = "too_many"
        case leaseOver = "lease_over"
        case reserved
        case notWaiting = "not_waiting"
        case queueFull = "queue_full"
        case staleVersion = "stale_version"
        case numberTaken = "number_taken"
        case tooLarge = "too_large"
        case bodyTooLong = "body_too_long"
        case batchTooLarge = "batch_too_large"
        case unsupportedMediaType = "unsupported_media_type"
        case wrongHost = "wrong_host"
        case keyReused = "key_reused"
        case numberTooHigh = "number_too_high"
        case preconditionRequired = "precondition_required"
        case tooManyAttempts = "too_many_attempts"
        case tooManyRequests = "too_many_requests"
        case `internal`
        case behind
        case tooStale = "too_stale"
        case leversGone = "levers_gone"
        case noQuorum = "no_quorum"
        case overloaded
        case diskStalled = "disk_stalled"
        case stopping
        case storeUnavailable = "store_unavailable"
        case outcomeUnknown = "outcome_unknown"
        case stateFull = "state_full"
        case queuesFull = "queues_full"
        case keysFull = "keys_full"
    }
}
