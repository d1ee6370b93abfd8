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
