import Raft

/// A safety property that broke.
struct Violation: Error, CustomStringConvertible {
    let description: String
}

/// Watches a cluster from outside, by what it emits alone (Raft paper, figure 3).
struct Checker {
    /// The leader of each term.
    private var leaders: [Term: NodeID] = [:]
    /// What is committed: the longest sequence that any member handed out.
    private(set) var committed: [Entry] = []
    private var looked: [NodeID: Int] = [:]
    /// What each member went by after its last step.
    private var configurations: [NodeID: Configuration] = [:]

    var commit: LogIndex { LogIndex(UInt64(committed.count)) }

    /// To be called after every step of `member`.
    mutating func look(at member: Member, in members: [Member]) throws(Violation) {
        try checkHalt(member)
        if member.consensus.role == .leader { try checkLeader(member, members) }
        try checkApplied(member, members)
        configurations[member.id] = member.consensus.configuration
    }

    private func checkHalt(_ member: Member) throws(Violation) {
        if let halt = member.halt { throw Violation(description: "\(member.id) halted: \(halt)") }
    }

    /// Election safety and, once in each term, leader completeness.
    private mutating func checkLeader(_ member: Member, _ members: [Member]) throws(Violation) {
        let term = member.consensus.term
        if let known = leaders[term] {
            if known == member.id { return }
            throw Violation(
                description: "\(known) and \(member.id) both lead term \(term.rawValue)")
        }
        leaders[term] = member.id
        for entry in committed where entry.index > member.disk.start.index {
            guard member.logEntry(at: entry.index) == entry else {
                throw Violation(
                    description: "\(member.id) leads term \(term.rawValue) without committed entry "
                        + "\(entry.index.rawValue)")
            }
        }
        try checkLogMatching(members)
    }

    /// State machine safety; and what is new is durable on a quorum.
    private mutating func checkApplied(_ member: Member, _ members: [Member]) throws(Violation) {
        let from = min(looked[member.id] ?? 0, member.applied.count)
        for (place, entry) in member.applied.enumerated().dropFirst(from) {
            guard entry.index.rawValue == UInt64(place + 1) else {
                throw Violation(description: "\(member.id) applied out of order")
            }
            if place < committed.count {
                guard committed[place] == entry else {
                    throw Violation(
                        description:
                            "committed entry \(entry.index.rawValue) changed on \(member.id)")
                }
            } else {
                try checkDurable(entry, member, members)
                committed.append(entry)
            }
        }
        looked[member.id] = member.applied.count
    }

    /// A member that lost its entries had acknowledged them while it held them. A leader decides by
    /// what it went by before the step, which may have brought another configuration. Somebody else
    /// hands an entry out first where the leader has to read it from its disk: then nobody knows by
    /// which configuration it was committed.
    private func checkDurable(
        _ entry: Entry, _ member: Member, _ members: [Member]
    ) throws(Violation) {
        guard member.consensus.role == .leader, let configuration = configurations[member.id]
        else { return }
        let decision = configuration.decide { voter in
            members.first { $0.id == voter }.map { $0.disk.loss != nil || $0.disk.holds(entry) }
        }
        if decision != .won {
            throw Violation(
                description: "entry \(entry.index.rawValue) was committed without a durable quorum")
        }
    }

    /// Every log is followed in who belongs to the cluster: from the moment an entry is appended
    /// until it is truncated.
    func checkConfigurations(_ members: [Member]) throws(Violation) {
        for member in members where member.isUp {
            if member.consensus.configuration == member.configuration { continue }
            throw Violation(
                description: "\(member.id) goes by \(member.consensus.configuration), its log says "
                    + "\(member.configuration)")
        }
    }

    /// If two logs hold an entry of the same index and term, they are equal up to there.
    func checkLogMatching(_ members: [Member]) throws(Violation) {
        for (place, left) in members.enumerated() {
            for right in members.dropFirst(place + 1) { try checkLogs(left, right) }
        }
    }

    private func checkLogs(_ left: Member, _ right: Member) throws(Violation) {
        var isAgreed = false
        var index = min(left.lastIndex, right.lastIndex)
        while let one = left.logEntry(at: index), let other = right.logEntry(at: index) {
            isAgreed = isAgreed || one.term == other.term
            if isAgreed, one != other {
                throw Violation(
                    description: "the logs of \(left.id) and \(right.id) differ at "
                        + "\(index.rawValue), before an entry of one term")
            }
            index = index.previous
        }
    }
}

extension Member {
    var lastIndex: LogIndex { log.last?.index ?? disk.start.index }

    func logEntry(at index: LogIndex) -> Entry? {
        let place = Int(index.rawValue) - Int(disk.start.index.rawValue) - 1
        return log.indices.contains(place) ? log[place] : nil
    }
}
