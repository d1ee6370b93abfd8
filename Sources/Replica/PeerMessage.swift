package import Raft
package import Wire
import Work

/// What travels between members: consensus, commands for the leader, and what nodes tell about
/// themselves.
package enum PeerMessage: Hashable, Sendable {
    case raft(Message)
    /// Encoded requests that the leader is asked to append.
    case forward([Forwarded])
    /// These were not appended, and will not be.
    case forwardRejected([UInt64])
    indirect case report(NodeReport)
    /// Which of the sender's clients wait for jobs.
    case workers(WorkerNote)
    /// The leader has heard what was sent at this time of the other's clock.
    case workersHeard(UInt64)
    /// A person looks at the sender: it wants to be shown the receiver for two seconds.
    case watch
    indirect case view(NodeView)
    /// A person wants another leader; nil: whoever has most.
    case transfer(NodeID?)
}

/// A request on its way to the leader.
package struct Forwarded: Hashable, Sendable {
    package var number: UInt64
    package var request: [UInt8]

    package init(number: UInt64, request: [UInt8]) {
        self.number = number
        self.request = request
    }
}

/// What a node tells its peers about itself.
package struct NodeReport: Hashable, Sendable {
    package var role: UInt8
    package var term: UInt64
    package var commit: UInt64
    package var applied: UInt64
    package var lastIndex: UInt64
    package var stateHash: UInt64
    package var baseIndex: UInt64
    package var storeKind: UInt8
    package var storeState: UInt8
    package var storeIndex: UInt64
    package var storeError: String?
    package var repairing: String?
    package var name: String
    package var http: String

    package init(
        role: UInt8, term: UInt64, commit: UInt64, applied: UInt64, lastIndex: UInt64,
        stateHash: UInt64, baseIndex: UInt64, storeKind: UInt8, storeState: UInt8,
        storeIndex: UInt64, storeError: String?, repairing: String?, name: String, http: String
    ) {
        self.role = role
        self.term = term
        self.commit = commit
        self.applied = applied
        self.lastIndex = lastIndex
        self.stateHash = stateHash
        self.baseIndex = baseIndex
        self.storeKind = storeKind
        self.storeState = storeState
        self.storeIndex = storeIndex
        self.storeError = storeError
        self.repairing = repairing
        self.name = name
        self.http = http
    }
}

extension PeerMessage {
    private static let forwardedMax = 4096

    package func encode(into writer: inout ByteWriter) {
        switch self {
        case .raft(let message):
            writer.writeByte(1)
            message.encode(into: &writer)
        case .forward(let requests):
            writer.writeByte(2)
            writer.writeVarint(UInt64(requests.count))
            for request in requests {
                writer.writeVarint(request.number)
                writer.writeBytes(request.request)
            }
        case .forwardRejected(let numbers):
            writer.writeByte(3)
            writer.writeVarint(UInt64(numbers.count))
            for number in numbers { writer.writeVarint(number) }
        case .report(let report):
            writer.writeByte(4)
            report.encode(into: &writer)
        case .workers(let note):
            writer.writeByte(5)
            note.encode(into: &writer)
        case .workersHeard(let sent):
            writer.writeByte(6)
            writer.writeVarint(sent)
        case .watch: writer.writeByte(7)
        case .view(let view):
            writer.writeByte(8)
            view.encode(into: &writer)
        case .transfer(let target):
            writer.writeByte(9)
            writer.writeOptional(target) { $0.writeVarint($1.rawValue) }
        }
    }

    package init(from reader: inout ByteReader) throws(WireError) {
        switch try reader.readByte() {
        case 1: self = .raft(try Message(from: &reader))
        case 2:
            var requests: [Forwarded] = []
            for _ in 0..<(try reader.readCount(limit: Self.forwardedMax)) {
                let number = try reader.readVarint()
                let bytes = try reader.readBytes(limit: Limits.commandBytes)
                requests.append(Forwarded(number: number, request: Array(bytes)))
            }
            self = .forward(requests)
        case 3:
            var numbers: [UInt64] = []
            for _ in 0..<(try reader.readCount(limit: Self.forwardedMax)) {
                numbers.append(try reader.readVarint())
            }
            self = .forwardRejected(numbers)
        case 4: self = .report(try NodeReport(from: &reader))
        case 5: self = .workers(try WorkerNote(from: &reader))
        case 6: self = .workersHeard(try reader.readVarint())
        case 7: self = .watch
        case 8: self = .view(try NodeView(from: &reader))
        case 9:
            self = .transfer(
                try reader.readOptional { reader throws(WireError) in
                    NodeID(try reader.readVarint())
                })
        case let other: throw .unknownTag(other)
        }
        try reader.finish()
    }

    /// How many requests fit into one message.
    static func batchEnd(_ sizes: some Sequence<Int>) -> Int {
        var (count, bytes) = (0, 0)
        for size in sizes {
            bytes += size + 16
            if count > 0, bytes > Bounds.messageBytes || count >= forwardedMax { break }
            count += 1
        }
        return count
    }
}

extension NodeReport {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.writeByte(role)
        for value in [term, commit, applied, lastIndex, stateHash, baseIndex] {
            writer.writeVarint(value)
        }
        writer.writeByte(storeKind)
        writer.writeByte(storeState)
        writer.writeVarint(storeIndex)
        writer.writeOptional(storeError) { $0.writeString(Self.clipped($1)) }
        writer.writeOptional(repairing) { $0.writeString(Self.clipped($1)) }
        writer.writeString(Self.clipped(name))
        writer.writeString(Self.clipped(http))
    }

    fileprivate init(from reader: inout ByteReader) throws(WireError) {
        role = try reader.readByte()
        term = try reader.readVarint()
        commit = try reader.readVarint()
        applied = try reader.readVarint()
        lastIndex = try reader.readVarint()
        stateHash = try reader.readVarint()
        baseIndex = try reader.readVarint()
        storeKind = try reader.readByte()
        storeState = try reader.readByte()
        storeIndex = try reader.readVarint()
        storeError = try reader.readOptional { reader throws(WireError) in
            try reader.readString(limit: 1024)
        }
        repairing = try reader.readOptional { reader throws(WireError) in
            try reader.readString(limit: 1024)
        }
        name = try reader.readString(limit: 1024)
        http = try reader.readString(limit: 1024)
    }

    /// Error texts come from elsewhere; a report stays small.
    private static func clipped(_ text: String) -> String {
        text.utf8.count <= 1024 ? text : String(text.unicodeScalars.prefix(250))
    }
}
