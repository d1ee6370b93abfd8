import HTTPTypes
import Replica
import Work

/// Who asks.
struct Caller: Sendable {
    /// What was shown; nil if nobody has to show anything.
    var credential: Credential?
    /// Whether everything is allowed without one: to this machine before there are users, and to
    /// whoever may read the data directory.
    var isTrusted = false
    /// The secret came in a cookie, which a browser also sends for other sites' pages.
    var hasCookie = false
    /// The secret itself, from which the session's CSRF token follows.
    var secret: String?
    /// What users and tokens were when this was found out.
    var mark = PeopleMark(index: 0, hasUsers: false)

    static let nobody = Caller()

    var scopes: Scopes { isTrusted ? .all : credential?.scopes ?? [] }
    var isAdmin: Bool { scopes.contains(.admin) }

    func check(_ access: Access) throws(Problem) {
        switch access {
        case .free: return
        case .anybody:
            if !isTrusted, credential == nil { throw .unauthorized }
        case .scopes(let wanted):
            if !isTrusted, credential == nil { throw .unauthorized }
            if !scopes.isSuperset(of: wanted) { throw .forbidden }
        }
    }
}

extension Problem {
    static let unauthorized = Problem(
        .unauthorized, .unauthorized, "Sign in first",
        "send a token as Authorization: Bearer, or sign in; the one that was sent is unknown, "
            + "revoked or expired, or there was none")

    static let forbidden = Problem(
        .forbidden, .forbidden, "This is not allowed",
        "the token, or the role of its user, does not allow this")

    static let missingCSRF = Problem(
        .forbidden, .missingCSRF, "The CSRF token is missing",
        "a change with the cookie of a session needs X-CSRF-Token, as GET /v1/me has it")

    static func tooManyAttempts(_ seconds: Int) -> Problem {
        var problem = Problem(
            .tooManyRequests, .tooManyAttempts, "Too many attempts to sign in",
            "try again in \(seconds) seconds")
        problem.retryAfter = seconds
        return problem
    }
}
