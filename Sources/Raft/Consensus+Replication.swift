import DequeModule

/// Replication and commit: Raft paper, sections 5.3 and 5.4.
extension Consensus {
    // MARK: Leader

    mutating func tickLeader(_ now: Instant, _ effects: inout Effects) {
        if let transfer, now >= transfer.deadline {
            effects.traces.append(.transferAborted(transfer.target))
            self.transfer = nil
        }
        if now >= quorumDeadline { checkQuorum(now, &effects) }
        guard role == .leader, now >= heartbeatDeadline else { return }
        heartbeatDeadline = now + timing.heartbeatInterval
        broadcastHeartbeat(&effects)
    }

    mutating func propose(
        _ payloads: [[UInt8]], _ now: Instant, _ effects: inout Effects
    ) {
        precondition(acceptsProposals, "The driver asks before it proposes.")
        append(payloads.map { (.command, $0) }, &effects)
    }

    /// Appends entries of the current term and makes them durable, while they travel.
    mutating func append(_ new: [(kind: EntryKind, payload: [UInt8])], _ effects: inout Effects) {
        if new.isEmpty { return }
        let ticket = willPersist(&effects)
        let limit = peers.isEmpty ? Bounds.entryBytesAlone : Bounds.entryBytes
        for (kind, payload) in new {
            precondition(payload.count <= limit, "Entries are bounded at the door.")
            let position = LogPosition(term: term, index: log.last.index.next)
            let entry = Entry(position: position, kind: kind, payload: payload)
            log.append(entry)
            effects.persist.entries.append(entry)
            uncommittedBytes += entry.size
        }
        noteWrite(ticket)
    }

    /// Sends what piled up: entries, and the commit index to those who have all entries.
    mutating func flush(_ applies: Bool, _ now: Instant, _ effects: inout Effects) {
        if role == .leader {
            leaveJointConfiguration(now, &effects)
            startReadRound(&effects)
            for place in peers.indices { replicate(place, &effects) }
            stepDownIfRemoved(now, &effects)
        }
        if applies { deliver(&effects) }
    }

    private mutating func replicate(_ place: Int, _ effects: inout Effects) {
        while peers[place].progress.isOpen, peers[place].progress.reading == nil {
            let next = peers[place].progress.next
            if next > log.last.index || next <= log.start.index { break }
            if peers[place].progress.isBusy, !log.fills(Bounds.messageBytes, from: next) { break }
            let found = log.entries(
                from: next, through: log.last.index, byteLimit: Bounds.messageBytes)
            guard let entries = found else {
                peers[place].progress.reading = readLog(from: next, &effects)
                return
            }
            sendAppend(place, entries, &effects)
        }
        let progress = peers[place].progress
        // While something is under way, the answer to it makes an occasion to say so.
        if progress.state == .replicate, progress.commitSent < commit, progress.reading == nil,
            progress.isIdle
        {
            sendAppend(place, [], &effects)
        }
    }

    private mutating func sendAppend(
        _ place: Int, _ entries: [Entry], _ effects: inout Effects
    ) {
        var previous = peers[place].progress.next.previous
        // Behind the start of the log only a snapshot could help this follower, but it shall know
        // its leader.
        if entries.isEmpty { previous = max(previous, log.start.index) }
        guard let previousTerm = log.term(at: previous) else { return }
        let append = AppendEntries(
            previous: LogPosition(term: previousTerm, index: previous), entries: entries,
            commit: commit, round: reads.round)
        send(Message(term: term, body: .appendEntries(append)), to: peers[place].id, &effects)
        peers[place].progress.sent(entries)
        peers[place].progress.commitSent = commit
    }

    mutating func broadcastHeartbeat(_ effects: inout Effects) {
        for place in peers.indices { sendAppend(place, [], &effects) }
    }

    private mutating func readLog(from first: LogIndex, _ effects: inout Effects) -> Ticket {
        lastLogRead = Ticket(lastLogRead.rawValue + 1)
        effects.logReads.append(
            LogRead(
                ticket: lastLogRead, first: first, last: log.tailStart.previous,
                byteLimit: Bounds.messageBytes))
        return lastLogRead
    }

    /// A page of the log came back; if what it was for has passed, it is dropped.
    mutating func logRead(_ ticket: Ticket, _ entries: [Entry], _ effects: inout Effects) {
        if ticket == committedRead {
            committedRead = nil
            guard entries.allSatisfy({ log.term(at: $0.index) == $0.term }) else {
                effects.halt = "the log gave back other entries than those that were committed"
                return
            }
            return handOut(entries, &effects)
        }
        guard role == .leader,
            let place = peers.firstIndex(where: { $0.progress.reading == ticket })
        else { return }
        peers[place].progress.reading = nil
        guard let first = entries.first, first.index == peers[place].progress.next,
            peers[place].progress.isOpen, entries.allSatisfy({ log.term(at: $0.index) == $0.term })
        else { return }
        sendAppend(place, entries, &effects)
    }

    mutating func receive(
        _ response: AppendEntriesResponse, from sender: NodeID, _ now: Instant,
        _ effects: inout Effects
    ) {
        guard role == .leader, let place = peers.firstIndex(where: { $0.id == sender })
        else { return }
        peers[place].progress.round = max(peers[place].progress.round, response.round)
        switch response.outcome {
        case .accepted(let match):
            guard match <= log.last.index else {
                effects.halt = "\(sender) acknowledged entry \(match.rawValue), which was never sent"
                return
            }
            if peers[place].progress.accepted(match) {
                advanceCommit(&effects)
                continueTransfer(&effects)
            }
        case .rejected(let previous, let hint):
            let agreed = log.lastPosition(notAfter: hint.index, termAtMost: hint.term)
            peers[place].progress.rejected(previous: previous, hint: agreed.index)
        }
        peers[place].progress.heard(log.last.index, timing.electionTimeout, at: now)
        confirmReads(&effects)
    }

    /// Entries of the current term commit when a quorum holds them durably; those before them
    /// commit with them (Raft paper, section 5.4.2, figure 8).
    mutating func advanceCommit(_ effects: inout Effects) {
        let reached = LogIndex(
            configuration.reached { voter in
                if voter == id { return log.durable.rawValue }
                return peers.first { $0.id == voter }?.progress.match.rawValue ?? 0
            })
        guard reached > commit, log.term(at: reached) == term else { return }
        commit = reached
        releaseWaitingReads(&effects)
    }

    mutating func reconnected(_ peer: NodeID) {
        guard let place = peers.firstIndex(where: { $0.id == peer }) else { return }
        peers[place].progress.forget()
    }

    // MARK: Follower

    mutating func receive(
        _ append: AppendEntries, from sender: NodeID, _ now: Instant, _ effects: inout Effects
    ) {
        if role == .leader || (leader != nil && leader != sender) {
            effects.halt = "\(sender) and \(leader ?? id) both lead term \(term.rawValue)"
            return
        }
        becomeFollower(term, leader: sender, now, &effects, why: "found the leader")
        lastLeaderContact = now
        resetElectionDeadline(now)
        let previous = append.previous
        if previous.index < log.start.index {
            return accept(commit, append, &effects)
        }
        guard log.term(at: previous.index) == previous.term else {
            let hint = log.lastPosition(notAfter: previous.index, termAtMost: previous.term)
            return respond(.rejected(previous: previous.index, hint: hint), append, &effects)
        }
        guard store(append, &effects) else { return }
        let verified = previous.index + append.entries.count
        commit = max(commit, min(append.commit, verified))
        noteRepair(append.commit, verified)
        accept(verified, append, &effects)
        checkHealed(&effects)
    }

    /// The leader's own commit index counts, not what of it is here: an entry of its term that was
    /// kept says nothing about a later one, of the same term, that was lost.
    private mutating func noteRepair(_ leaderCommit: LogIndex, _ verified: LogIndex) {
        guard isRepairing, leaderCommit <= verified, log.term(at: leaderCommit) == term
        else { return }
        healedAt = healedAt ?? leaderCommit
    }

    /// Entries that are there already stay; a conflicting one goes, with all behind it
    /// (Raft paper, figure 2, AppendEntries rules 3 and 4). False if the member has to stop, since
    /// a committed entry would go.
    private mutating func store(_ append: AppendEntries, _ effects: inout Effects) -> Bool {
        guard let first = append.entries.firstIndex(where: { log.term(at: $0.index) != $0.term })
        else { return true }
        let entry = append.entries[first]
        let ticket = willPersist(&effects)
        if entry.index <= log.last.index {
            if entry.index <= commit {
                effects.halt = "the leader would replace committed entry \(entry.index.rawValue)"
                return false
            }
            log.truncate(from: entry.index)
            restoreConfiguration(from: entry.index, &effects)
            effects.persist.truncate(from: entry.index)
            shortenWrites()
        }
        for entry in append.entries[first...] {
            log.append(entry)
            effects.persist.entries.append(entry)
            if entry.kind == .configuration, !adopt(entry, &effects) { return false }
        }
        noteWrite(ticket)
        return true
    }

    /// A heartbeat is answered at once, for what is durable; entries when they are.
    private mutating func accept(
        _ verified: LogIndex, _ append: AppendEntries, _ effects: inout Effects
    ) {
        if append.entries.isEmpty {
            respond(.accepted(match: min(verified, log.durable)), append, &effects)
        } else {
            respond(.accepted(match: verified), append, &effects, after: lastTicket)
        }
    }

    private func respond(
        _ outcome: AppendEntriesResponse.Outcome, _ append: AppendEntries,
        _ effects: inout Effects, after ticket: Ticket? = nil
    ) {
        guard let leader else { return }
        let response = AppendEntriesResponse(outcome: outcome, round: append.round)
        effects.messages.append(
            Outgoing(
                to: leader, message: Message(term: term, body: .appendEntriesResponse(response)),
                after: ticket ?? hardStateTicket))
    }

    // MARK: Apply

    /// Hands out what is committed, in order; from the log's pages where memory no longer has it.
    private mutating func deliver(_ effects: inout Effects) {
        while handedOut < commit, committedRead == nil {
            let found = log.entries(
                from: handedOut.next, through: commit, byteLimit: Bounds.logReadBytes)
            guard let entries = found else {
                lastLogRead = Ticket(lastLogRead.rawValue + 1)
                committedRead = lastLogRead
                // What is in memory may not be on disk yet, where other entries stand in its place.
                effects.logReads.append(
                    LogRead(
                        ticket: lastLogRead, first: handedOut.next,
                        last: min(commit, log.tailStart.previous), byteLimit: Bounds.logReadBytes))
                return
            }
            handOut(entries, &effects)
        }
    }

    private mutating func handOut(_ entries: [Entry], _ effects: inout Effects) {
        guard let first = entries.first, let last = entries.last else { return }
        precondition(first.index == handedOut.next, "Entries are applied in order.")
        effects.committed.append(contentsOf: entries)
        handedOut = last.index
        if role == .leader {
            for entry in entries where entry.index >= termStart { uncommittedBytes -= entry.size }
        }
        log.trim(through: handedOut)
    }
}
