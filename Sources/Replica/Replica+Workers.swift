package import Raft
import Work

/// The job queue beside the log: who waits for jobs, what ends by itself, and who has gone.
extension Replica {
    /// How often a node that has workers tells the leader that it is there.
    private static let beat = Instant.Span.milliseconds(500)
    /// Who has not been heard of for so long gets no jobs.
    private static let reach = Instant.Span.milliseconds(1_500)
    /// A node that the leader has not confirmed for so long lets go of its workers.
    private static let cutOff = Instant.Span.milliseconds(3_000)
    /// A node that was silent for so long has let go of its workers: a leader that is cut off
    /// believes in itself for an election timeout, and clocks may differ by a tenth.
    private static let silence = Instant.Span.milliseconds(6_000)
    /// How long after its first commit a leader ends nothing.
    private static let grace = Instant.Span.milliseconds(500)

    private var isServing: Bool { state.scalars.machineVersion >= 2 }

    // MARK: This node's clients

    mutating func wait(_ token: UInt64, _ wish: Reservation, _ effects: inout ReplicaEffects) {
        if isStopping {
            effects.waits.append((token, .stopping))
        } else {
            workers.sessions.wait(token, wish)
        }
    }

    mutating func closeSession(_ id: SessionID) {
        workers.sessions.close(id.number)
        if state.jobs.session(id) != nil { workers.closing.append(id) }
    }

    /// Every applied command that gives or takes jobs comes here, on every member.
    mutating func settle(_ command: JobCommand, _ reply: Reply, _ effects: inout ReplicaEffects) {
        switch command {
        case .reserve(let wish):
            workers.waiters.settled(wish, gotNothing: reply == .jobs(.reserved([])))
            if isOfThisBoot(wish.session) { settle(wish, reply, &effects) }
        case .reserveJob(_, let session, _):
            guard isOfThisBoot(session), !workers.sessions.isOpen(session.number),
                case .jobs(.reserved(let jobs)) = reply
            else { return }
            refuse(jobs, for: session)
        default: break
        }
    }

    /// What an earlier boot was granted is applied again at a start, and its clients may have been
    /// told: their leases last as long as they do anyway.
    private func isOfThisBoot(_ session: SessionID) -> Bool {
        session.origin == origin && session.number >= workers.firstNumber
    }

    private mutating func settle(
        _ wish: Reservation, _ reply: Reply, _ effects: inout ReplicaEffects
    ) {
        switch reply {
        case .jobs(.reserved(let jobs)):
            if jobs.isEmpty { return }
            if let token = workers.sessions.granted(wish.session.number, wish.wait) {
                effects.waits.append((token, .granted(jobs)))
            } else {
                refuse(jobs, for: wish.session)
            }
        case .refused(.jobs(let refusal)):
            // What was granted once is refused when it is proposed again.
            if refusal == .waitOver { return }
            guard let token = workers.sessions.granted(wish.session.number, wish.wait)
            else { return }
            effects.waits.append((token, .refused(refusal)))
        default: break
        }
    }

    /// Nobody waits for these any more.
    private mutating func refuse(_ jobs: [JobRecord], for session: SessionID) {
        workers.unwanted.append(contentsOf: jobs.map(\.lease))
        if !workers.sessions.isOpen(session.number) { workers.closing.append(session) }
    }

    /// Gives back what nobody was told of, and closes what is over.
    private mutating func cleanUp(_ moment: Moment) {
        if workers.unwanted.isEmpty, workers.closing.isEmpty { return }
        for start in stride(from: 0, to: workers.unwanted.count, by: Limits.jobsPerCommand) {
            let leases = workers.unwanted[start...].prefix(Limits.jobsPerCommand)
            enqueue(.cleaning, .jobs(.undo(Array(leases))), moment)
        }
        for id in workers.closing {
            enqueue(.cleaning, .jobs(.closeSession(id, keepsLeases: true)), moment)
        }
        workers.saidUnwanted.append(contentsOf: workers.unwanted)
        workers.saidClosing.append(contentsOf: workers.closing)
        workers.unwanted = []
        workers.closing = []
    }

    /// What was said and had no effect is said again.
    private mutating func checkCleaning(_ moment: Moment) {
        if proposals.isCleaning { return }
        let jobs = state.jobs
        workers.unwanted += workers.saidUnwanted.filter { lease in
            jobs.job(lease.job).map { $0.state == .reserved && $0.lease == lease } ?? false
        }
        workers.closing += workers.saidClosing.filter {
            jobs.session($0).map { $0.record.phase == .open } ?? false
        }
        workers.saidUnwanted = []
        workers.saidClosing = []
        let first = workers.firstNumber
        if state.jobs.hasOpenSessions(of: origin, below: first) {
            enqueue(.cleaning, .jobs(.closeSessions(origin, below: first)), moment)
        }
    }

    // MARK: The leader and the others

    /// Tells the leader who waits here, and that this node is there.
    mutating func tellLeader(_ moment: Moment, _ effects: inout ReplicaEffects) {
        guard let route, isServing else { return }
        let now = moment.monotonic
        guard now >= workers.nextBeat || workers.sessions.hasNews else { return }
        if route.leader == id {
            takeIn(ownNote(now), from: id, now)
        } else if canNote(route.leader) {
            let note = ownNote(now)
            let pieces = WorkerNote.pieces(
                sent: note.sent, isWhole: note.isWhole, waits: note.waits, ends: note.ends)
            for piece in pieces { effects.sends.append((route.leader, .workers(piece))) }
        } else {
            return
        }
        workers.nextBeat = now + Self.beat
    }

    /// Whether the peer is connected, and its program knows such notes.
    package func canNote(_ peer: NodeID) -> Bool {
        connected.contains(peer) && machineVersions[peer] ?? 0 >= 2
    }

    private mutating func ownNote(_ now: Instant) -> WorkerNote {
        let news = workers.sessions.takeNews()
        return WorkerNote(
            sent: now.nanoseconds, isWhole: news.isWhole, waits: news.waits,
            ends: news.gone.map {
                .init(session: SessionID(origin: origin, number: $0.session), wait: $0.wait)
            })
    }

    mutating func receive(
        _ note: WorkerNote, from sender: NodeID, _ moment: Moment,
        _ effects: inout ReplicaEffects
    ) {
        guard consensus.role == .leader else { return }
        takeIn(note, from: sender, moment.monotonic)
        effects.sends.append((sender, .workersHeard(note.sent)))
    }

    private mutating func takeIn(_ note: WorkerNote, from sender: NodeID, _ now: Instant) {
        beginOffice(now)
        if !isReachable(sender, now) { workers.waiters.touchAll() }
        workers.heard[sender] = now
        let node = sender.rawValue
        if note.isWhole { workers.waiters.removeAll(of: node) }
        for wait in note.waits where wait.session.origin.node == node { workers.waiters.add(wait) }
        for end in note.ends { workers.waiters.end(end.session, wait: end.wait) }
    }

    private func isReachable(_ node: NodeID, _ now: Instant) -> Bool {
        if node == id { return true }
        return now.since(workers.lastHeard(of: node)) < Self.reach
    }

    // MARK: The leader's duties

    /// Waiters are those of one term.
    private mutating func beginOffice(_ now: Instant) {
        guard workers.term != consensus.term else { return }
        workers.term = consensus.term
        workers.waiters = WaiterTable()
        workers.office = nil
        workers.began = now
        workers.heard = [:]
    }

    /// Proposes what is to be done for workers now.
    mutating func serveWorkers(_ moment: Moment) {
        if isServing { cleanUp(moment) }
        guard consensus.role == .leader else {
            workers.office = nil
            return
        }
        guard isServing, consensus.hasCommittedInTerm else { return }
        let now = moment.monotonic
        beginOffice(now)
        if workers.office == nil {
            workers.office = .init(expiresFrom: now + Self.grace)
        }
        guard acceptsProposals else { return }
        grant(moment)
        endWhatIsDue(moment)
    }

    private mutating func grant(_ moment: Moment) {
        let now = moment.monotonic
        let reachable = consensus.configuration.members.filter { isReachable($0, now) }
        let nodes = Set(reachable.map(\.rawValue))
        while let wish = workers.waiters.next(
            in: state.jobs, reachable: { nodes.contains($0.node) })
        {
            enqueue(.office, .jobs(.reserve(wish)), moment)
        }
    }

    private mutating func endWhatIsDue(_ moment: Moment) {
        guard let office = workers.office else { return }
        if office.timer == nil, moment.monotonic >= office.expiresFrom {
            // A stamp may be a millisecond less than the time it stands for: what is due to the
            // millisecond may have begun later within it.
            let now = stamp(moment).clusterTime
            if let command = state.jobs.due(at: now - min(now, 1)) {
                let number = enqueue(.office, .jobs(command), moment)
                workers.office?.timer = number
            }
        }
        if office.step == nil, let command = state.jobs.nextStep {
            let number = enqueue(.office, .jobs(command), moment)
            workers.office?.step = number
        }
    }

    /// When a leader should look again at what is due.
    var nextJobDeadline: Instant? {
        guard acceptsProposals, let office = workers.office, office.timer == nil, let clock,
            let due = state.jobs.nextDeadline
        else { return nil }
        let wait = due >= clock.cluster ? due - clock.cluster + 1 : 0
        return max(clock.since + .milliseconds(wait), office.expiresFrom)
    }

    // MARK: Now and then

    mutating func lookAfterWorkers(_ moment: Moment, _ effects: inout ReplicaEffects) {
        guard isServing else { return }
        let now = moment.monotonic
        if consensus.role == .leader { workers.confirmed(now) }
        let isCutOff = now.since(workers.contact) >= Self.cutOff
        if isCutOff, !workers.isCutOff { letGo(&effects) }
        workers.isCutOff = isCutOff
        checkCleaning(moment)
        closeSilentSessions(moment)
    }

    /// Others may get what this node's connections hold: whoever may hold anything is told to
    /// leave, and whatever was granted unseen is not taken.
    private mutating func letGo(_ effects: inout ReplicaEffects) {
        for number in workers.sessions.connections {
            let id = SessionID(origin: origin, number: number)
            if state.jobs.session(id)?.held ?? 0 > 0 { effects.lost.append(id) }
        }
        workers.sessions.renumber()
    }

    /// Nodes that have been silent have let go of their connections: so does the leader. That goes
    /// for those that were removed, too.
    private mutating func closeSilentSessions(_ moment: Moment) {
        guard let office = workers.office, office.sweep == nil else { return }
        for (node, record) in state.nodes.sorted(by: { $0.key < $1.key })
        where NodeID(node) != id {
            let heard = workers.lastHeard(of: NodeID(node))
            guard moment.monotonic.since(heard) >= Self.silence,
                case let origin = Origin(node: node, incarnation: record.incarnation),
                state.jobs.hasOpenSessions(of: origin, below: .max)
            else { continue }
            workers.waiters.removeAll(of: node)
            let number = enqueue(.office, .jobs(.closeSessions(origin, below: .max)), moment)
            workers.office?.sweep = number
            return
        }
    }

    // MARK: Questions

    func answer(_ query: JobQuery, _ point: ReadPoint, _ moment: Moment) -> JobAnswer {
        var answer = JobAnswer(
            point: point, clusterTime: clusterTime(at: moment.monotonic),
            timeouts: state.scalars.jobs.timeouts)
        answer.fill(query, from: state.jobs)
        return answer
    }
}
