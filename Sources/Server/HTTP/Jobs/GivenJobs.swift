import Synchronization
import Work

/// Which jobs this node gave under which idempotency keys: a worker that has not heard the answer
/// asks again, and gets the same ones.
///
/// It is this node's memory and nothing more. A reservation is proposed by the leader, for whoever
/// waits on whichever node, and knows nothing of keys; what is given again elsewhere, or after a
/// restart, is other jobs, and the first come back when their time to run is over.
final class GivenJobs: Sendable {
    struct Name: Hashable {
        var principal: String
        var key: String
        /// Of the queues and the number that are asked for.
        var fingerprint: UInt64

        static func == (left: Name, right: Name) -> Bool {
            left.principal == right.principal && left.key == right.key
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(principal)
            hasher.combine(key)
        }
    }

    private let state = Mutex(State())

    /// The leases of an earlier request with this key. nil if there was none that was given
    /// anything: then this one is under way until `finish`, and those with its key wait.
    func begin(_ name: Name) async throws(Problem) -> [Lease]? {
        while true {
            switch state.withLock({ $0.begin(name) }) {
            case .new: return nil
            case .given(let leases): return leases
            case .other: throw .keyReused
            case .underWay: await waitForEnd(of: name)
            }
        }
    }

    /// What came of a request that has begun; what was given nothing may be repeated.
    func finish(_ name: Name, _ leases: [Lease]) {
        for waiter in state.withLock({ $0.finish(name, leases) }) { waiter.resume() }
    }

    private func waitForEnd(of name: Name) async {
        await withCheckedContinuation { waiter in
            let isOver = state.withLock { state in
                if state.underWay[name] == nil { return true }
                state.underWay[name]?.append(waiter)
                return false
            }
            if isOver { waiter.resume() }
        }
    }
}

extension GivenJobs {
    private enum Found {
        case new
        case given([Lease])
        /// The key was used for another request.
        case other
        case underWay
    }

    private struct State {
        var underWay: [Name: [CheckedContinuation<Void, Never>]] = [:]
        private var recent: [Name: (fingerprint: UInt64, leases: [Lease])] = [:]
        private var older: [Name: (fingerprint: UInt64, leases: [Lease])] = [:]
        /// Of the recent ones: when they begin, and how many keys and leases they are.
        private var start = ContinuousClock.now
        private var count = 0

        /// As long as other keys are kept, at least.
        private static let age = Duration.milliseconds(Limits.keyWindow)
        private static let countMax = 50_000

        mutating func begin(_ name: Name) -> Found {
            if underWay[name] != nil { return .underWay }
            turnOver()
            if let known = recent[name] ?? older[name] {
                return known.fingerprint == name.fingerprint ? .given(known.leases) : .other
            }
            underWay[name] = []
            return .new
        }

        mutating func finish(
            _ name: Name, _ leases: [Lease]
        ) -> [CheckedContinuation<Void, Never>] {
            if !leases.isEmpty {
                recent[name] = (fingerprint: name.fingerprint, leases: leases)
                count += 1 + leases.count
            }
            return underWay.removeValue(forKey: name) ?? []
        }

        /// What is older than the recent ones is forgotten when these are old, or many.
        private mutating func turnOver() {
            guard count > Self.countMax || ContinuousClock.now - start > Self.age else { return }
            (older, recent, count, start) = (recent, [:], 0, .now)
        }
    }
}
