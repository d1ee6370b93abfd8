package import HTTPTypes
package import Work

/// Why a request was not done: an answer by RFC 9457, with our own members `code`, `errors`,
/// `leader`, `retry_after` and `current`.
package struct Problem: Error, Sendable {
    package var status: HTTPResponse.Status
    package var code: Code
    package var title: String
    package var detail: String
    /// The fields that cannot be accepted.
    package var errors: [FieldProblem] = []
    /// Seconds until it makes sense to try again.
    package var retryAfter: Int?
    /// The methods that the resource has.
    package var allow: String?
    /// The task as it is now, if that is what stands in the way.
    package var current: TaskRecord?
    /// The version that something has, if that is what stands in the way.
    package var version: UInt64?
    /// The rest of the body was not read, so the connection cannot be used again.
    package var closesConnection = false

    init(_ status: HTTPResponse.Status, _ code: Code, _ title: String, _ detail: String) {
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
    }
}

// MARK: The request is wrong

extension Problem {
    static func badJSON(_ detail: String) -> Problem {
        Problem(.badRequest, .badJSON, "The body is not valid JSON", detail)
    }

    static func badRequest(_ detail: String) -> Problem {
        Problem(.badRequest, .badRequest, "The request cannot be understood", detail)
    }

    static func badKey(_ detail: String) -> Problem {
        Problem(.badRequest, .badKey, "The idempotency key is malformed", detail)
    }

    /// Not more than so many fields are listed: the answer stays small, whatever was sent.
    static let errorsMax = 20

    static func badFields(_ errors: [FieldProblem], allUnknown: Bool) -> Problem {
        var problem = Problem(
            .badRequest, allUnknown ? .unknownField : .invalidValue,
            allUnknown ? "A field is not known" : "A field cannot be accepted",
            errors.first.map { "\($0.pointer) \($0.detail)" } ?? "")
        problem.errors = Array(errors.prefix(errorsMax))
        return problem
    }

    /// The same, where what was looked at is a part of the body, or has another name there.
    func inside(_ pointer: String, insteadOf old: String = "") -> Problem {
        let errors = errors.map {
            FieldProblem(pointer: pointer + $0.pointer.dropFirst(old.count), detail: $0.detail)
        }
        return errors.isEmpty ? self : .badFields(errors, allUnknown: code == .unknownField)
    }

    static func notFound(_ detail: String) -> Problem {
        Problem(.notFound, .notFound, "There is no such thing here", detail)
    }

    static func noTask(_ id: TaskID) -> Problem {
        notFound("there is no task \(id.rawValue), or it was deleted")
    }

    static func methodNotAllowed(_ allow: String) -> Problem {
        var problem = Problem(
            .methodNotAllowed, .methodNotAllowed, "The method is not offered here",
            "this resource takes \(allow)")
        problem.allow = allow
        return problem
    }

    static let wrongHost = Problem(
        HTTPResponse.Status(code: 421, reasonPhrase: "Misdirected Request"), .wrongHost,
        "This node does not have that name",
        "the Host of the request is no name of a member; advertise.http makes one known")

    static let foreignOrigin = Problem(
        .forbidden, .foreignOrigin, "The request comes from another site",
        "its Origin is no address of this cluster; advertise.http makes one known")

    static let preconditionRequired = Problem(
        .preconditionRequired, .preconditionRequired, "If-Match is required",
        "send If-Match with the ETag of the version you have seen, or * for any")

    static let putConditionRequired = Problem(
        .preconditionRequired, .preconditionRequired, "If-Match or If-None-Match is required",
        "send If-None-Match: * to make a task with this number, or If-Match with the ETag of the "
            + "version you have seen, or * for any, to replace it")

    /// The number is or was another task's.
    static func numberTaken(_ id: TaskID, _ current: TaskRecord?) -> Problem {
        var problem = Problem(
            .preconditionFailed, .numberTaken, "The number is taken",
            current == nil
                ? "number \(id.rawValue) was used or passed over, and no number is given twice"
                : "there is a task \(id.rawValue)")
        problem.current = current
        return problem
    }

    static func numberTooHigh(_ id: TaskID, highest: TaskID) -> Problem {
        Problem(
            .unprocessableContent, .numberTooHigh, "The number is too high",
            "\(id.rawValue) is too far ahead: the highest number that may be taken now is "
                + "\(highest.rawValue)")
    }

    static func staleVersion(_ current: TaskRecord) -> Problem {
        var problem = Problem(
            .preconditionFailed, .staleVersion, "The task was changed meanwhile",
            "task \(current.id.rawValue) now has version \(current.version)")
        problem.current = current
        return problem
    }

    static let keyReused = Problem(
        .unprocessableContent, .keyReused, "The key belongs to another request",
        "this Idempotency-Key was used for a request with another content; use a new one")

    static func tooLarge(limit: Int) -> Problem {
        var problem = Problem(
            .contentTooLarge, .tooLarge, "The body is too large",
            "at most \(limit) bytes are taken")
        problem.closesConnection = true
        return problem
    }

    static func unsupportedMediaType(_ detail: String) -> Problem {
        Problem(
            .unsupportedMediaType, .unsupportedMediaType, "The body is not JSON", detail)
    }
}

// MARK: The cluster cannot do it now

extension Problem {
    private static func unavailable(
        _ code: Code, _ title: String, _ detail: String
    ) -> Problem {
        var problem = Problem(.serviceUnavailable, code, title, detail)
        problem.retryAfter = 1
        return problem
    }

    static func noQuorum(_ detail: String) -> Problem {
        unavailable(.noQuorum, "No leader can be reached", detail)
    }

    static func overloaded(_ detail: String) -> Problem {
        unavailable(.overloaded, "Too much is in progress", detail)
    }

    static let diskStalled = unavailable(
        .diskStalled, "The disk of this node hangs",
        "nothing was changed: send the request to another node")

    static let stopping = unavailable(
        .stopping, "This node is stopping", "send the request to another node")

    static func store(_ detail: String) -> Problem {
        unavailable(.storeUnavailable, "The database cannot answer", detail)
    }

    static func outcomeUnknown(hasKey: Bool) -> Problem {
        var problem = Problem(
            .gatewayTimeout, .outcomeUnknown, "The outcome is not known",
            hasKey
                ? "the change may have been applied, or may still be: retry with the same key"
                : "the change may have been applied, or may still be; it had no Idempotency-Key, "
                    + "so look before you send it again")
        problem.retryAfter = 1
        return problem
    }

    static let stateFull = Problem(
        HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage"), .stateFull,
        "The cluster is full", "the tasks take all the memory they may have; delete some")

    static let unexpected = Problem(
        .internalServerError, .internal, "This should not have happened",
        "the node's log says more")
}
