import Raft
import Work

/// Requests of this node's clients and of others: numbered, bounded, and sent to who leads.
extension Replica {
    /// What undecided requests of this node may hold.
    private static let pendingBytes = 32 << 20

    /// What may be on its way to the leader, undecided: a link carries it with room to spare.
    private static let forwardBytes = 4 << 20

    mutating func propose(
        _ token: UInt64, _ command: Command, _ actor: String?, _ credential: TokenID?,
        _ key: IdempotencyKey?, _ moment: Moment, _ effects: inout ReplicaEffects
    ) {
        let request = request(command, actor, credential, key)
        let isKnown = request.machineVersion <= state.scalars.machineVersion
        if let refusal = refusal ?? (isKnown ? nil : .unsupported) {
            effects.replies.append((token, .rejected(refusal)))
            return
        }
        let bytes = request.encoded()
        let isAlone = consensus.configuration.members == [id]
        if bytes.count > (isAlone ? Limits.commandBytesAlone : Limits.commandBytes) {
            effects.replies.append((token, .rejected(.tooLong)))
            return
        }
        proposals.add(
            .client(token), request: bytes, deadline: moment.monotonic + settings.patience)
    }

    private var refusal: Rejection? {
        if isStopping { return .stopping }
        if isDiskStalled { return .diskStalled }
        return isOverloaded ? .overloaded : nil
    }

    /// The window of the origin spans from the oldest undecided request to the newest, so that is
    /// what is bounded, and what they hold.
    private var isOverloaded: Bool {
        proposals.span >= settings.pendingMax || proposals.bytes >= Self.pendingBytes
            || isBaseBehind && role == .leader && successor == nil
    }

    @discardableResult
    mutating func enqueue(
        _ sender: ProposalTable.Sender, _ command: Command, _ moment: Moment
    ) -> UInt64 {
        let number = proposals.upcoming.number
        proposals.add(
            sender, request: request(command, nil, nil, nil).encoded(),
            deadline: moment.monotonic + settings.patience)
        return number
    }

    /// With the number that the next request gets.
    private func request(
        _ command: Command, _ actor: String?, _ credential: TokenID?, _ key: IdempotencyKey?
    ) -> Request {
        let (number, floor) = proposals.upcoming
        return Request(
            origin: origin, number: number, floor: floor, actor: actor, credential: credential,
            key: key, command: command)
    }

    /// Requests of another node, which its followers sent here because this node leads.
    mutating func append(
        _ requests: [Forwarded], for sender: NodeID, _ moment: Moment,
        _ effects: inout ReplicaEffects
    ) {
        guard acceptsProposals else {
            effects.sends.append((sender, .forwardRejected(requests.map(\.number))))
            return
        }
        let stamp = stamp(moment)
        consensus.step(
            .propose(requests.map { stamp.payload($0.request) }), at: moment.monotonic,
            into: &inner)
    }

    /// Another way to the leader, or another leader: everything is said again.
    mutating func findRoute(_ moment: Moment) {
        let present = consensus.leader.map { Route(leader: $0, term: consensus.term) }
        if present == route { return }
        route = present
        routePause = nil
        for number in proposals.leaveOffice() { workers.expired(number) }
        proposals.reroute()
        reads.askAgain(before: moment.monotonic)
        workers.sessions.tellAll()
    }

    /// Sends what is undecided along the present route, in order.
    mutating func sendProposals(_ moment: Moment, _ effects: inout ReplicaEffects) {
        guard let present = route, routePause == nil else { return }
        if present.leader == id {
            proposeOwn(moment)
        } else if connected.contains(present.leader) {
            while proposals.sentBytes < Self.forwardBytes {
                let batch = proposals.take(onlyOwn: !isRegistered) { PeerMessage.batchEnd($0) }
                if batch.isEmpty { break }
                effects.sends.append((present.leader, .forward(batch)))
            }
        }
    }

    var acceptsProposals: Bool {
        consensus.acceptsProposals && !isBaseBehind
    }

    private mutating func proposeOwn(_ moment: Moment) {
        while acceptsProposals {
            let batch = proposals.take(onlyOwn: !isRegistered) { $0.count }
            if batch.isEmpty { break }
            let stamp = stamp(moment)
            consensus.step(
                .propose(batch.map { stamp.payload($0.request) }), at: moment.monotonic,
                into: &inner)
        }
    }

    /// A cluster that has just begun need not wait for the next look at it.
    var hasSettledIn: Bool { state.scalars.machineVersion >= settings.machineVersion }

    mutating func settleIn(_ moment: Moment) {
        introduce(moment)
        raiseMachineVersion(moment)
    }

    /// Makes this node known to the cluster, before any request of its clients goes out.
    private mutating func introduce(_ moment: Moment) {
        guard !proposals.hasOwn, consensus.leader != nil, !isRegistered else { return }
        enqueue(.node, .registerNode(settings.registration), moment)
    }

    private var isRegistered: Bool {
        guard let known = state.nodes[settings.registration.id] else { return false }
        return known.incarnation == settings.registration.incarnation
            && known.name == settings.registration.name
            && known.address == settings.registration.address
    }

    /// Every member runs a program that can apply more than the cluster uses: allow it.
    private mutating func raiseMachineVersion(_ moment: Moment) {
        guard consensus.hasCommittedInTerm, !proposals.hasOwn else { return }
        let others = consensus.configuration.members.filter { $0 != id }
        let supported = others.map { machineVersions[$0] ?? 0 } + [settings.machineVersion]
        guard let lowest = supported.min(), lowest > state.scalars.machineVersion else { return }
        enqueue(.node, .raiseMachineVersion(lowest), moment)
    }

    /// Cluster time by this node's clock: that of the last entry, and what has passed since.
    func clusterTime(at now: Instant) -> UInt64 {
        let (start, since) = clock ?? (seenClock.cluster, seenClock.at)
        return max(start + now.since(since).nanoseconds / 1_000_000, state.scalars.clusterTime)
    }
}
