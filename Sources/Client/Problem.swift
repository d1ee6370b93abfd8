/// An error as the API answers it (RFC 9457).
package struct Problem: Codable, Hashable, Sendable {
    package struct FieldError: Codable, Hashable, Sendable {
        package var pointer: String
        package var detail: String
    }

    package var type: String?
    package var title: String
    package var status: Int
    package var detail: String?
    package var code: String?
    package var errors: [FieldError]?
    package var leader: UInt64?
    package var retryAfter: Double?
    /// With `stale_version`: the task as it is now.
    package var current: TaskItem?

    enum CodingKeys: String, CodingKey {
        case type, title, status, detail, code, errors, leader
        case retryAfter = "retry_after"
        case current
    }

    package init(status: Int, title: String) {
        self.status = status
        self.title = title
    }
}

extension Problem: CustomStringConvertible {
    package var description: String {
        // The detail is the first of them already.
        let fields = (errors ?? []).filter { "\($0.pointer) \($0.detail)" != detail }
            .map { "\($0.pointer): \($0.detail)" }
        let what = detail ?? title
        let head = code.map { "\(what) (\(status) \($0))" } ?? "\(what) (\(status))"
        return ([head] + fields).joined(separator: "; ")
    }
}

/// Why a request has no result.
package enum ClientError: Error, Hashable, Sendable {
    /// The cluster's definite answer: nothing was changed.
    case refused(Problem)
    /// No node could take the request within the time allowed; nothing was changed.
    case unavailable(String)
    /// The change may have been made or not. Sending it again with the same key is safe, and
    /// gives the one outcome.
    case unknownOutcome(String, key: String)
    /// Nobody listens at any of the addresses.
    case unreachable(String)
    /// An answer that no node of this version gives.
    case invalidAnswer(String)
}

extension ClientError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .refused(let problem):
            problem.description
        case .unavailable(let why):
            "the cluster could not take the request: \(why)"
        case .unknownOutcome(let why, let key):
            "the outcome is unknown: \(why). Send it again with the key \(key): it is then "
                + "done once, whatever happened the first time"
        case .unreachable(let why):
            "no node answers: \(why)"
        case .invalidAnswer(let why):
            "an answer that makes no sense: \(why)"
        }
    }
}
