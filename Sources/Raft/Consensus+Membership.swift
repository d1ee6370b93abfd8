/// Who belongs to the cluster (Raft paper, section 6; dissertation, chapter 4). Members come as
/// learners and become voters when they have caught up; where voters change, both sets decide until
/// that is committed. A configuration is in force from the moment it is appended: to wait until it
/// is applied would let members that are behind elect by an old one.
extension Consensus {
    mutating func changeMembership(
        _ change: MembershipChange, _ context: UInt64, _ now: Instant, _ effects: inout Effects
    ) {
        let result: MembershipAnswer.Result
        do throws(MembershipRefusal) {
            append(try admitted(change, now), now, &effects)
            result = .appended(log.last)
        } catch {
            result = .refused(error)
        }
        effects.changes.append(MembershipAnswer(context: context, result: result))
    }

    private func admitted(
        _ change: MembershipChange, _ now: Instant
    ) throws(MembershipRefusal) -> Configuration {
        guard role == .leader else { throw .notLeader }
        guard transfer == nil else { throw .transferring }
        // Before that, a change of an earlier term may be committed or not: two changes could be
        // decided by majorities that do not meet (the flaw of single-server changes of 2015).
        guard hasCommittedInTerm else { throw .tooEarly }
        guard configurations.index <= commit, !configuration.isJoint else { throw .changePending }
        let next = try configuration.changed(by: change)
        for voter in next.voters where !configuration.isVoter(voter) {
            guard hasCaughtUp(voter, now) else { throw .lagging(voter) }
        }
        guard next.decide({ isLive($0) }) == .won else { throw .quorumNotLive }
        return next
    }

    private func hasCaughtUp(_ node: NodeID, _ now: Instant) -> Bool {
        let progress = peers.first { $0.id == node }?.progress
        return progress?.catchUp.isDone(within: timing.electionTimeout, at: now) ?? false
    }

    private func isLive(_ node: NodeID) -> Bool {
        node == id || peers.first { $0.id == node }?.progress.isLive == true
    }

    // MARK: Leader

    private mutating func append(
        _ next: Configuration, _ now: Instant, _ effects: inout Effects
    ) {
        append([(.configuration, next.encoded())], &effects)
        adopt(next, &effects)
        followMembers(now)
        // Whoever was waited for may decide no more.
        confirmReads(&effects)
    }

    /// Everybody else in the configuration gets the log, and nobody else does.
    mutating func followMembers(_ now: Instant) {
        let (before, next) = (peers, log.last.index.next)
        peers = configuration.members.filter { $0 != id }.map { member in
            before.first { $0.id == member } ?? (member, Progress(next: next, at: now))
        }
    }

    /// A joint configuration that is committed has done its work. Whoever leads ends it, and not
    /// before it knows what is committed.
    mutating func leaveJointConfiguration(_ now: Instant, _ effects: inout Effects) {
        guard configuration.isJoint, configurations.index <= commit, hasCommittedInTerm,
            transfer == nil
        else { return }
        append(configuration.left, now, &effects)
    }

    /// A leader that is no voter leads until what it was elected with is committed, without counting
    /// itself, and lets somebody else begin at once.
    mutating func stepDownIfRemoved(_ now: Instant, _ effects: inout Effects) {
        guard !configuration.isVoter(id), configurations.index <= commit, hasCommittedInTerm else {
            return
        }
        let live = peers.filter { $0.progress.isLive }.map { $0.id }
        if let successor = transferCandidate(where: live.contains) {
            send(Message(term: term, body: .timeoutNow), to: successor, &effects)
        }
        becomeFollower(term, leader: nil, now, &effects, why: "it is no voter")
    }

    // MARK: Every member

    private mutating func adopt(_ configuration: Configuration, _ effects: inout Effects) {
        configurations.append(configuration, at: log.last.index, commit: commit)
        effects.traces.append(.reconfigured(configuration))
    }

    /// A follower appended this entry. False if the member has to stop, since it cannot read it.
    mutating func adopt(_ entry: Entry, _ effects: inout Effects) -> Bool {
        guard let configuration = entry.configuration else {
            effects.halt = "entry \(entry.index.rawValue) about the members cannot be read"
            return false
        }
        adopt(configuration, &effects)
        return true
    }

    /// Entries from `first` on are gone, and with them what they said of the members.
    mutating func restoreConfiguration(from first: LogIndex, _ effects: inout Effects) {
        guard configurations.truncate(from: first) else { return }
        effects.traces.append(.reconfigured(configuration))
    }
}
