import HTTPTypes
import Hummingbird
import Synchronization
import Work

/// How many requests a client may make in a minute, at once or evenly. What it has used comes back
/// evenly too, so there is no moment at which everybody starts anew.
package final class RequestLimiter: Sendable {
    /// Whoever shows a token is known by it, wherever the request comes from.
    package enum Client: Hashable, Sendable {
        case token(UInt64)
        case address(String)
    }

    /// What a client has left.
    package struct Quota: Hashable, Sendable {
        package var left: Int
        /// Until all of it is there again.
        package var seconds: Int

        package init(left: Int, seconds: Int) {
            self.left = left
            self.seconds = seconds
        }
    }

    package enum Verdict: Hashable, Sendable {
        case taken(Quota)
        case refused(seconds: Int)
    }

    package static let requestsMax = 10_000_000
    private static let window: UInt64 = 60_000_000_000
    /// More than this many are not remembered; whoever fills it up slows nobody else down.
    private static let clientsMax = 10_000

    let requests: Int
    private let interval: UInt64
    /// Nanoseconds since the start at which a client has used nothing any more.
    private let free = Mutex<[Client: UInt64]>([:])
    private let began = ContinuousClock.now

    /// nil for 0, which is no limit.
    package init?(requests: Int) {
        guard requests > 0 else { return nil }
        precondition(requests <= Self.requestsMax, "The configuration takes no more.")
        self.requests = requests
        interval = Self.window / UInt64(requests)
    }

    package func take(_ client: Client) -> Verdict {
        let passed = (ContinuousClock.now - began).components
        return take(
            client,
            at: UInt64(passed.seconds) * 1_000_000_000 + UInt64(passed.attoseconds) / 1_000_000_000)
    }

    /// - Parameter now: nanoseconds since whenever.
    package func take(_ client: Client, at now: UInt64) -> Verdict {
        free.withLock { free in
            let used = max(free[client] ?? now, now) - now + interval
            if used > Self.window { return .refused(seconds: Self.seconds(used - Self.window)) }
            if free[client] != nil || Self.hasRoom(&free, now) { free[client] = now + used }
            return .taken(
                Quota(left: Int((Self.window - used) / interval), seconds: Self.seconds(used)))
        }
    }

    private static func hasRoom(_ free: inout [Client: UInt64], _ now: UInt64) -> Bool {
        if free.count < clientsMax { return true }
        free = free.filter { $0.value > now }
        return free.count < clientsMax
    }

    /// Rounded up: who comes back then finds what was promised.
    private static func seconds(_ nanoseconds: UInt64) -> Int {
        Int((nanoseconds + 999_999_999) / 1_000_000_000)
    }
}

extension Responder {
    /// Finds out who asks, and counts the request: also one that shows what holds nothing.
    func admit(
        _ head: HTTPRequest, _ route: Route, _ target: Target, _ context: FrontContext
    ) async throws(Problem) -> (Caller, RequestLimiter.Quota?) {
        let found: Caller
        do throws(Problem) {
            found = try await caller(head, route, target, context)
        } catch {
            _ = try take(.nobody, context)
            throw error
        }
        return (found, try take(found, context))
    }

    /// Counts a request; nil where nothing is counted. This machine's own programs are not, as long
    /// as they show no token: a proxy before the node would be one client for everybody.
    func take(
        _ caller: Caller, _ context: FrontContext
    ) throws(Problem) -> RequestLimiter.Quota? {
        guard let limiter else { return nil }
        let client: RequestLimiter.Client
        if let token = caller.credential?.token.id {
            client = .token(token.rawValue)
        } else {
            if context.isLocal { return nil }
            client = .address(context.address)
        }
        switch limiter.take(client) {
        case .taken(let quota): return quota
        case .refused(let seconds): throw .tooManyRequests(seconds, of: limiter.requests)
        }
    }
}

extension Response {
    /// As the draft of the IETF's working group has it (draft-ietf-httpapi-ratelimit-headers).
    mutating func state(_ quota: RequestLimiter.Quota?, of limiter: RequestLimiter?) {
        guard let quota, let limiter else { return }
        headers[.rateLimitPolicy] = "\"default\";q=\(limiter.requests);w=60"
        headers[.rateLimit] = "\"default\";r=\(quota.left);t=\(quota.seconds)"
    }
}

extension Problem {
    fileprivate static func tooManyRequests(_ seconds: Int, of requests: Int) -> Problem {
        var problem = Problem(
            .tooManyRequests, .tooManyRequests, "Too many requests",
            "one client may make \(requests) requests in a minute here; try again in \(seconds) s")
        problem.retryAfter = seconds
        return problem
    }
}
