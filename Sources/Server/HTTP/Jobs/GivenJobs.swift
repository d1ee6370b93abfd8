import Synchronization
import Work

/// Which jobs this front gave under which idempotency keys: a worker that has not heard the answer
/// asks again, and gets the same ones.
///
/// It is this front's memory and nothing more: a node's socket in its directory has another one. A
/// reservation is proposed by the leader, for whoever waits on whichever node, and knows nothing of
/// keys; what is given again elsewhere, or after a restart, is other jobs, and the first come back
/// when their time to run is over.
final class GivenJobs: Sendable {
    typealias Name = GivenLeases.Name

    /// How a request with a key begins.
    enum Start: Sendable {
        /// Nothing was given under the key: this request is under way until `finish`.
        case first
        /// These were.
        case again([Lease])
        /// An earlier request is still under way, and this one's time is up, or nobody hears it.
        case notYet
    }

    private enum Found: Sendable {
        case start(Start)
        /// The key is used for another request.
        case other
        /// Ends with the request that is under way.
        case underWay(Poll<Void>)
    }

    private let state = Mutex(State())

    /// Waits for an earlier request with the key that is under way, but not longer than until
    /// `end`, nor longer than the client and the server are there.
    func begin(
        _ name: Name, _ fingerprint: UInt64, until end: ContinuousClock.Instant, _ hangup: Hangup?
    ) async throws(Problem) -> Start {
        while true {
            switch state.withLock({ $0.begin(name, fingerprint) }) {
            case .start(let start): return start
            case .other: throw .keyReused
            case .underWay(let poll):
                let patience = max(.zero, end - ContinuousClock.now)
                let outcome = await poll.wait(patience, hangup)
                state.withLock { $0.leave(poll, name) }
                switch outcome {
                case .answered: break
                case .stopping: throw .stopping
                case .timeIsUp, .hungUp: return .notYet
                }
            }
        }
    }

    /// What came of a request that has begun; what was given nothing may be repeated.
    func finish(_ name: Name, _ leases: [Lease]) {
        for waiter in state.withLock({ $0.finish(name, leases) }) { waiter.end(.answered(())) }
    }
}

extension GivenJobs {
    private struct UnderWay {
        let fingerprint: UInt64
        var waiters: [Poll<Void>] = []
    }

    private struct State {
        private var given = GivenLeases(at: .now)
        private var underWay: [Name: UnderWay] = [:]

        mutating func begin(_ name: Name, _ fingerprint: UInt64) -> Found {
            if let earlier = underWay[name] {
                if earlier.fingerprint != fingerprint { return .other }
                let poll = Poll<Void>()
                underWay[name]?.waiters.append(poll)
                return .underWay(poll)
            }
            if let known = given.find(name, at: .now) {
                return known.fingerprint == fingerprint ? .start(.again(known.leases)) : .other
            }
            underWay[name] = UnderWay(fingerprint: fingerprint)
            return .start(.first)
        }

        mutating func leave(_ poll: Poll<Void>, _ name: Name) {
            underWay[name]?.waiters.removeAll { $0 === poll }
        }

        mutating func finish(_ name: Name, _ leases: [Lease]) -> [Poll<Void>] {
            guard let over = underWay.removeValue(forKey: name) else { return [] }
            if !leases.isEmpty {
                let leases = GivenLeases.Given(fingerprint: over.fingerprint, leases: leases)
                given.keep(leases, for: name, at: .now)
            }
            return over.waiters
        }
    }
}
