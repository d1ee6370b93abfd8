import Raft
import Replica
import Work

/// One replica with its disk and its base in the test's hands: writes are durable at once, and
/// the base stays where it is until the test says otherwise.
final class TestReplica {
    private var replica: Replica
    private var now = Instant(nanoseconds: 1_000_000_000)
    /// What the base was given.
    private(set) var durable: [LogIndex] = []
    private(set) var answered: [UInt64] = []
    private(set) var refused: [UInt64] = []
    private(set) var replies: [UInt64: Reply] = [:]
    private(set) var waits: [(token: UInt64, outcome: WaitOutcome)] = []
    private(set) var lost: [SessionID] = []
    private(set) var memberships: [UInt64: MembershipOutcome] = [:]
    private(set) var sent: [(to: NodeID, message: PeerMessage)] = []

    init(
        voters: [UInt64], machineVersion: UInt32 = 1, backlogEntries: Int = 1 << 20,
        backlogBytes: Int = 1 << 30
    ) {
        let settings = ReplicaSettings(
            configuration: Configuration(voters: voters.map { NodeID($0) }),
            registration: NodeRegistration(
                id: 1, name: "n1", address: "http://n1", incarnation: 7),
            bootCount: 1, seed: 1, machineVersion: machineVersion, backlogEntries: backlogEntries, backlogBytes: backlogBytes)
        let recovery = LogRecovery(start: .zero, chain: 0, tailBytes: 1 << 20)
        let verdict = recovery.verdict(
            .init(hardStates: [HardState(), HardState()], mark: nil, base: .zero, earlierLoss: nil))
        guard case .usable(let recovered) = verdict else {
            preconditionFailure("An empty log can be used.")
        }
        replica = Replica(
            settings: settings, recovered: recovered, state: WorkState(),
            at: Moment(monotonic: now, wall: .zero))
    }

    var role: Role { replica.role }
    var applied: LogIndex { replica.applied }
    /// Somebody was asked to take over.
    var tellsToCampaign: Bool {
        sent.contains { _, message in
            if case .raft(let message) = message, case .timeoutNow = message.body { true } else { false }
        }
    }
    var configuration: Configuration { replica.configuration }
    /// What the replicated state says of it.
    var applies: Configuration? { Configuration(encoded: replica.state.scalars.configuration) }
    var lastPosition: LogPosition { replica.lastPosition }
    func job(_ id: UInt64) -> JobRecord? { replica.state.jobs.job(JobID(id)) }
    var openSessions: Int { replica.state.jobs.sessionCount }
    var machineVersion: UInt32 { replica.state.scalars.machineVersion }

    /// What people who watch it are shown.
    func view(_ report: NodeReport) -> NodeView {
        var sightings = Sightings()
        return replica.view(at: now, report: report, sightings: &sightings, faults: [])
    }

    func propose(_ token: UInt64, description: Int = 0) {
        var fields = TaskFields(title: "task \(token)")
        fields.description = String(repeating: "x", count: description)
        step(.propose(token: token, .createTask(fields), actor: nil, key: nil))
    }

    /// What a leader of term 1 sends.
    func receiveNoop(index: UInt64, commit: UInt64) {
        let position = LogPosition(term: Term(1), index: LogIndex(index))
        let previous = index == 1 ? .zero : LogPosition(term: Term(1), index: LogIndex(index - 1))
        let append = AppendEntries(
            previous: previous, entries: [Entry(position: position, kind: .noop, payload: [])],
            commit: LogIndex(commit), round: 0)
        step(.received(.raft(Message(term: Term(1), body: .appendEntries(append))), from: NodeID(2)))
    }

    /// The second member grants every vote, so that this one leads.
    func win() {
        step(.connected(NodeID(2), machineVersion: 1))
        while role == .follower { wait(.milliseconds(20)) }
        receive(.preVoteResponse(granted: true), term: replica.term.next)
        receive(.requestVoteResponse(granted: true), term: replica.term)
        precondition(role == .leader, "Two of three votes make a leader.")
    }

    /// The second member has everything.
    func acknowledgeAll() {
        receive(
            .appendEntriesResponse(
                AppendEntriesResponse(outcome: .accepted(match: lastPosition.index), round: 0)),
            term: replica.term)
    }

    /// What another node's clients want, or the node itself.
    func forward(_ command: Command, of origin: Origin, number: UInt64) {
        let request = Request(
            origin: origin, number: number, floor: number, actor: nil, key: nil, command: command)
        let forwarded = Forwarded(number: number, request: request.encoded())
        step(.received(.forward([forwarded]), from: NodeID(origin.node)))
    }

    func receive(_ body: Message.Body, term: Term) {
        step(.received(.raft(Message(term: term, body: body)), from: NodeID(2)))
    }

    /// One event, and all that follows from it on this machine.
    func step(_ event: ReplicaEvent) {
        var events = [event]
        while !events.isEmpty {
            var effects = ReplicaEffects()
            let moment = Moment(monotonic: now, wall: .zero)
            for event in events { replica.step(event, at: moment, into: &effects) }
            replica.step(.flush, at: moment, into: &effects)
            events = effects.persist.isEmpty ? [] : [.persisted(effects.persist.ticket)]
            events += effects.logReads.map { _ in preconditionFailure("The tail holds all.") }
            note(effects)
        }
    }

    private func note(_ effects: ReplicaEffects) {
        sent += effects.sends
        waits += effects.waits
        lost += effects.lost
        for (token, outcome) in effects.memberships {
            precondition(memberships[token] == nil, "Each change is answered once.")
            memberships[token] = outcome
        }
        durable += effects.durable.map { LogIndex($0.scalars.index) }
        for (token, outcome) in effects.replies {
            switch outcome {
            case .applied(let reply, _, _):
                answered.append(token)
                replies[token] = reply
            case .rejected: refused.append(token)
            case .unknown: preconditionFailure("Nothing was on its way.")
            }
        }
    }

    /// Lets time go by in small steps until nothing more is to be expected of it.
    func run() { wait(.milliseconds(1_000)) }

    /// One look at the clock, that much later.
    func tick(after span: Instant.Span) {
        now = now + span
        step(.tick)
    }

    func wait(_ span: Instant.Span) {
        let end = now + span
        while now < end {
            now = now + .milliseconds(20)
            step(.tick)
        }
    }
}
