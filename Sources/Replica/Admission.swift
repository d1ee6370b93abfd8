package import Raft
import Work

/// Decides whom this node talks to. Pure: who asks, what is remembered, and what follows.
package struct Admission {
    package let own: Hello
    package private(set) var memory: [NodeID: PeerMemory]

    package init(own: Hello, memory: [PeerMemory]) {
        self.own = own
        self.memory = Dictionary(memory.map { ($0.node, $0) }) { $1 }
    }

    /// How this node introduces itself: never with more than what survives a crash, since peers
    /// remember it.
    package func hello(to peer: NodeID, of replica: borrowing Replica) -> Hello {
        var hello = own
        hello.target = peer
        hello.term = replica.durableTerm
        hello.last = replica.durablePosition
        hello.isRepairing = replica.isRepairing
        return hello
    }

    package func refusal(_ hello: Hello, by replica: borrowing Replica) -> String? {
        refusal(
            hello, registered: replica.state.nodes[hello.node.rawValue]?.incarnation,
            isMember: isMember(hello, of: replica))
    }

    /// As far as this node's log says. Whose log has more than that may have been added by what
    /// this node lacks; if it stayed outside, an old member could never hear of its new leader.
    private func isMember(_ hello: Hello, of replica: borrowing Replica) -> Bool {
        replica.configuration.includes(hello.node) || hello.last > replica.durablePosition
    }

    /// Why the peer is refused; nil if it is welcome. `registered`: the incarnation that the
    /// replicated state knows for it.
    package func refusal(_ hello: Hello, registered: UInt64?, isMember: Bool = true) -> String? {
        guard hello.protocolVersion == Hello.protocolVersion else {
            return "peer protocol \(hello.protocolVersion) is not \(Hello.protocolVersion), which "
                + "\(own.node) speaks; run versions of the program that can work together"
        }
        guard hello.cluster == own.cluster else {
            return "it belongs to another cluster (\(hex(hello.cluster)), not \(hex(own.cluster))); "
                + "check cluster and initial_members on both nodes"
        }
        guard hello.target == own.node else {
            return "it wanted \(hello.target), but this is \(own.node); check initial_members"
        }
        guard hello.node != own.node, isMember else {
            return "\(hello.node) is no other member of this cluster"
        }
        let known = memory[hello.node]
        if let before = known?.incarnation ?? registered, before != hello.incarnation {
            return "\(hello.node) came back with another data directory (incarnation "
                + "\(hex(hello.incarnation)), not \(hex(before))): it has lost what it "
                + "acknowledged. Put its data directory back, or add it as a new member"
        }
        if let known, hello.bootCount < known.bootCount || hello.term < known.term {
            return "\(hello.node) runs on an old copy of its data directory (boot "
                + "\(hello.bootCount), term \(hello.term.rawValue); boot \(known.bootCount), term "
                + "\(known.term.rawValue) was seen). Put the newest copy back, or add it as a "
                + "new member"
        }
        if let known, hello.term == known.last.term, hello.last.index < known.last.index,
            !hello.isRepairing
        {
            return "\(hello.node) has less in its log than it acknowledged (up to entry "
                + "\(hello.last.index.rawValue), not \(known.last.index.rawValue)): its data "
                + "directory is an old copy. Put the newest one back, or add it as a new member"
        }
        return nil
    }

    /// What to remember of a welcome peer; nil if nothing is new. One that knows of its loss may
    /// be healed before it has everything again that it once acknowledged.
    package mutating func remember(_ hello: Hello) -> PeerMemory? {
        let new = PeerMemory(
            node: hello.node, incarnation: hello.incarnation, bootCount: hello.bootCount,
            term: hello.term,
            last: hello.isRepairing ? .zero : memory[hello.node]?.last ?? .zero)
        if memory[hello.node] == new { return nil }
        memory[hello.node] = new
        return new
    }

    /// What the followers have acknowledged to this node, if it leads.
    package mutating func note(acknowledgedTo replica: borrowing Replica) {
        for (peer, position) in replica.acknowledged { note(position, of: peer) }
    }

    /// A follower has acknowledged so much to this leader, in its term.
    package mutating func note(_ position: LogPosition, of peer: NodeID) {
        guard let known = memory[peer], known.last < position else { return }
        memory[peer]?.last = position
    }

    private func hex(_ value: UInt64) -> String { String(value, radix: 16) }
}
