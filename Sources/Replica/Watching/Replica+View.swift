package import Raft

extension Replica {
    /// How many of the last entries a view shows.
    private static var tailMax: Int { 14 }

    /// How this member stands. `report` is what it tells its peers of itself at the same moment.
    package func view(
        at now: Instant, report: NodeReport, sightings: inout Sightings, faults: [LinkFault]
    ) -> NodeView {
        let glimpse = consensus.glimpse
        var view = NodeView(role: glimpse.role, term: glimpse.term.rawValue)
        (view.leader, view.vote) = (glimpse.leader, glimpse.vote)
        view.timer = glimpse.timer.map { timer in
            NodeView.Timer(
                elapsed: now.since(timer.start).milliseconds,
                timeout: timer.end.since(timer.start).milliseconds)
        }
        view.silence = silence(at: now)
        (view.first, view.last) = (glimpse.first.rawValue, glimpse.last.index.rawValue)
        (view.commit, view.durable) = (glimpse.commit.rawValue, glimpse.durable.rawValue)
        (view.applied, view.stateHash) = (applied.rawValue, report.stateHash)
        view.stores = NodeView.Stores(
            base: report.baseIndex, kind: report.storeKind, state: report.storeState,
            index: report.storeIndex)
        (view.pending, view.impediment) = (UInt64(pendingCount), report.repairing)
        view.followers = consensus.followers.map(NodeView.Follower.init)
        view.ballot = consensus.ballot.map { NodeView.Ballot(node: $0.node, isGranted: $0.granted) }
        view.tail = consensus.slots(last: Self.tailMax).map(NodeView.Slot.init)
        view.faults = faults
        (view.sent, view.received) = (sightings.sent, sightings.received)
        (view.flights, view.happenings) = sightings.take(at: now)
        return view
    }

    /// Milliseconds since a leader was last heard of.
    package func silence(at now: Instant) -> UInt64? {
        guard role != .leader, let contact = consensus.glimpse.leaderContact else { return nil }
        return now.since(contact).milliseconds
    }
}

extension NodeView.Follower {
    fileprivate init(_ follower: Glimpse.Follower) {
        self.init(
            node: follower.node, match: follower.match.rawValue, next: follower.next.rawValue,
            isProbed: follower.isProbed, inflight: UInt64(follower.inflight))
    }
}

extension NodeView.Slot {
    fileprivate init(_ slot: Glimpse.Slot) {
        self.init(
            index: slot.position.index.rawValue, term: slot.position.term.rawValue,
            kind: slot.kind, size: UInt64(slot.size))
    }
}
