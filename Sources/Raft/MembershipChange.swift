/// What is to become of the members. All parts take effect together: if voters come or go, the
/// cluster passes through a joint configuration and leaves it by itself (Raft paper, section 6).
public struct MembershipChange: Hashable, Sendable {
    public enum Part: Hashable, Sendable {
        /// Somebody new gets everything, and decides nothing.
        case addLearner(NodeID)
        /// A learner that has caught up becomes a voter.
        case promote(NodeID)
        /// A voter becomes a learner.
        case demote(NodeID)
        /// Somebody belongs to the cluster no more, and never will again under this name.
        case remove(NodeID)
    }

    /// In this order.
    public var parts: [Part]

    public init(_ parts: Part...) { self.parts = parts }

    /// A learner takes a voter's place.
    public static func replace(_ voter: NodeID, with learner: NodeID) -> MembershipChange {
        MembershipChange(.promote(learner), .remove(voter))
    }
}

/// Why the members stay as they are: nothing was appended.
public enum MembershipRefusal: Error, Hashable, Sendable {
    /// Only a leader changes anything.
    case notLeader
    /// Leadership is being handed over.
    case transferring
    /// This leader has committed nothing in its term yet, so it does not know what is pending.
    case tooEarly
    /// Another change is not committed yet, or its joint configuration not left.
    case changePending
    /// Nobody would vote any more.
    case noVoters
    /// More members than a cluster may have.
    case tooManyMembers
    /// It does not belong to the cluster.
    case unknownMember(NodeID)
    /// It belongs to the cluster already.
    case alreadyMember(NodeID)
    /// Everything would stay as it is.
    case nothingChanges
    /// It has not caught up, and would keep the others from committing.
    case lagging(NodeID)
    /// Of those who would decide, less than a majority answers.
    case quorumNotLive
}

/// What became of a change. An entry that was appended ends like a proposal: it is handed out at
/// this position, or another one is at this index, or nobody knows yet.
public struct MembershipAnswer: Hashable, Sendable {
    public enum Result: Hashable, Sendable {
        case appended(LogPosition)
        case refused(MembershipRefusal)
    }

    /// What the change was asked with.
    public var context: UInt64
    public var result: Result
}

extension Configuration {
    /// What the change makes of it: the new members at once if the voters stay the same, else both
    /// sets of voters together.
    func changed(by change: MembershipChange) throws(MembershipRefusal) -> Configuration {
        precondition(!isJoint, "One change at a time.")
        var (voters, learners) = (Set(self.voters), Set(self.learners))
        for part in change.parts { try part.apply(&voters, &learners) }
        if voters.isEmpty { throw .noVoters }
        let next = Configuration(voters: Array(voters), learners: Array(learners))
        if next == self { throw .nothingChanges }
        if next.members.count > Bounds.members { throw .tooManyMembers }
        if next.voters == self.voters { return next }
        return Configuration(voters: next.voters, outgoing: self.voters, learners: next.learners)
    }

    /// What follows a joint configuration.
    var left: Configuration { Configuration(voters: voters, learners: learners) }
}

extension MembershipChange.Part {
    fileprivate func apply(
        _ voters: inout Set<NodeID>, _ learners: inout Set<NodeID>
    ) throws(MembershipRefusal) {
        switch self {
        case .addLearner(let node):
            if voters.contains(node) || learners.contains(node) { throw .alreadyMember(node) }
            learners.insert(node)
        case .promote(let node): try Self.move(node, from: &learners, to: &voters)
        case .demote(let node): try Self.move(node, from: &voters, to: &learners)
        case .remove(let node):
            if voters.remove(node) == nil, learners.remove(node) == nil {
                throw .unknownMember(node)
            }
        }
    }

    private static func move(
        _ node: NodeID, from source: inout Set<NodeID>, to target: inout Set<NodeID>
    ) throws(MembershipRefusal) {
        if target.contains(node) { throw .alreadyMember(node) }
        guard source.remove(node) != nil else { throw .unknownMember(node) }
        target.insert(node)
    }
}
