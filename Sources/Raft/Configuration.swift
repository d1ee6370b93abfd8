package import Wire

/// Who belongs to the cluster. While `outgoing` is not empty the configuration is joint: a
/// decision needs a majority of both voter sets (Raft paper, section 6).
public struct Configuration: Hashable, Sendable {
    /// Rising, without repetition; so are the other two.
    public let voters: [NodeID]
    /// The voters of the old configuration, while both decide.
    public let outgoing: [NodeID]
    /// Members that get everything and decide nothing; in a joint configuration one of them may
    /// still be a voter of the old one.
    public let learners: [NodeID]

    /// Traps on an empty set of voters: such a cluster could never decide anything again.
    public init(voters: [NodeID], outgoing: [NodeID] = [], learners: [NodeID] = []) {
        precondition(!voters.isEmpty, "A configuration has voters.")
        self.voters = Self.canonical(voters)
        self.outgoing = Self.canonical(outgoing)
        self.learners = Self.canonical(learners)
    }

    /// Everybody, rising.
    public var members: [NodeID] { Self.canonical(voters + outgoing + learners) }

    /// Everybody who votes, in the new configuration or the old one, rising.
    var electorate: [NodeID] { Self.canonical(voters + outgoing) }

    /// Whether two sets of voters decide.
    public var isJoint: Bool { !outgoing.isEmpty }

    /// Whether it belongs to the cluster in any way.
    public func includes(_ node: NodeID) -> Bool { isVoter(node) || learners.contains(node) }

    /// Whether it votes, in the new configuration or the old one.
    public func isVoter(_ node: NodeID) -> Bool {
        voters.contains(node) || outgoing.contains(node)
    }

    func hasOtherVoters(than node: NodeID) -> Bool { (voters + outgoing).contains { $0 != node } }

    /// Sorts, and leaves out repetitions.
    private static func canonical(_ nodes: [NodeID]) -> [NodeID] {
        nodes.sorted().reduce(into: []) { if $0.last != $1 { $0.append($1) } }
    }
}

/// What a quorum made of something.
package enum QuorumDecision: Equatable {
    case pending
    case won
    case lost
}

extension Configuration {
    /// The outcome of a vote; nil is somebody who has not answered.
    package func decide(_ vote: (NodeID) -> Bool?) -> QuorumDecision {
        let first = Self.decide(voters, vote)
        guard isJoint else { return first }
        let second = Self.decide(outgoing, vote)
        if first == .lost || second == .lost { return .lost }
        return first == .won && second == .won ? .won : .pending
    }

    /// The highest value that a quorum has reached, both quorums in a joint configuration.
    package func reached(_ value: (NodeID) -> UInt64) -> UInt64 {
        let first = Self.reached(voters, value)
        return isJoint ? min(first, Self.reached(outgoing, value)) : first
    }

    private static func decide(_ voters: [NodeID], _ vote: (NodeID) -> Bool?) -> QuorumDecision {
        let majority = voters.count / 2 + 1
        var (granted, refused) = (0, 0)
        for voter in voters {
            switch vote(voter) {
            case true: granted += 1
            case false: refused += 1
            case nil: break
            }
        }
        if granted >= majority { return .won }
        return refused > voters.count - majority ? .lost : .pending
    }

    private static func reached(_ voters: [NodeID], _ value: (NodeID) -> UInt64) -> UInt64 {
        let rising = voters.map(value).sorted()
        return rising[(voters.count - 1) / 2]
    }
}

extension Configuration {
    package func encode(into writer: inout ByteWriter) {
        for nodes in [voters, outgoing, learners] {
            writer.writeVarint(UInt64(nodes.count))
            for node in nodes { writer.writeVarint(node.rawValue) }
        }
    }

    package init(from reader: inout ByteReader) throws(WireError) {
        var sets: [[NodeID]] = []
        for _ in 0..<3 {
            var nodes: [NodeID] = []
            for _ in 0..<(try reader.readCount(limit: 255)) {
                let node = NodeID(try reader.readVarint())
                // One configuration, one encoding: it is part of the state hash.
                if let last = nodes.last, last >= node { throw .invalidValue }
                nodes.append(node)
            }
            sets.append(nodes)
        }
        if sets[0].isEmpty { throw .invalidValue }
        self.init(voters: sets[0], outgoing: sets[1], learners: sets[2])
    }
}

extension Configuration {
    /// The payload of an entry of its kind.
    package func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: 32)
        encode(into: &writer)
        return writer.bytes
    }

    /// Reads what `encoded()` wrote; nil if these bytes are no configuration.
    package init?(encoded bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        do throws(WireError) {
            self = try Configuration(from: &reader)
            try reader.finish()
        } catch {
            return nil
        }
    }
}

extension Entry {
    /// The configuration that it brings; nil if it is of another kind, or cannot be read.
    public var configuration: Configuration? {
        kind == .configuration ? Configuration(encoded: payload) : nil
    }
}
