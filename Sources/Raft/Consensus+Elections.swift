import Wire

/// Elections: Raft paper, section 5.2; pre-vote and check-quorum: dissertation, sections 9.6, 6.2.
extension Consensus {
    /// Random in [T, 2T), so that two members rarely campaign at once.
    mutating func resetElectionDeadline(_ now: Instant) {
        let timeout = timing.electionTimeout.nanoseconds
        let random = UInt64.random(in: 0..<timeout, using: &generator)
        electionDeadline = now + Instant.Span(nanoseconds: timeout + random)
        electionStart = now
    }

    /// Whether a leader was heard of within the shortest election timeout: nobody should replace it.
    func hasLiveLeader(_ now: Instant) -> Bool {
        if role == .leader { return true }
        guard leader != nil, let contact = lastLeaderContact else { return false }
        return now.since(contact) < timing.electionTimeout
    }

    /// No leader was heard of for a while: ask whether an election could be won. A member that its
    /// latest entry makes no voter is still needed until that is committed: it may be the only one
    /// to have the entry, and those who stay could not be elected by it (dissertation, section
    /// 4.2.2; membership-removed-leader-needed.scenario). So is one that was asked for a vote which
    /// it could not give (`answerPreVote`). Where it is no voter, its own vote does not count.
    mutating func campaign(_ now: Instant, _ effects: inout Effects) {
        resetElectionDeadline(now)
        if leader != nil { effects.traces.append(.followed(nil, term)) }
        leader = nil
        let isNeeded = configurations.mayVote(id, commit: commit) || now < neededUntil
        guard isNeeded, !isRepairing, !isDiskStalled(now) else {
            (role, votes) = (.follower, [])
            return
        }
        role = .preCandidate
        votes = [(id, true)]
        for peer in configuration.electorate where peer != id {
            let request = Message(term: term.next, body: .preVote(last: log.last))
            send(request, to: peer, &effects)
        }
        tallyPreVotes(now, &effects)
    }

    /// Starts a term and votes for itself. The vote counts when it is durable.
    mutating func startElection(transfer: Bool, _ now: Instant, _ effects: inout Effects) {
        resetElectionDeadline(now)
        role = .candidate
        term = term.next
        vote = id
        leader = nil
        votes = []
        persistHardState(&effects)
        effects.traces.append(.campaigned(term))
        let body = Message.Body.requestVote(last: log.last, transfer: transfer)
        for peer in configuration.electorate where peer != id {
            send(Message(term: term, body: body), to: peer, &effects)
        }
    }

    mutating func becomeFollower(
        _ newTerm: Term, leader newLeader: NodeID?, _ now: Instant, _ effects: inout Effects,
        why: String
    ) {
        if role == .leader { abandonLeadership(&effects, why: why) }
        if role != .follower { resetElectionDeadline(now) }
        role = .follower
        votes = []
        if newTerm > term {
            term = newTerm
            vote = nil
            leader = nil
            persistHardState(&effects)
        }
        if let newLeader, leader != newLeader {
            leader = newLeader
            effects.traces.append(.followed(newLeader, term))
        }
    }

    // MARK: Answers

    /// Changes neither term, vote nor timer (conformance E10). Only voters are asked: by the log of
    /// the one who asks, this member is one. Where it is none by its own, later log, both may be
    /// stuck unless it campaigns (membership-learner-needed.scenario); it will within two timeouts.
    mutating func answerPreVote(
        _ requested: Term, _ last: LogPosition, from sender: NodeID, _ now: Instant,
        _ effects: inout Effects
    ) {
        if last < log.last, !hasLiveLeader(now) {
            neededUntil = now + timing.electionTimeout + timing.electionTimeout
        }
        let granted =
            requested > term && last >= log.last && !hasLiveLeader(now) && !isRepairing
            && !isDiskStalled(now)
        let answer = Message(
            term: granted ? requested : term, body: .preVoteResponse(granted: granted))
        send(answer, to: sender, &effects)
    }

    mutating func answerVote(
        _ last: LogPosition, _ transfer: Bool, from sender: NodeID, _ now: Instant,
        _ effects: inout Effects
    ) {
        let isFree = vote == nil || vote == sender
        let granted = isFree && leader == nil && last >= log.last && !isRepairing
        if granted {
            if vote == nil {
                vote = sender
                persistHardState(&effects)
            }
            if role == .preCandidate { (role, votes) = (.follower, []) }
            resetElectionDeadline(now)
        }
        send(Message(term: term, body: .requestVoteResponse(granted: granted)), to: sender, &effects)
    }

    /// The leader wants this member to take over: no pre-vote, no waiting.
    mutating func receiveTimeoutNow(
        from sender: NodeID, _ now: Instant, _ effects: inout Effects
    ) {
        guard role == .follower, leader == sender, configuration.isVoter(id), !isRepairing,
            !isDiskStalled(now)
        else { return }
        startElection(transfer: true, now, &effects)
    }

    // MARK: Counting

    mutating func countPreVote(
        _ asked: Term, from sender: NodeID, granted: Bool, _ now: Instant, _ effects: inout Effects
    ) {
        guard role == .preCandidate, asked == term.next else { return }
        count(sender, granted)
        tallyPreVotes(now, &effects)
    }

    private mutating func tallyPreVotes(_ now: Instant, _ effects: inout Effects) {
        switch decision() {
        case .won: startElection(transfer: false, now, &effects)
        case .lost:
            role = .follower
            votes = []
        case .pending: break
        }
    }

    mutating func countVote(
        from sender: NodeID, granted: Bool, _ now: Instant, _ effects: inout Effects
    ) {
        guard role == .candidate else { return }
        count(sender, granted)
        tallyVotes(now, &effects)
    }

    /// Counts the own vote only once the write that holds it is durable (conformance E14, V2).
    mutating func tallyVotes(_ now: Instant, _ effects: inout Effects) {
        if durableTicket >= hardStateTicket { count(id, true) }
        switch decision() {
        case .won: becomeLeader(now, &effects)
        case .lost: becomeFollower(term, leader: nil, now, &effects, why: "lost the election")
        case .pending: break
        }
    }

    private mutating func count(_ voter: NodeID, _ granted: Bool) {
        if !votes.contains(where: { $0.node == voter }) { votes.append((voter, granted)) }
    }

    private func decision() -> QuorumDecision {
        configuration.decide { voter in votes.first { $0.node == voter }?.granted }
    }

    // MARK: Leading

    private mutating func becomeLeader(_ now: Instant, _ effects: inout Effects) {
        role = .leader
        leader = id
        votes = []
        transfer = nil
        let next = log.last.index.next
        peers = []
        followMembers(now)
        uncommittedBytes = 0
        termStart = next
        heartbeatDeadline = now
        quorumDeadline = now + timing.electionTimeout
        effects.traces.append(.becameLeader(term))
        append([(.noop, [])], &effects)
    }

    /// A leader that a quorum has not answered for T is none (check-quorum).
    mutating func checkQuorum(_ now: Instant, _ effects: inout Effects) {
        quorumDeadline = now + timing.electionTimeout
        let decision = configuration.decide { voter in
            voter == id || peers.first { $0.id == voter }?.progress.isActive == true
        }
        for place in peers.indices { peers[place].progress.checked() }
        if decision != .won {
            becomeFollower(term, leader: nil, now, &effects, why: "lost touch with a quorum")
            leader = nil
        }
    }

    private mutating func abandonLeadership(_ effects: inout Effects, why: String) {
        effects.traces.append(.steppedDown(term, why: why))
        transfer = nil
        peers = []
        leader = nil
        failReads(&effects)
    }
}
