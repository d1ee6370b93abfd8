/// How long a request is tried, and how patiently.
package struct RetryPolicy: Hashable, Sendable {
    /// The whole request, over all attempts.
    package var deadline: Duration
    /// While nobody at all accepts a connection, this is enough.
    package var refusedDeadline: Duration
    /// One attempt: nodes answer within about two seconds, one that is frozen never does.
    package var attempt: Duration

    package init(deadline: Duration, refusedDeadline: Duration, attempt: Duration = .seconds(4)) {
        self.deadline = deadline
        self.refusedDeadline = refusedDeadline
        self.attempt = attempt
    }

    /// For somebody who waits at a terminal.
    package static let interactive = RetryPolicy(
        deadline: .seconds(10), refusedDeadline: .milliseconds(300))

    /// For long work that should outlast elections and restarts.
    package static let patient = RetryPolicy(
        deadline: .seconds(60), refusedDeadline: .seconds(60))
}

/// Why one attempt gave no final answer.
package enum AttemptFailure: Hashable, Sendable {
    /// No connection came about: the node has not seen the request.
    case refused(String)
    /// The connection broke, or no answer came: the node may have taken the request.
    case lost(String)
    /// 503, or 429: provably not done.
    case unavailable(Problem)
    /// 504: it may have been done.
    case unknown(Problem)

    package var text: String {
        switch self {
        case .refused(let text), .lost(let text): text
        case .unavailable(let problem), .unknown(let problem): problem.description
        }
    }
}

/// Decides after each failed attempt whether and when to try the next node. Pure: time and
/// chance come in as arguments.
package struct RetryPlan {
    private let policy: RetryPolicy
    private let bases: Int
    /// A read may be repeated without a thought; of a write the outcome may be unknown.
    private let isWrite: Bool
    private let key: String

    private var failures = 0
    /// Some attempt may have changed something.
    package private(set) var mayHaveHappened = false
    private var onlyRefused = true

    package init(policy: RetryPolicy, bases: Int, isWrite: Bool, key: String) {
        self.policy = policy
        self.bases = bases
        self.isWrite = isWrite
        self.key = key
    }

    package enum Step: Hashable, Sendable {
        case tryNext(after: Duration)
        case giveUp(ClientError)
    }

    /// - Parameter jitter: between 0 and 1.
    package mutating func failed(_ failure: AttemptFailure, elapsed: Duration, jitter: Double)
        -> Step
    {
        failures += 1
        switch failure {
        case .refused: break
        case .lost, .unknown: (onlyRefused, mayHaveHappened) = (false, true)
        case .unavailable: onlyRefused = false
        }
        let limit = onlyRefused ? policy.refusedDeadline : policy.deadline
        let pause = pauseBeforeNext(failure, jitter: jitter)
        guard elapsed + pause < limit || failures < bases && elapsed < policy.deadline else {
            return .giveUp(error(failure))
        }
        return .tryNext(after: pause)
    }

    /// The other nodes are tried at once; only when all had their turn is there a pause.
    private func pauseBeforeNext(_ failure: AttemptFailure, jitter: Double) -> Duration {
        guard failures.isMultiple(of: bases) else { return .zero }
        let round = min(failures / bases, 5)
        var pause = Duration.milliseconds(25 << round)
        if case .unavailable(let problem) = failure, let asked = problem.retryAfter {
            pause = max(pause, min(.seconds(asked), .seconds(2)))
        }
        return pause * (0.5 + jitter / 2)
    }

    private func error(_ failure: AttemptFailure) -> ClientError {
        let tried = failures == 1 ? failure.text : "\(failure.text) (\(failures) attempts)"
        if isWrite && mayHaveHappened { return .unknownOutcome(tried, key: key) }
        return onlyRefused ? .unreachable(tried) : .unavailable(tried)
    }
}
