package import Client

/// How the program ends when it does not end well; scripts rely on the numbers.
package enum ExitStatus: Int32, Sendable {
    case failure = 1
    /// Somebody else was faster: the version is stale, or the lease is over.
    case conflict = 2
    /// No quorum, or nobody knows whether it was done.
    case unavailable = 3
    case usage = 64
    case badData = 65
    case configuration = 78
}

/// An end with a message for people and a status for scripts.
package struct Failure: Error, CustomStringConvertible {
    package var message: String
    package var status: ExitStatus

    package init(_ message: String, _ status: ExitStatus = .failure) {
        self.message = message
        self.status = status
    }

    package init(_ error: any Error) {
        switch error {
        case let error as Failure: self = error
        case let error as ClientError: self.init("\(error)", error.exitStatus)
        case let error as ConfigurationProblems: self.init("\(error)", .configuration)
        default: self.init("\(error)")
        }
    }

    package var description: String { message }
}

extension ClientError {
    package var exitStatus: ExitStatus {
        switch self {
        case .refused(let problem) where [409, 412].contains(problem.status): .conflict
        case .unavailable, .unknownOutcome: .unavailable
        case .refused, .unreachable, .invalidAnswer: .failure
        }
    }
}
