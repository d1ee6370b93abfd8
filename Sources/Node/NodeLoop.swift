import Logging
import NIOCore
import Raft
import Replica
import StateStore
import Work

/// The loop that owns the replica: whatever happens comes here as an event, and what follows is
/// performed before the next turn. Everything in it belongs to one event loop.
///
/// `@unchecked Sendable`: other threads only `post`; everything else is called on the loop.
final class NodeLoop: @unchecked Sendable {
    /// What clients ask, with what to do with the answer.
    enum Order {
        case event(ReplicaEvent)
        case propose(
            Command, actor: String?, credential: TokenID? = nil, key: IdempotencyKey?,
            @Sendable (ProposalOutcome) -> Void)
        case read(Query, Consistency, @Sendable (ReadAnswer?) -> Void)
        case jobs(JobOrder)
        case transfer(to: NodeID?)
        case fault(NodeID, LinkFault?)
    }

    let loop: any EventLoop
    let identity: LogIdentity
    private let parts: NodeParts
    private let logger: Logger
    private let transport: PeerTransport
    private var admission: Admission
    private var replica: Replica
    private var effects = ReplicaEffects()
    private var turn: [ReplicaEvent] = []
    private var isTurnScheduled = false
    private var timer: Scheduled<Void>?
    private var timerDeadline = Instant(nanoseconds: .max)
    private var nextToken: UInt64 = 0
    private var proposals: [UInt64: @Sendable (ProposalOutcome) -> Void] = [:]
    private var reads: [UInt64: @Sendable (ReadAnswer?) -> Void] = [:]
    /// Reads by which a leader finds out how fresh it is, and when each began.
    private var ownReads: [UInt64: Instant] = [:]
    private var desk = WorkerDesk()
    private var watch: WatchDesk
    private let inbox = Inbox()
    private var wasBaseBehind = false
    /// How often somebody began to lead, this node or one that it follows.
    private(set) var leaderChanges: UInt64 = 0
    private var isDown = false

    init(
        loop: any EventLoop, parts: NodeParts, identity: LogIdentity, admission: Admission,
        replica: consuming Replica, transport: PeerTransport, logger: Logger
    ) {
        self.loop = loop
        self.parts = parts
        self.identity = identity
        self.admission = admission
        self.replica = replica
        self.transport = transport
        self.logger = logger
        watch = WatchDesk(parts.views)
    }

    // MARK: From anywhere

    /// Hands an order to the loop; it is woken once for all that come before it looks.
    func post(_ order: Order) {
        switch inbox.put(order) {
        case .first: loop.execute { self.drainInbox() }
        case .queued: break
        case .closed: Self.refuse(order)
        }
    }

    /// Everybody gets an answer, also after the end.
    private static func refuse(_ order: Order) {
        switch order {
        case .event, .transfer, .fault: break
        case .propose(_, _, _, _, let answer): answer(.rejected(.stopping))
        case .read(_, _, let answer): answer(nil)
        case .jobs(let order): order.refuse()
        }
    }

    // MARK: On the loop

    func start() -> EventLoopFuture<Void> {
        transport.delegate = self
        return transport.start().map { self.enqueue(.tick) }
    }

    /// Whether a client waits for what it reads.
    var hasWaitingReads: Bool { !reads.isEmpty }

    /// Looks at the replica, for what the node tells about itself.
    func inspect<Result>(_ body: (borrowing Replica) -> Result) -> Result {
        loop.preconditionInEventLoop()
        return body(replica)
    }

    /// Says once when the base has fallen far behind, and once when it is back.
    func watchBase(_ file: String) {
        if replica.isBaseBehind == wasBaseBehind { return }
        wasBaseBehind.toggle()
        if wasBaseBehind {
            logger.error(
                "\(file): the base is far behind what was applied. This node takes no changes as a leader until it catches up: check the disk and its file system"
            )
        } else {
            logger.notice("\(file): the base has caught up")
        }
    }

    func broadcast(_ report: NodeReport) {
        transport.broadcast(.report(report))
        transport.show(
            watch.show(
                replica, report, faults: { transport.faults }, at: Clocks.monotonic()))
    }

    /// Ten times a second. A leader reads, as its clients do, for which a quorum must confirm it.
    /// Everybody else asks the leader, by a note that names no workers: it is answered at once,
    /// which costs the leader no round, and by older programs too.
    func askHowFresh() {
        let now = Clocks.monotonic()
        parts.freshness.applied(replica.appliedPosition)
        if replica.role == .leader {
            nextToken += 1
            ownReads[nextToken] = now
            enqueue(.read(token: nextToken, .point, .linearizable))
        } else if let leader = replica.leader, replica.canNote(leader) {
            parts.freshness.asked(at: now)
            let note = WorkerNote(sent: now.nanoseconds, isWhole: false, waits: [], ends: [])
            transport.send([(leader, .workers(note))])
        }
    }

    /// Here, if this node leads; else the leader is asked.
    private func transfer(to target: NodeID?) {
        if replica.role == .leader {
            turn.append(.transfer(to: target))
        } else if let leader = replica.leader, watch.canAsk(leader) {
            transport.send([(leader, .transfer(target))])
        }
    }

    /// Remembers what the followers have acknowledged; on disk, too, if `durably`.
    func noteAcknowledged(durably: Bool) {
        admission.note(acknowledgedTo: replica)
        guard durably else { return }
        for (peer, _) in replica.acknowledged {
            if let memory = admission.memory[peer] { parts.log.remember(memory) }
        }
    }

    /// Ends everything at once; whoever still waits is told.
    func stop() {
        loop.preconditionInEventLoop()
        isDown = true
        timer?.cancel()
        transport.stop()
        for answer in proposals.values { answer(.unknown) }
        for answer in reads.values { answer(nil) }
        desk.stop()
        proposals = [:]
        reads = [:]
        ownReads = [:]
        for order in inbox.close() { Self.refuse(order) }
    }

    private func drainInbox() {
        for order in inbox.take() {
            switch order {
            case .event(let event): turn.append(event)
            case .propose(let command, let actor, let credential, let key, let answer):
                nextToken += 1
                proposals[nextToken] = answer
                turn.append(
                    .propose(
                        token: nextToken, command, actor: actor, credential: credential, key: key))
            case .read(let query, let consistency, let answer):
                nextToken += 1
                reads[nextToken] = answer
                turn.append(.read(token: nextToken, query, consistency))
            case .jobs(let order):
                nextToken += 1
                turn.append(desk.take(order, token: nextToken))
            case .transfer(let target): transfer(to: target)
            case .fault(let peer, let fault): transport.set(fault, to: peer)
            }
        }
        runTurn()
    }

    private func enqueue(_ event: ReplicaEvent) {
        turn.append(event)
        if isTurnScheduled { return }
        isTurnScheduled = true
        loop.execute {
            self.isTurnScheduled = false
            self.runTurn()
        }
    }

    /// One turn: every event that came, then everything that follows from all of them.
    private func runTurn() {
        if isDown { return }
        let moment = Moment(monotonic: Clocks.monotonic(), wall: Clocks.wall())
        if moment.monotonic >= replica.nextDeadline { turn.append(.tick) }
        if turn.isEmpty { return schedule() }
        let events = turn
        turn = []
        for event in events { replica.step(event, at: moment, into: &effects) }
        replica.step(.flush, at: moment, into: &effects)
        if watch.isOpen {
            watch.note(effects, of: replica, at: moment.monotonic) { transport.fate(to: $0) }
        }
        perform()
        effects.removeAll()
        schedule()
    }

    private func perform() {
        for trace in effects.traces {
            if trace.namesLeader { leaderChanges += 1 }
            log(trace)
        }
        if let reason = effects.halt {
            parts.failed(NodeError(reason))
            return stop()
        }
        if !effects.persist.isEmpty { parts.log.write(effects.persist) }
        transport.send(effects.sends)
        if !effects.durable.isEmpty { parts.base.write(effects.durable) }
        // Before anybody hears of it: whoever has an answer finds it true of the next request too.
        parts.position.update(
            ReadPoint(
                index: replica.state.scalars.index, term: replica.term.rawValue,
                leader: replica.leader?.rawValue),
            replica.state.items.peopleMark)
        if !effects.changes.isEmpty { parts.feed.publish(effects.changes.map(FeedEvent.init)) }
        for read in effects.logReads { parts.logReads.read(read) }
        for (token, outcome) in effects.replies {
            proposals.removeValue(forKey: token)?(outcome)
        }
        for (token, answer) in effects.reads {
            if let asked = ownReads.removeValue(forKey: token) {
                if answer != nil { parts.freshness.confirmed(asked) }
            } else {
                reads.removeValue(forKey: token)?(answer)
            }
        }
        for (token, outcome) in effects.waits { desk.answer(token, outcome) }
        for session in effects.lost { desk.lost(session) }
        if !effects.traces.isEmpty { parts.rolesChanged() }
    }

    private func schedule() {
        let deadline = replica.nextDeadline
        // A timer that is due earlier does no harm: it finds nothing to do and sets the next.
        if timerDeadline <= deadline, timer != nil { return }
        timer?.cancel()
        timerDeadline = deadline
        timer = loop.scheduleTask(deadline: Clocks.deadline(deadline)) {
            self.timer = nil
            self.timerDeadline = Instant(nanoseconds: .max)
            self.runTurn()
        }
    }

    private func seconds(_ span: Instant.Span) -> String {
        "\(span.nanoseconds / 1_000_000_000).\(span.nanoseconds / 100_000_000 % 10) s"
    }

    private func log(_ trace: Trace) {
        switch trace {
        case .campaigned(let term): logger.info("campaigning in term \(term.rawValue)")
        case .becameLeader(let term): logger.notice("leading term \(term.rawValue)")
        case .followed(let leader?, let term):
            logger.info("following \(leader) in term \(term.rawValue)")
        case .followed(nil, let term): logger.info("no leader in term \(term.rawValue)")
        case .steppedDown(let term, let why):
            logger.notice("stepped down in term \(term.rawValue): \(why)")
        case .reconfigured(let configuration):
            logger.notice(
                "voters \(configuration.voters), until the change is complete also \(configuration.outgoing), learners \(configuration.learners)"
            )
        case .transferAborted(let target): logger.warning("leadership stays here, \(target) did not take it")
        case .diskStalled(let span, let successor):
            let handover = successor.map { "; handing leadership to \($0)" } ?? ""
            logger.error(
                "\(parts.log.file): the disk has made no write durable for \(seconds(span))\(handover). This node takes no part until it does: check the disk and its file system"
            )
        case .diskRecovered(let span):
            logger.notice("\(parts.log.file): the disk works again, after \(seconds(span))")
        case .healed: logger.notice("what this node had lost is back; it votes again")
        }
    }
}

extension NodeLoop: PeerTransportDelegate {
    func hello(to peer: NodeID) -> Hello { admission.hello(to: peer, of: replica) }

    func refusal(_ hello: Hello) -> String? { admission.refusal(hello, by: replica) }

    func welcomed(_ hello: Hello) {
        if let memory = admission.remember(hello) { parts.log.remember(memory) }
        parts.contacts.heard(from: hello.node.rawValue)
    }

    func connected(_ peer: NodeID, machineVersion: UInt32) {
        watch.connected(peer, machineVersion: machineVersion)
        enqueue(.connected(peer, machineVersion: machineVersion))
    }

    func disconnected(_ peer: NodeID) {
        parts.contacts.cut(peer.rawValue)
        enqueue(.disconnected(peer))
    }

    func received(_ message: PeerMessage, from peer: NodeID) {
        switch message {
        case .watch: return watch.asked(by: peer, at: Clocks.monotonic())
        case .view(let view): return watch.shown(view, by: peer)
        case .report(let report):
            parts.contacts.reported(peer.rawValue, report)
            parts.freshness.heard(report, from: peer, by: replica)
        case .workersHeard(let sent)
        where parts.freshness.answered(Instant(nanoseconds: sent), by: peer):
            // The replica did not ask this, and must not take it for news of its workers.
            break
        case .raft, .forward, .forwardRejected, .workers, .workersHeard, .transfer:
            watch.noteReceived()
            turn.append(.received(message, from: peer))
        }
        parts.contacts.heard(from: peer.rawValue)
    }

    /// Runs the turn once for everything the connections had to say.
    func receivedBatch() {
        if isTurnScheduled || turn.isEmpty { return }
        isTurnScheduled = true
        loop.execute {
            self.isTurnScheduled = false
            self.runTurn()
        }
    }
}
