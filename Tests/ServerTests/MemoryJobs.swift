import Node
import Replica
import Synchronization
import Work

/// A queue in memory that decides at once, unless it is told to wait.
final class MemoryJobs: JobService {
    let id: UInt64 = 1
    private let state = Mutex(State())
    private let clock = ContinuousClock.now

    private struct State {
        var work = WorkState()
        var number: UInt64 = 0
        var sessions: [SessionID: @Sendable () -> Void] = [:]
        var waits: [(wish: Reservation, answer: @Sendable (WaitOutcome) -> Void)] = []
        var looks = 0
        var isHolding = false
        var held: [@Sendable () -> Void] = []
        var replies: [@Sendable () -> Void] = []
    }

    init() {
        let registration = NodeRegistration(id: 1, name: "n", address: "", incarnation: 7)
        decide(.registerNode(registration)) { _ in }
        decide(.raiseMachineVersion(2)) { _ in }
    }

    var sessions: Int { state.withLock { $0.sessions.count } }
    var waits: Int { state.withLock { $0.waits.count } }
    /// How often anybody looked.
    var looks: Int { state.withLock { $0.looks } }
    /// Commands that wait for their decision.
    var held: Int { state.withLock { $0.held.count } }

    /// From now on nothing is decided, until `release`.
    func hold() { state.withLock { $0.isHolding = true } }

    func release() {
        let held = state.withLock { state in
            state.isHolding = false
            defer { state.held = [] }
            return state.held
        }
        for decide in held { decide() }
    }

    func loseSessions() {
        for lost in state.withLock({ Array($0.sessions.values) }) { lost() }
    }

    // MARK: The service

    func openSession(
        isAttached: Bool, lost: @escaping @Sendable () -> Void
    ) -> SessionID {
        state.withLock { state in
            state.number += 1
            let id = SessionID(origin: Origin(node: 1, incarnation: 7), number: state.number)
            state.sessions[id] = lost
            return id
        }
    }

    func closeSession(_ id: SessionID) {
        state.withLock { state in
            state.sessions[id] = nil
            state.waits.removeAll { $0.wish.session == id }
        }
        decide(.jobs(.closeSession(id, keepsLeases: false))) { _ in }
    }

    func perform(
        _ command: JobCommand, credential: TokenID?, key: IdempotencyKey?,
        then answer: @escaping @Sendable (ProposalOutcome) -> Void
    ) {
        let isHeld = state.withLock { state in
            if state.isHolding {
                state.held.append { self.perform(command, key: key, then: answer) }
            }
            return state.isHolding
        }
        if !isHeld { decide(.jobs(command)) { answer(.applied($0, index: 1, term: 1)) } }
    }

    func wait(_ wish: Reservation, then answer: @escaping @Sendable (WaitOutcome) -> Void) {
        change { $0.waits.append((wish, answer)) }
    }

    func endWait(of session: SessionID, wait: UInt64) {
        change { state in
            state.waits.removeAll { $0.wish.session == session && $0.wish.wait == wait }
        }
    }

    func look(
        _ query: JobQuery, _ consistency: Consistency,
        then answer: @escaping @Sendable (JobAnswer?) -> Void
    ) {
        let found = state.withLock { state in
            state.looks += 1
            let point = ReadPoint(index: state.work.scalars.index, term: 1, leader: 1)
            var found = JobAnswer(point: point, clusterTime: clusterTime, timeouts: 0)
            found.fill(query, from: state.work.jobs)
            return found
        }
        answer(found)
    }

    // MARK: The queue

    private var clusterTime: UInt64 {
        UInt64((ContinuousClock.now - clock) / .milliseconds(1)) + 1_000
    }

    private func decide(_ command: Command, _ answer: @escaping @Sendable (Reply) -> Void) {
        change { state in
            guard let reply = self.apply(command, to: &state) else { return }
            state.replies.append { answer(reply) }
        }
    }

    /// Whoever can be served is served afterwards, and told when nothing is locked.
    private func change(_ body: (inout State) -> Void) {
        let replies = state.withLock { state in
            body(&state)
            grant(&state)
            defer { state.replies = [] }
            return state.replies
        }
        for reply in replies { reply() }
    }

    private func grant(_ state: inout State) {
        while let place = state.waits.firstIndex(where: { wait in
            wait.wish.queues.contains { state.work.jobs.isReservable($0) }
        }) {
            let (wish, answer) = state.waits.remove(at: place)
            guard case .jobs(.reserved(let jobs))? = apply(.jobs(.reserve(wish)), to: &state)
            else { continue }
            state.replies.append { answer(.granted(jobs)) }
        }
    }

    private func apply(_ command: Command, to state: inout State) -> Reply? {
        state.number += 1
        let request = Request(
            origin: Origin(node: 1, incarnation: 7), number: state.number, floor: state.number,
            actor: nil, key: nil, command: command)
        let stamp = Stamp(clusterTime: clusterTime, wallTime: .zero)
        return state.work.apply(
            index: state.work.scalars.index + 1, term: 1,
            payload: stamp.payload(request.encoded())
        ).reply
    }
}
