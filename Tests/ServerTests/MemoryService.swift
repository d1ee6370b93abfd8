import Node
import Replica
import Server
import Synchronization
import Work

/// A cluster of one in memory: commands are applied to a real state, and what the stores keep is
/// kept from the changes that apply reports.
final class MemoryService: TaskService {
    let id: UInt64 = 3
    let events = EventFeed()
    let views = ViewBoard()
    let state: Mutex<State>

    /// What stands in the way of requests.
    enum Trouble: Sendable {
        case rejected(Rejection)
        case unknown
        case unreadable(ReadFailure)
    }

    struct State {
        var work = WorkState()
        var number: UInt64 = 0
        var clusterTime: UInt64 = 0
        var wallTime = Timestamp(milliseconds: 1_795_235_603_123)
        var rows: [TaskID: TaskRecord] = [:]
        var history: [HistoryRecord] = []
        /// Tombstones too.
        var items: [ItemID: Item] = [:]
        var keys: [KeyName: KeyRecord] = [:]
        var trouble: Trouble?
        /// The newest machine version that every member knows.
        var newest = WorkState.newestVersion
        var leader: UInt64? = 3
        var storeState = StoreStatus.State.ok
        var staleness: UInt64? = 0
        var waiters: [Waiter] = []
        var sessions: [SessionID: @Sendable () -> Void] = [:]
        var grantsLate = false
        /// What somebody else changes in front of the next command.
        var meanwhile: Command?
    }

    /// Who waits for a job.
    struct Waiter {
        let wish: Reservation
        let then: @Sendable (WaitOutcome) -> Void
    }

    init() {
        var first = State()
        let registration = NodeRegistration(
            id: 3, name: "n3", address: "127.0.0.1:8082", incarnation: 0xab)
        _ = first.decide(.registerNode(registration), actor: nil, key: nil)
        state = Mutex(first)
        events.begin(after: 1)
    }

    func set(trouble: Trouble?) { state.withLock { $0.trouble = trouble } }
    func set(newest: UInt32) { state.withLock { $0.newest = newest } }
    func set(leader: UInt64?) { state.withLock { $0.leader = leader } }
    func set(base: StoreStatus.State) { state.withLock { $0.storeState = base } }
    func set(staleness: UInt64?) { state.withLock { $0.staleness = staleness } }

    var staleness: UInt64? { state.withLock { $0.staleness } }
    var position: ReadPoint { state.withLock { $0.point } }

    func status() -> ClusterStatus {
        state.withLock { state in
            let index = state.work.scalars.index
            let store = StoreStatus(
                kind: .sqlite, state: state.storeState, index: index, error: nil)
            let node = NodeStatus(
                id: 3, name: "n3", http: "127.0.0.1:8082",
                role: state.leader == 3 ? .leader : .follower, term: 2, applied: index,
                base: store, store: store, incarnation: 0xab)
            var status = ClusterStatus(cluster: "test", clusterID: 0xfeed, alone: node)
            status.leader = state.leader
            return status
        }
    }

    func propose(
        _ command: Command, actor: String?, credential: TokenID?, identity: IdempotencyKey?
    ) async -> ProposalOutcome {
        // Published under the lock: the feed takes events in log order only.
        state.withLock { state in
            if let other = state.meanwhile.take() { _ = state.decide(other, actor: nil, key: nil) }
            let (outcome, changed) = state.decide(
                command, actor: actor, credential: credential, key: identity)
            events.publish(changed)
            return outcome
        }
    }

    func task(
        _ id: TaskID, _ consistency: Consistency
    ) async throws(ReadFailure) -> (TaskRecord?, ReadPoint) {
        let point = try await readPoint(consistency)
        return (state.withLock { $0.work.tasks[id] }, point)
    }

    func readPoint(_ consistency: Consistency) async throws(ReadFailure) -> ReadPoint {
        let (trouble, point) = state.withLock { ($0.trouble, $0.point) }
        if case .unreadable(let failure) = trouble, consistency == .linearizable { throw failure }
        return point
    }

    func tasks(
        after: TaskID?, limit: Int, status: TaskStatus?, atLeast index: UInt64
    ) async throws(ReadFailure) -> [TaskRecord] {
        let all = state.withLock { $0.work.tasks.values.sorted { $0.id < $1.id } }
        let fitting = all.filter { task in
            (after.map { task.id > $0 } ?? true)
                && (status.map { task.fields.status == $0 } ?? true)
        }
        return Array(fitting.prefix(limit))
    }

    func anyTask(_ id: TaskID, atLeast index: UInt64) async throws(ReadFailure) -> TaskRecord? {
        state.withLock { $0.rows[id] }
    }

    func history(
        of id: TaskID, after: EventPosition?, limit: Int, atLeast index: UInt64
    ) async throws(ReadFailure) -> [HistoryRecord] {
        let steps = state.withLock { $0.history.filter { $0.task == id } }
        let fitting = steps.filter { step in
            after.map { EventPosition(index: step.index, ordinal: step.ordinal) > $0 } ?? true
        }
        return Array(fitting.prefix(limit))
    }
}

extension MemoryService.State {
    var point: ReadPoint {
        ReadPoint(index: work.scalars.index, term: 2, leader: leader)
    }

    mutating func decide(
        _ command: Command, actor: String?, credential: TokenID? = nil, key: IdempotencyKey?
    ) -> (ProposalOutcome, [FeedEvent]) {
        switch trouble {
        case .rejected(let rejection): return (.rejected(rejection), [])
        case .unknown: return (.unknown, [])
        case .unreadable, nil: break
        }
        let wanted = max(command.machineVersion, credential == nil ? 1 : 3)
        if wanted > newest { return (.rejected(.unsupported), []) }
        // Most tests count log indexes, and need nothing of the newest version.
        if wanted > 2, work.scalars.machineVersion < wanted {
            _ = decide(.raiseMachineVersion(wanted), actor: nil, key: nil)
        }
        number += 1
        clusterTime += 1
        wallTime.milliseconds += 1
        let request = Request(
            origin: Origin(node: 3, incarnation: 0xab), number: number, floor: number,
            actor: actor, credential: credential, key: key, command: command)
        let stamp = Stamp(clusterTime: clusterTime, wallTime: wallTime)
        let index = work.scalars.index + 1
        let (_, reply, applied) = work.apply(
            index: index, term: 2, payload: stamp.payload(request.encoded()))
        let events = keep(applied)
        guard let reply else { return (.unknown, events) }
        return (.applied(reply, index: index, term: 2), events)
    }

    private mutating func keep(_ applied: AppliedEntry) -> [FeedEvent] {
        for change in applied.changes {
            switch change {
            case .task(let task): rows[task.id] = task
            case .history(let step): history.append(step)
            case .item(let item): items[item.id] = item
            case .key(let key): keys[key.name] = key
            case .keyExpired(let name): keys[name] = nil
            case .node, .origin, .originRemoved, .jobs: break
            }
        }
        var effects = ReplicaEffects()
        effects.stream(applied, work)
        return effects.changes.map { FeedEvent($0) }
    }
}
