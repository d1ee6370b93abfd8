import Raft
import Replica
import Work

/// Watches all nodes from outside, by what they ask for and show (Raft paper, figure 3).
struct Safety {
    /// The leader of each term, and whom each node voted for.
    private var leaders: [Term: NodeID] = [:]
    private var votes: [Ballot: NodeID] = [:]
    /// What is committed: position by index, from 1.
    private(set) var committed: [LogPosition] = []
    /// The term in which each of them was committed.
    private var committedIn: [Term] = []
    /// By index: every entry that any log held there, with the term before it.
    private var known: [[Known]] = []
    /// The state hash after each index.
    private var hashes: [UInt64?] = []
    /// Who belongs to the cluster by the last entry about that which is committed, and all before.
    private(set) var members: Configuration
    private(set) var configurations: [Configuration] = []

    private struct Ballot: Hashable {
        let voter: NodeID
        let term: Term
    }

    private struct Known {
        let entry: Entry
        let previous: Term
    }

    init(founders: Configuration) { members = founders }

    var commit: UInt64 { UInt64(committed.count) }
    /// The highest term that had a leader.
    var latestTerm: Term { leaders.keys.max() ?? .zero }

    /// To be called after every turn, before anything of it is performed.
    mutating func look(
        at process: Process, _ effects: ReplicaEffects, _ machines: [Machine],
        _ workload: Workload
    ) throws(Violation) {
        if let halt = effects.halt { throw Violation("\(process.id) halted: \(halt)") }
        process.checkInvariants()
        try follow(effects.persist, process, workload)
        try checkCounting(process)
        if process.standing.role == .leader, process.ledTerm != process.standing.term {
            try checkLeader(process)
        }
        try checkCommit(process, machines)
        try checkMembers(process, effects.persist)
        try checkState(process)
        for entry in effects.durable { try checkHash(entry.scalars.index, entry.scalars.stateHash) }
    }

    // MARK: Logs

    /// Log matching: an entry is what it is by term and index, and so is the one before it.
    private mutating func follow(
        _ batch: LogBatch, _ process: Process, _ workload: Workload
    ) throws(Violation) {
        if let from = batch.truncateFrom { process.log.truncate(from: from) }
        for entry in batch.entries {
            guard entry.index == process.log.last.index.next else {
                throw Violation("\(process.id) writes its log with a gap")
            }
            let previous = process.log.last.term
            if try isNew(entry, after: previous) { try workload.appended(entry) }
            process.log.append(entry)
        }
    }

    private mutating func isNew(_ entry: Entry, after previous: Term) throws(Violation) -> Bool {
        let place = Int(entry.index.rawValue)
        while known.count <= place { known.append([]) }
        guard let other = known[place].first(where: { $0.entry.term == entry.term }) else {
            known[place].append(Known(entry: entry, previous: previous))
            return true
        }
        if other.entry != entry || other.previous != previous {
            throw Violation(
                "two logs differ at \(place), or right before it, in an entry of term "
                    + "\(entry.term.rawValue)")
        }
        return false
    }

    // MARK: Leaders and votes

    /// Election safety, and leader completeness: what was committed in an earlier term is there. A
    /// leader whose votes came late may find that a later one has committed already.
    private mutating func checkLeader(_ process: Process) throws(Violation) {
        let (id, term) = (process.id, process.standing.term)
        process.ledTerm = term
        if let other = leaders[term], other != id {
            throw Violation("\(other) and \(id) both lead term \(term.rawValue)")
        }
        leaders[term] = id
        try checkVotes(process)
        for (position, since) in zip(committed, committedIn)
        where since < term && position.index > process.log.start.index {
            if process.log.term(at: position.index.rawValue) != position.term {
                throw Violation(
                    "\(id) leads term \(term.rawValue) without committed entry "
                        + "\(position.index.rawValue)")
            }
        }
    }

    /// What leaves a node must rest on what its disk holds (figure 2: "before responding").
    mutating func checkPromise(
        _ message: PeerMessage, to peer: NodeID, of machine: Machine, _ process: Process
    ) throws(Violation) {
        guard case .raft(let message) = message else { return }
        switch message.body {
        case .requestVote:
            try cast(machine.id, message.term, for: machine.id)
            try expectStored(message.term, machine.id, machine)
        case .requestVoteResponse(granted: true):
            try cast(machine.id, message.term, for: peer)
            try expectStored(message.term, peer, machine)
        case .appendEntriesResponse(let response):
            guard case .accepted(let match) = response.outcome,
                message.term == process.standing.term
            else { return }
            let held = machine.disk.entry(at: match)?.term
            if match > machine.disk.start.index, held != process.log.term(at: match.rawValue) {
                throw Violation(
                    "\(machine.id) acknowledged entry \(match.rawValue) before it was durable")
            }
        default: break
        }
    }

    private func expectStored(
        _ term: Term, _ vote: NodeID, _ machine: Machine
    ) throws(Violation) {
        let stored = machine.disk.hardState
        if stored.term > term || (stored.term == term && stored.vote == vote) { return }
        throw Violation("\(machine.id) told of its vote in term \(term.rawValue) too early")
    }

    fileprivate func voted(_ voter: NodeID, _ term: Term, for candidate: NodeID) -> Bool {
        votes[Ballot(voter: voter, term: term)] == candidate
    }

    private mutating func cast(
        _ voter: NodeID, _ term: Term, for candidate: NodeID
    ) throws(Violation) {
        let ballot = Ballot(voter: voter, term: term)
        if let other = votes[ballot], other != candidate {
            throw Violation(
                "\(voter) voted for \(other) and \(candidate) in term \(term.rawValue)")
        }
        votes[ballot] = candidate
    }

    // MARK: Commit and state

    /// A leader's commit index ends in its own term: what earlier ones left is committed by an
    /// entry of its own, never by counting (Raft paper, section 5.4.2). The harm of doing otherwise
    /// takes a crash at the right moment, so the rule itself is watched.
    private func checkCounting(_ process: Process) throws(Violation) {
        let (term, commit) = (process.standing.term, process.standing.commit.rawValue)
        guard process.standing.role == .leader, process.ledTerm == term, commit > process.commit,
            let last = process.log.term(at: commit), last != term
        else { return }
        throw Violation(
            "\(process.id) committed entry \(commit) of term \(last.rawValue) by counting "
                + "in term \(term.rawValue)")
    }

    /// What is committed never changes, and was on a quorum of disks when it became so.
    private mutating func checkCommit(
        _ process: Process, _ machines: [Machine]
    ) throws(Violation) {
        let commit = process.standing.commit.rawValue
        if commit < process.commit { throw Violation("\(process.id) took a commit back") }
        while process.commit < commit {
            process.commit += 1
            let index = process.commit
            guard let term = process.log.term(at: index) else {
                throw Violation("\(process.id) committed \(index), which it does not have")
            }
            if index <= self.commit {
                if committed[Int(index) - 1].term != term {
                    throw Violation("committed entry \(index) changed on \(process.id)")
                }
            } else {
                let position = LogPosition(term: term, index: LogIndex(index))
                try checkDurable(position, process, machines)
                committed.append(position)
                committedIn.append(process.standing.term)
                try noteMembers(process.log.entry(at: index))
            }
        }
    }

    /// A machine that lost entries had acknowledged them while it held them.
    private func checkDurable(
        _ position: LogPosition, _ process: Process, _ machines: [Machine]
    ) throws(Violation) {
        let isDecided = isDecided(by: process) { voter in
            guard let machine = machines.first(where: { $0.id == voter }) else { return false }
            return machine.rightDisk.lacks || machine.rightDisk.holds(position)
        }
        if !isDecided {
            throw Violation(
                "entry \(position.index.rawValue) was committed without a majority of disks")
        }
    }

    /// State machine safety: the same entries give the same state.
    private mutating func checkState(_ process: Process) throws(Violation) {
        let index = process.standing.applied
        if index == process.applied { return }
        if index < process.applied || index > process.commit {
            throw Violation("\(process.id) applied what is not committed, or took it back")
        }
        process.applied = index
        try checkHash(index, process.standing.stateHash)
    }

    private mutating func checkHash(_ index: UInt64, _ hash: UInt64) throws(Violation) {
        while hashes.count <= Int(index) { hashes.append(nil) }
        if let other = hashes[Int(index)], other != hash {
            throw Violation("two nodes have different states at entry \(index)")
        }
        hashes[Int(index)] = hash
    }
}

// MARK: Members

extension Safety {
    /// A node decides by what it goes by. That may have changed within the turn, but nobody leaves a
    /// joint configuration in the turn in which it begins: what was joint before the turn needed both
    /// majorities.
    private func isDecided(by process: Process, _ vote: (NodeID) -> Bool) -> Bool {
        if process.members.decide(vote) == .won { return true }
        return !process.members.isJoint && process.log.members.decide(vote) == .won
    }

    /// A majority has voted for whoever leads, of both sets of voters while there are two. Its own
    /// vote is told to nobody if it is alone.
    private func checkVotes(_ process: Process) throws(Violation) {
        let (id, term) = (process.id, process.standing.term)
        if isDecided(by: process, { $0 == id || voted($0, term, for: id) }) { return }
        throw Violation("\(id) leads term \(term.rawValue) without a majority of votes")
    }

    /// Who belongs to the cluster follows from the log alone, from the moment an entry is appended
    /// until it is truncated; and no entry of that kind comes before the last one is committed.
    private func checkMembers(_ process: Process, _ batch: LogBatch) throws(Violation) {
        let log = process.log
        process.members = log.members
        if process.replica.configuration != log.members {
            throw Violation("\(process.id) does not go by the members that its log has")
        }
        guard batch.entries.contains(where: { $0.kind == .configuration }) else { return }
        // A leader that has committed nothing in its term does not know what is pending.
        if process.standing.role == .leader, log.term(at: process.commit) != process.standing.term {
            throw Violation("\(process.id) changes the members before it has committed anything")
        }
        // Where the log begins, and all but the last of what it says after that.
        for (index, _) in log.configurations.dropFirst().dropLast() {
            guard index.rawValue <= commit, let term = log.term(at: index.rawValue),
                committed[Int(index.rawValue) - 1].term == term
            else {
                throw Violation("\(process.id) has two uncommitted configurations")
            }
        }
    }

    /// Two configurations that follow each other have no majorities that do not meet.
    private mutating func noteMembers(_ entry: Entry?) throws(Violation) {
        guard let next = entry?.configuration else { return }
        let isLeft = members.isJoint && !next.isJoint && next.voters == members.voters
        let isBegun = !members.isJoint && next.isJoint && next.outgoing == members.voters
        let isSame = !members.isJoint && !next.isJoint && next.voters == members.voters
        guard isLeft || isBegun || isSame else {
            throw Violation("\(next.voters) came after \(members.voters) without both deciding")
        }
        members = next
        configurations.append(next)
    }
}
