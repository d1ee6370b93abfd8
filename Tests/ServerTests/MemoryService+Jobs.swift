import Node
import Replica
import Server
import Synchronization
import Work

/// The job queue of a cluster of one: what a leader does by itself is done at once.
extension MemoryService: JobService {
    func openSession(
        isAttached: Bool, lost: @escaping @Sendable () -> Void
    ) -> SessionID {
        state.withLock { state in
            let id = SessionID(
                origin: Origin(node: 3, incarnation: 0xab),
                number: UInt64(state.sessions.count + 1))
            state.sessions[id] = lost
            return id
        }
    }

    func closeSession(_ id: SessionID) {
        change { state in
            state.sessions[id] = {}
            state.waiters.removeAll { $0.wish.session == id }
            state.run(.closeSession(id, keepsLeases: true))
        }
    }

    func perform(
        _ command: JobCommand, credential: TokenID?, key: IdempotencyKey?,
        then: @escaping @Sendable (ProposalOutcome) -> Void
    ) {
        then(change { $0.decide(jobs: command, credential: credential, key: key) })
    }

    func wait(_ wish: Reservation, then: @escaping @Sendable (WaitOutcome) -> Void) {
        change { $0.waiters.append(Waiter(wish: wish, then: then)) }
    }

    func endWait(of session: SessionID, wait: UInt64) {
        let late = change { state -> (@Sendable () -> Void)? in
            guard let place = state.waiters.firstIndex(where: { $0.wish.session == session }) else {
                return nil
            }
            let waiter = state.waiters.remove(at: place)
            return state.grantsLate ? state.grant(waiter) : nil
        }
        late?()
    }

    func look(
        _ query: JobQuery, _ consistency: Consistency,
        then: @escaping @Sendable (JobAnswer?) -> Void
    ) {
        let answer = state.withLock { state -> JobAnswer? in
            if case .unreadable = state.trouble, consistency == .linearizable { return nil }
            var answer = JobAnswer(
                point: state.point, clusterTime: state.clusterTime, timeouts: 0)
            answer.fill(query, from: state.work.jobs)
            return answer
        }
        then(answer)
    }

    // MARK: For tests

    /// Changes the state, then grants what can be granted. Callbacks are called without the lock.
    @discardableResult
    private func change<Result: Sendable>(
        _ body: (inout State) -> Result
    ) -> Result {
        let (result, grants) = state.withLock { state in
            let result = body(&state)
            return (result, state.grants())
        }
        for grant in grants { grant() }
        return result
    }

    /// Lets time pass; what is due then happens.
    func advance(by milliseconds: UInt64) {
        change { state in
            state.clusterTime += milliseconds
            while let due = state.work.jobs.due(at: state.clusterTime) { state.run(due) }
        }
    }

    var waiterCount: Int { state.withLock { $0.waiters.count } }

    /// Whoever gives up waiting is granted a job in the same moment.
    func grantLate() { state.withLock { $0.grantsLate = true } }

    func job(_ id: UInt64) -> JobRecord? { state.withLock { $0.work.jobs.job(JobID(id)) } }

    func run(_ command: JobCommand) { change { $0.run(command) } }
}

extension MemoryService.State {
    /// What the cluster does by itself, whatever stands in the way of requests.
    mutating func run(_ command: JobCommand) {
        withoutTrouble { _ = $0.decide(jobs: command, key: nil) }
    }

    private mutating func withoutTrouble<Result>(_ body: (inout Self) -> Result) -> Result {
        let trouble = trouble.take()
        defer { self.trouble = trouble }
        return body(&self)
    }

    mutating func decide(
        jobs command: JobCommand, credential: TokenID? = nil, key: IdempotencyKey?
    ) -> ProposalOutcome {
        if work.scalars.machineVersion < 2, trouble == nil {
            _ = decide(.raiseMachineVersion(2), actor: nil, key: nil)
        }
        let (outcome, _) = decide(
            .jobs(command), actor: nil, credential: credential, key: key)
        while let step = work.jobs.nextStep { _ = decide(.jobs(step), actor: nil, key: nil) }
        return outcome
    }

    /// The oldest waiter first.
    mutating func grants() -> [@Sendable () -> Void] {
        var grants: [@Sendable () -> Void] = []
        while let place = waiters.firstIndex(where: { waiter in
            waiter.wish.queues.contains { work.jobs.isReservable($0) }
        }) {
            grants.append(grant(waiters.remove(at: place)))
        }
        return grants
    }

    mutating func grant(_ waiter: MemoryService.Waiter) -> @Sendable () -> Void {
        let then = waiter.then
        switch withoutTrouble({ $0.decide(jobs: .reserve(waiter.wish), key: nil) }) {
        case .applied(.jobs(.reserved(let jobs)), _, _):
            if jobs.isEmpty { return {} }
            return { then(.granted(jobs)) }
        case .applied(.refused(.jobs(let refusal)), _, _): return { then(.refused(refusal)) }
        case .applied, .rejected, .unknown: return {}
        }
    }
}
