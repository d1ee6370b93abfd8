import Raft
package import Wire

/// Between nodes of one cluster: the one that a person looks at asks the others for their views.
extension NodeView {
    static let listMax = 64
    static let textMax = 1024

    package func encode(into writer: inout ByteWriter) {
        writer.writeByte(role.code)
        writer.writeVarint(term)
        writer.writeOptional(leader) { $0.writeVarint($1.rawValue) }
        writer.writeOptional(vote) { $0.writeVarint($1.rawValue) }
        writer.writeOptional(timer) { writer, timer in
            writer.writeVarint(timer.elapsed)
            writer.writeVarint(timer.timeout)
        }
        writer.writeOptional(silence) { $0.writeVarint($1) }
        for value in [first, last, commit, applied, durable, stateHash, stores.base] {
            writer.writeVarint(value)
        }
        writer.writeByte(stores.kind)
        writer.writeByte(stores.state)
        for value in [stores.index, pending, sent, received] { writer.writeVarint(value) }
        writer.writeOptional(impediment) { $0.writeString($1) }
        encodeLists(into: &writer)
    }

    private func encodeLists(into writer: inout ByteWriter) {
        writer.writeList(followers) { writer, follower in
            writer.writeVarint(follower.node.rawValue)
            for value in [follower.match, follower.next, follower.inflight] {
                writer.writeVarint(value)
            }
            writer.writeBool(follower.isProbed)
        }
        writer.writeList(ballot) { writer, ballot in
            writer.writeVarint(ballot.node.rawValue)
            writer.writeBool(ballot.isGranted)
        }
        writer.writeList(tail) { writer, slot in
            for value in [slot.index, slot.term, slot.size] { writer.writeVarint(value) }
            writer.writeOptional(slot.kind) { $0.writeByte($1.rawValue) }
        }
        writer.writeList(faults) { writer, fault in
            writer.writeVarint(fault.to.rawValue)
            writer.writeBool(fault.isCut)
            writer.writeVarint(fault.delay)
        }
        writer.writeList(flights) { $1.encode(into: &$0) }
        writer.writeList(happenings) { $1.encode(into: &$0) }
    }

    package init(from reader: inout ByteReader) throws(WireError) {
        role = try Role(code: try reader.readByte())
        term = try reader.readVarint()
        leader = try reader.readNode()
        vote = try reader.readNode()
        timer = try reader.readOptional { reader throws(WireError) in
            Timer(elapsed: try reader.readVarint(), timeout: try reader.readVarint())
        }
        silence = try reader.readNumber()
        first = try reader.readVarint()
        last = try reader.readVarint()
        commit = try reader.readVarint()
        applied = try reader.readVarint()
        durable = try reader.readVarint()
        stateHash = try reader.readVarint()
        stores = Stores(
            base: try reader.readVarint(), kind: try reader.readByte(),
            state: try reader.readByte(), index: try reader.readVarint())
        pending = try reader.readVarint()
        sent = try reader.readVarint()
        received = try reader.readVarint()
        impediment = try reader.readText()
        followers = try reader.readList { reader throws(WireError) in
            var follower = Follower(
                node: NodeID(try reader.readVarint()), match: try reader.readVarint(),
                next: try reader.readVarint(), isProbed: false, inflight: try reader.readVarint())
            follower.isProbed = try reader.readBool()
            return follower
        }
        ballot = try reader.readList { reader throws(WireError) in
            Ballot(node: NodeID(try reader.readVarint()), isGranted: try reader.readBool())
        }
        tail = try reader.readList { reader throws(WireError) in try Slot(from: &reader) }
        faults = try reader.readList { reader throws(WireError) in
            LinkFault(
                to: NodeID(try reader.readVarint()), isCut: try reader.readBool(),
                delay: try reader.readVarint())
        }
        flights = try reader.readList { reader throws(WireError) in try Flight(from: &reader) }
        happenings = try reader.readList { reader throws(WireError) in
            try Happening(from: &reader)
        }
    }
}

extension NodeView.Slot {
    fileprivate init(from reader: inout ByteReader) throws(WireError) {
        index = try reader.readVarint()
        term = try reader.readVarint()
        size = try reader.readVarint()
        kind = try reader.readOptional { reader throws(WireError) in
            let code = try reader.readByte()
            guard let kind = EntryKind(rawValue: code) else { throw .unknownTag(code) }
            return kind
        }
    }
}

extension NodeView.Flight {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.writeVarint(to.rawValue)
        writer.writeByte(kind.rawValue)
        switch fate {
        case .sent: writer.writeByte(0)
        case .lost: writer.writeByte(1)
        case .delayed(let delay):
            writer.writeByte(2)
            writer.writeVarint(delay)
        }
        for value in [term, entries, count, age] { writer.writeVarint(value) }
    }

    fileprivate init(from reader: inout ByteReader) throws(WireError) {
        to = NodeID(try reader.readVarint())
        let code = try reader.readByte()
        guard let kind = NodeView.FlightKind(rawValue: code) else { throw .unknownTag(code) }
        self.kind = kind
        switch try reader.readByte() {
        case 0: fate = .sent
        case 1: fate = .lost
        case 2: fate = .delayed(try reader.readVarint())
        case let other: throw .unknownTag(other)
        }
        term = try reader.readVarint()
        entries = try reader.readVarint()
        count = try reader.readVarint()
        age = try reader.readVarint()
    }
}

extension NodeView.Happening {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.writeByte(kind.rawValue)
        writer.writeVarint(term)
        writer.writeOptional(node) { $0.writeVarint($1.rawValue) }
        writer.writeOptional(silence) { $0.writeVarint($1) }
        writer.writeOptional(text) { $0.writeString($1) }
        writer.writeVarint(age)
    }

    fileprivate init(from reader: inout ByteReader) throws(WireError) {
        let code = try reader.readByte()
        guard let kind = Kind(rawValue: code) else { throw .unknownTag(code) }
        self.kind = kind
        term = try reader.readVarint()
        node = try reader.readNode()
        silence = try reader.readNumber()
        text = try reader.readText()
        age = try reader.readVarint()
    }
}

extension Role {
    fileprivate var code: UInt8 {
        switch self {
        case .follower: 0
        case .preCandidate: 1
        case .candidate: 2
        case .leader: 3
        }
    }

    fileprivate init(code: UInt8) throws(WireError) {
        switch code {
        case 0: self = .follower
        case 1: self = .preCandidate
        case 2: self = .candidate
        case 3: self = .leader
        default: throw .unknownTag(code)
        }
    }
}

extension ByteWriter {
    fileprivate mutating func writeList<Element>(
        _ list: [Element], _ write: (inout ByteWriter, Element) -> Void
    ) {
        precondition(list.count <= NodeView.listMax, "What is shown is bounded where it is made.")
        writeVarint(UInt64(list.count))
        for element in list { write(&self, element) }
    }
}

extension ByteReader {
    fileprivate mutating func readList<Element>(
        _ read: (inout ByteReader) throws(WireError) -> Element
    ) throws(WireError) -> [Element] {
        var list: [Element] = []
        for _ in 0..<(try readCount(limit: NodeView.listMax)) { list.append(try read(&self)) }
        return list
    }

    fileprivate mutating func readNode() throws(WireError) -> NodeID? {
        try readNumber().map { NodeID($0) }
    }

    fileprivate mutating func readNumber() throws(WireError) -> UInt64? {
        try readOptional { reader throws(WireError) in try reader.readVarint() }
    }

    fileprivate mutating func readText() throws(WireError) -> String? {
        try readOptional { reader throws(WireError) in
            try reader.readString(limit: NodeView.textMax)
        }
    }
}
