import DequeModule
package import Raft
import Wire
package import Work

/// One member as a pure machine: consensus, the replicated state, and the requests and reads that
/// wait for them. Events in, effects out.
package struct Replica: ~Copyable {
    let settings: ReplicaSettings
    let origin: Origin
    var consensus: Consensus
    package private(set) var state: WorkState
    var proposals: ProposalTable
    var memberships = ChangeTable()
    /// This node's own clients as workers, and everybody's if it leads.
    var workers: Workers
    var reads: ReadTable
    var inner = Effects()
    /// Messages whose write is not durable yet.
    private var held: [Outgoing] = []
    private var durableTicket = Ticket.none
    /// Applied, but not yet durable in this node's own log.
    private var undurable: Deque<AppliedEntry> = []
    var backlog: BaseBacklog
    /// Where proposals go at present.
    var route: Route?
    var routePause: Instant?
    var machineVersions: [NodeID: UInt32] = [:]
    var connected: Set<NodeID> = []
    /// Cluster time when this node began to lead, and its own clock then.
    var clock: (cluster: UInt64, since: Instant)?
    /// Cluster time as of the last entry applied, and the own clock then.
    var seenClock: (cluster: UInt64, at: Instant)
    private var nextUpkeep: Instant
    var isStopping = false

    /// Where proposals go: to whom, and in which term. Another route means: send again.
    struct Route: Equatable {
        let leader: NodeID
        let term: Term
    }

    /// How often registration, versions and unanswered reads are looked after.
    private static let upkeep = Instant.Span.milliseconds(100)

    package init(
        settings: ReplicaSettings, recovered: LogRecovery.Recovered, state: WorkState,
        at moment: Moment
    ) {
        self.settings = settings
        self.state = state
        origin = Origin(
            node: settings.registration.id, incarnation: settings.registration.incarnation)
        consensus = Consensus(
            id: NodeID(settings.registration.id),
            configuration: Self.configuration(of: state) ?? settings.configuration,
            recovered: recovered, applied: LogIndex(state.scalars.index), timing: settings.timing,
            seed: settings.seed, now: moment.monotonic)
        backlog = BaseBacklog(
            base: LogIndex(state.scalars.index), entriesMax: settings.backlogEntries,
            bytesMax: settings.backlogBytes)
        proposals = ProposalTable(bootCount: settings.bootCount)
        workers = Workers(bootCount: settings.bootCount, now: moment.monotonic)
        seenClock = (state.scalars.clusterTime, moment.monotonic)
        reads = ReadTable(bootCount: settings.bootCount)
        nextUpkeep = moment.monotonic
    }

    /// Who belonged to the cluster where the state stands; nil if that never changed.
    private static func configuration(of state: WorkState) -> Configuration? {
        if state.scalars.configuration.isEmpty { return nil }
        guard let configuration = Configuration(encoded: state.scalars.configuration) else {
            preconditionFailure("A state that was verified holds what was applied.")
        }
        return configuration
    }

    package var id: NodeID { consensus.id }
    /// Who belongs to the cluster, as far as this node's log says.
    package var configuration: Configuration { consensus.configuration }
    package var role: Role { consensus.role }
    package var term: Term { consensus.term }
    package var leader: NodeID? { consensus.leader }
    package var commit: LogIndex { consensus.commit }
    package var applied: LogIndex { LogIndex(state.scalars.index) }
    package var lastPosition: LogPosition { consensus.lastPosition }
    package var durablePosition: LogPosition { consensus.durablePosition }
    package var durableTerm: Term { consensus.durableTerm }
    /// What each peer has acknowledged to this leader; empty elsewhere.
    package var acknowledged: [(node: NodeID, position: LogPosition)] {
        consensus.acknowledged
    }
    package var isRepairing: Bool { consensus.isRepairing }
    /// Writes wait for the disk, and none becomes durable.
    package var isDiskStalled: Bool { consensus.isDiskStalled }
    package var pendingCount: Int { proposals.count }
    package var hasWaitingReads: Bool { !reads.isEmpty }

    package var standing: Standing {
        Standing(
            role: consensus.role, term: consensus.term, commit: consensus.commit,
            applied: state.scalars.index, stateHash: state.scalars.stateHash,
            nextDeadline: nextDeadline, mark: consensus.mark)
    }

    /// For simulations: what must always hold.
    package func checkInvariants(since earlier: Consensus.Mark) {
        consensus.checkInvariants()
        consensus.checkProgress(since: earlier)
    }

    /// When `tick` is due next.
    package var nextDeadline: Instant {
        var next = min(consensus.nextDeadline, nextUpkeep)
        if let deadline = proposals.nextDeadline { next = min(next, deadline) }
        if let deadline = memberships.nextDeadline { next = min(next, deadline) }
        if let routePause { next = min(next, routePause) }
        if let due = nextJobDeadline { next = min(next, due) }
        return next
    }

    package mutating func step(
        _ event: ReplicaEvent, at moment: Moment, into effects: inout ReplicaEffects
    ) {
        switch event {
        case .tick: tick(moment, &effects)
        case .received(let message, let sender): receive(message, from: sender, moment, &effects)
        case .connected(let peer, let version):
            connected.insert(peer)
            machineVersions[peer] = version
            consensus.step(.reconnected(peer), at: moment.monotonic, into: &inner)
            // What was on its way over the old connection may be lost.
            if route?.leader == peer { route = nil }
        case .disconnected(let peer):
            connected.remove(peer)
            if route?.leader == peer { route = nil }
            // It may have been the one that was to take over.
            if isStopping { handOver(moment) }
        case .persisted(let ticket):
            durableTicket = max(durableTicket, ticket)
            consensus.step(.persisted(ticket), at: moment.monotonic, into: &inner)
        case .logRead(let ticket, let entries):
            consensus.step(.logRead(ticket, entries), at: moment.monotonic, into: &inner)
        case .baseWritten(let index): backlog.written(through: index)
        case .propose(let token, let command, let actor, let credential, let key):
            propose(token, command, actor, credential, key, moment, &effects)
        case .read(let token, let query, let consistency):
            read(token, query, consistency, moment, &effects)
        case .openSession(let id, let isAttached):
            workers.sessions.open(id.number, isAttached: isAttached)
        case .closeSession(let id): closeSession(id)
        case .wait(let token, let wish): wait(token, wish, &effects)
        case .endWait(let id, let wait): workers.sessions.endWait(of: id.number, named: wait)
        case .transfer(let target): transfer(to: target, moment)
        case .changeMembership(let token, let change):
            changeMembership(token, change, moment, &effects)
        case .handOver: handOver(moment)
        case .flush: flush(moment, &effects)
        }
    }

    private mutating func receive(
        _ message: PeerMessage, from sender: NodeID, _ moment: Moment,
        _ effects: inout ReplicaEffects
    ) {
        switch message {
        case .raft(let message):
            consensus.step(.message(message, from: sender), at: moment.monotonic, into: &inner)
        case .forward(let requests): append(requests, for: sender, moment, &effects)
        case .forwardRejected(let numbers):
            proposals.takeBack(numbers)
            routePause = moment.monotonic + .milliseconds(20)
        case .workers(let note): receive(note, from: sender, moment, &effects)
        case .workersHeard(let sent): workers.confirmed(Instant(nanoseconds: sent))
        case .transfer(let target): transfer(to: target, moment)
        case .report, .watch, .view: break
        }
    }

    // MARK: Time

    private mutating func tick(_ moment: Moment, _ effects: inout ReplicaEffects) {
        let now = moment.monotonic
        consensus.step(.tick, at: now, into: &inner)
        for pending in proposals.expired(at: now) {
            guard case .client(let token) = pending.sender else {
                workers.expired(pending.number)
                continue
            }
            let outcome: ProposalOutcome = pending.sends > 0 ? .unknown : .rejected(.noLeader)
            effects.replies.append((token, outcome))
        }
        for token in memberships.expired(at: now) { effects.memberships.append((token, .unknown)) }
        if let pause = routePause, pause <= now { routePause = nil }
        guard now >= nextUpkeep else { return }
        nextUpkeep = now + Self.upkeep
        for read in reads.expired(at: now) { effects.reads.append((read.token, nil)) }
        let patience = Self.upkeep.nanoseconds * 2
        reads.askAgain(
            before: Instant(nanoseconds: now.nanoseconds - min(now.nanoseconds, patience)))
        settleIn(moment)
        leaveIfBehind(moment)
        lookAfterWorkers(moment, &effects)
    }

    /// Cluster time moves at the rate of the leader's monotonic clock, from where it stood.
    mutating func stamp(_ moment: Moment) -> Stamp {
        // Entries of earlier terms may be applied only after this node began to lead: cluster time
        // goes on from theirs, and does not wait until this clock has reached them.
        if clock.map({ time($0, moment) < state.scalars.clusterTime }) ?? true {
            clock = (state.scalars.clusterTime, moment.monotonic)
        }
        let now = clock.map { time($0, moment) } ?? state.scalars.clusterTime
        return Stamp(clusterTime: now, wallTime: moment.wall)
    }

    private func time(_ clock: (cluster: UInt64, since: Instant), _ moment: Moment) -> UInt64 {
        clock.cluster + moment.monotonic.since(clock.since).nanoseconds / 1_000_000
    }

    // MARK: Reads

    private mutating func read(
        _ token: UInt64, _ query: Query, _ consistency: Consistency, _ moment: Moment,
        _ effects: inout ReplicaEffects
    ) {
        switch consistency {
        case .stale: effects.reads.append((token, answer(query, moment)))
        case .linearizable:
            reads.add(
                .init(
                    token: token, query: query, deadline: moment.monotonic + settings.patience))
        }
    }

    private func answer(_ query: Query, _ moment: Moment) -> ReadAnswer {
        let point = ReadPoint(
            index: state.scalars.index, term: consensus.term.rawValue,
            leader: consensus.leader?.rawValue)
        return switch query {
        case .task(let id): ReadAnswer(point: point, task: state.tasks[id])
        case .point: ReadAnswer(point: point, task: nil)
        case .jobs(let query): ReadAnswer(point: point, jobs: answer(query, point, moment))
        case .items(let query): ReadAnswer(point: point, items: state.items.answer(query))
        }
    }

    // MARK: Performing what consensus decided

    private mutating func flush(_ moment: Moment, _ effects: inout ReplicaEffects) {
        let before = applied
        perform(moment, &effects)
        // What was applied may let this node propose more: that need not wait for the next event.
        if applied > before, acceptsProposals, hasMoreToPropose { perform(moment, &effects) }
        effects.standing = standing
    }

    private var hasMoreToPropose: Bool {
        workers.office != nil && workers.waiters.isDirty || !hasSettledIn
    }

    private mutating func perform(_ moment: Moment, _ effects: inout ReplicaEffects) {
        if consensus.role != .leader { clock = nil }
        findRoute(moment)
        tellLeader(moment, &effects)
        if !hasSettledIn { settleIn(moment) }
        serveWorkers(moment)
        sendProposals(moment, &effects)
        if consensus.leader != nil, let context = reads.ask(at: moment.monotonic) {
            consensus.step(.read(context: context), at: moment.monotonic, into: &inner)
        }
        consensus.step(.flush(applies: !backlog.isFull), at: moment.monotonic, into: &inner)
        noteChanges(moment, &effects)
        apply(moment, &effects)
        for ready in inner.reads { reads.answered(ready.context, ready.index) }
        for read in reads.ready(at: applied) {
            effects.reads.append((read.token, answer(read.query, moment)))
        }
        release(&effects)
        effects.persist.merge(inner.persist)
        effects.logReads.append(contentsOf: inner.logReads)
        effects.traces.append(contentsOf: inner.traces)
        effects.halt = effects.halt ?? inner.halt
        inner.removeAll()
    }

    private mutating func apply(_ moment: Moment, _ effects: inout ReplicaEffects) {
        if inner.committed.isEmpty { return releaseDurable(&effects) }
        for entry in inner.committed {
            let (index, term) = (entry.index.rawValue, entry.term.rawValue)
            if !memberships.isEmpty { effects.memberships += memberships.applied(entry) }
            switch entry.kind {
            case .noop:
                undurable.append(state.applyOther(index: index, term: term, configuration: nil))
            case .configuration:
                undurable.append(
                    state.applyOther(index: index, term: term, configuration: entry.payload))
            case .command:
                let (request, reply, applied) = state.apply(
                    index: index, term: term, payload: entry.payload)
                undurable.append(applied)
                effects.stream(applied, state)
                for queue in applied.woken { workers.waiters.touch(queue) }
                guard let request, let reply else { continue }
                if case .jobs(let command) = request.command { settle(command, reply, &effects) }
                guard request.origin == origin else { continue }
                workers.decided(request.number)
                guard case .client(let token) = proposals.decide(request.number)?.sender
                else { continue }
                effects.replies.append((token, .applied(reply, index: index, term: term)))
            }
        }
        backlog.applied(inner.committed, undurable.suffix(inner.committed.count))
        seenClock = (state.scalars.clusterTime, moment.monotonic)
        releaseDurable(&effects)
    }

    private mutating func releaseDurable(_ effects: inout ReplicaEffects) {
        while let first = undurable.first, first.scalars.index <= consensus.durable.rawValue {
            effects.durable.append(first)
            undurable.removeFirst()
        }
    }

    /// Lets messages go whose write is durable, in the order they were made.
    private mutating func release(_ effects: inout ReplicaEffects) {
        held.append(contentsOf: inner.messages)
        guard held.contains(where: { $0.after <= durableTicket }) else { return }
        for outgoing in held where outgoing.after <= durableTicket {
            effects.sends.append((outgoing.to, .raft(outgoing.message)))
        }
        held.removeAll { $0.after <= durableTicket }
    }
}
