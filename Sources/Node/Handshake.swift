package import Raft
package import Wire

/// How a node introduces itself to a peer, as the first frame in both directions.
package struct Hello: Hashable, Sendable {
    package static let magic: UInt32 = 0x5446_4b52  // "RKFT" in the order of the bytes
    package static let protocolVersion: UInt16 = 1

    package var protocolVersion: UInt16
    package var machineVersion: UInt32
    package var cluster: UInt64
    package var node: NodeID
    /// Whom it believes to talk to.
    package var target: NodeID
    package var incarnation: UInt64
    package var bootCount: UInt64
    package var term: Term
    package var last: LogPosition
    /// It knows that it lost entries, and neither votes nor campaigns until it has them back.
    package var isRepairing: Bool

    package init(
        protocolVersion: UInt16 = Hello.protocolVersion, machineVersion: UInt32, cluster: UInt64,
        node: NodeID, target: NodeID, incarnation: UInt64, bootCount: UInt64, term: Term,
        last: LogPosition, isRepairing: Bool = false
    ) {
        self.protocolVersion = protocolVersion
        self.machineVersion = machineVersion
        self.cluster = cluster
        self.node = node
        self.target = target
        self.incarnation = incarnation
        self.bootCount = bootCount
        self.term = term
        self.last = last
        self.isRepairing = isRepairing
    }
}

package enum HandshakeAnswer: Hashable, Sendable {
    case welcome(Hello)
    case refused(String)
}

extension Hello {
    package func encode(into writer: inout ByteWriter) {
        writer.writeFixed(Self.magic)
        writer.writeFixed(protocolVersion)
        writer.writeFixed(machineVersion)
        writer.writeFixed(cluster)
        writer.writeVarint(node.rawValue)
        writer.writeVarint(target.rawValue)
        writer.writeFixed(incarnation)
        writer.writeVarint(bootCount)
        writer.writeVarint(term.rawValue)
        writer.writeVarint(last.term.rawValue)
        writer.writeVarint(last.index.rawValue)
        writer.writeBool(isRepairing)
    }

    package init(from reader: inout ByteReader) throws(WireError) {
        let magic: UInt32 = try reader.readFixed()
        guard magic == Self.magic else { throw .invalidValue }
        protocolVersion = try reader.readFixed()
        machineVersion = try reader.readFixed()
        cluster = try reader.readFixed()
        node = NodeID(try reader.readVarint())
        target = NodeID(try reader.readVarint())
        incarnation = try reader.readFixed()
        bootCount = try reader.readVarint()
        term = Term(try reader.readVarint())
        let lastTerm = Term(try reader.readVarint())
        last = LogPosition(term: lastTerm, index: LogIndex(try reader.readVarint()))
        isRepairing = try reader.readBool()
    }
}

extension HandshakeAnswer {
    package func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: 96)
        switch self {
        case .welcome(let hello):
            writer.writeByte(1)
            hello.encode(into: &writer)
        case .refused(let reason):
            writer.writeByte(2)
            writer.writeString(reason)
        }
        return writer.bytes
    }

    package init(_ bytes: [UInt8]) throws(WireError) {
        var reader = ByteReader(bytes)
        switch try reader.readByte() {
        case 1: self = .welcome(try Hello(from: &reader))
        case 2: self = .refused(try reader.readString(limit: 1024))
        case let other: throw .unknownTag(other)
        }
        try reader.finish()
    }
}

/// Decides whom this node talks to. Pure: who asks, what is remembered, and what follows.
package struct Admission {
    package let own: Hello
    package let members: [NodeID]
    package private(set) var memory: [NodeID: PeerMemory]

    package init(own: Hello, members: [NodeID], memory: [PeerMemory]) {
        self.own = own
        self.members = members
        self.memory = Dictionary(memory.map { ($0.node, $0) }) { $1 }
    }

    /// Why the peer is refused; nil if it is welcome. `registered`: the incarnation that the
    /// replicated state knows for it.
    package func refusal(_ hello: Hello, registered: UInt64?) -> String? {
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
        guard hello.node != own.node, members.contains(hello.node) else {
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

    /// A follower has acknowledged so much to this leader, in its term.
    package mutating func note(_ position: LogPosition, of peer: NodeID) {
        guard let known = memory[peer], known.last < position else { return }
        memory[peer]?.last = position
    }

    private func hex(_ value: UInt64) -> String { String(value, radix: 16) }
}
