package import Wire

/// Who sent a command inside the cluster: one per data directory of a node.
package struct Origin: Hashable, Comparable, Sendable {
    package var node: UInt64
    package var incarnation: UInt64

    package init(node: UInt64, incarnation: UInt64) {
        self.node = node
        self.incarnation = incarnation
    }

    package static func < (left: Origin, right: Origin) -> Bool {
        (left.node, left.incarnation) < (right.node, right.incarnation)
    }
}

/// A client's own name for a request, so that its retry is recognised.
package struct IdempotencyKey: Hashable, Sendable {
    /// Whose key it is: two principals may use the same text.
    package var principal: String
    package var text: String
    /// Of the command: the same key with another command is a client's error.
    package var fingerprint: UInt64

    package init(principal: String, text: String, fingerprint: UInt64) {
        self.principal = principal
        self.text = text
        self.fingerprint = fingerprint
    }
}

/// The leader's clocks at the moment it appended a command.
package struct Stamp: Hashable, Sendable {
    /// Cluster time in milliseconds: moves at the rate of the leaders' monotonic clocks.
    package var clusterTime: UInt64
    package var wallTime: Timestamp

    package init(clusterTime: UInt64, wallTime: Timestamp) {
        self.clusterTime = clusterTime
        self.wallTime = wallTime
    }

    /// Bytes of a stamp in front of an encoded request.
    package static let size = 16

    /// The entry's payload: the leader puts its stamp before the bytes that were forwarded, and
    /// nobody encodes a request twice.
    package func payload(_ request: [UInt8]) -> [UInt8] {
        var writer = ByteWriter(capacity: Self.size + request.count)
        writer.writeFixed(clusterTime)
        writer.writeFixed(UInt64(bitPattern: wallTime.milliseconds))
        writer.writeRaw(request)
        return writer.bytes
    }

    init(from reader: inout ByteReader) throws(WireError) {
        clusterTime = try reader.readFixed()
        // No leader's clock gets there, and what is added to it must not overflow.
        if clusterTime > 1 << 62 { throw .invalidValue }
        let wall: UInt64 = try reader.readFixed()
        wallTime = Timestamp(milliseconds: Int64(bitPattern: wall))
    }
}

/// A command with everything apply needs to know about the request.
package struct Request: Hashable, Sendable {
    package var origin: Origin
    /// Rising within the origin; a request that is sent again keeps its number.
    package var number: UInt64
    /// Every request of this origin below it is decided and will not be sent again.
    package var floor: UInt64
    /// The person or program behind it, for the history.
    package var actor: String?
    /// The token that whoever is behind it has shown: apply looks at it again, and names its user
    /// in the history. nil: the door that took the request needs none.
    package var credential: TokenID?
    package var key: IdempotencyKey?
    package var command: Command

    /// The machine version that can apply it.
    package var machineVersion: UInt32 {
        max(command.machineVersion, credential == nil ? 1 : 3)
    }

    package init(
        origin: Origin, number: UInt64, floor: UInt64, actor: String?, credential: TokenID? = nil,
        key: IdempotencyKey?, command: Command
    ) {
        self.origin = origin
        self.number = number
        self.floor = floor
        self.actor = actor
        self.credential = credential
        self.key = key
        self.command = command
    }

    package func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: 128)
        writer.writeVarint(origin.node)
        writer.writeFixed(origin.incarnation)
        writer.writeVarint(number)
        writer.writeVarint(floor)
        if let credential {
            // Neither of the two bytes that an actor begins with.
            writer.writeByte(2)
            writer.writeVarint(credential.rawValue)
        }
        writer.writeOptional(actor) { $0.writeString($1) }
        writer.writeOptional(key) {
            $0.writeString($1.principal)
            $0.writeString($1.text)
            $0.writeFixed($1.fingerprint)
        }
        command.encode(into: &writer)
        return writer.bytes
    }

    package init(from reader: inout ByteReader) throws(WireError) {
        let node = try reader.readVarint()
        origin = Origin(node: node, incarnation: try reader.readFixed())
        number = try reader.readVarint()
        floor = try reader.readVarint()
        (credential, actor) = try reader.readPerson()
        key = try reader.readOptional { reader throws(WireError) in
            let principal = try reader.readName()
            let text = try reader.readLine(limit: Limits.keyBytes)
            return IdempotencyKey(
                principal: principal, text: text, fingerprint: try reader.readFixed())
        }
        command = try Command(from: &reader)
        try reader.finish()
    }

    /// The fingerprint of a command, for its idempotency key.
    package static func fingerprint(of command: Command) -> UInt64 {
        var writer = ByteWriter(capacity: 128)
        command.encode(into: &writer)
        return Hash64.hash(writer.bytes, seed: 2)
    }
}

extension ByteReader {
    fileprivate mutating func readPerson() throws(WireError) -> (TokenID?, String?) {
        switch try readByte() {
        case 0: return (nil, nil)
        case 1: return (nil, try readName())
        case 2:
            let token = TokenID(try readVarint())
            let actor = try readOptional { reader throws(WireError) in try reader.readName() }
            return (token, actor)
        case let other: throw .unknownTag(other)
        }
    }
}
