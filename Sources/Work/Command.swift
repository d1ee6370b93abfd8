package import Wire

/// What a client asks the replicated state to do.
package enum Command: Hashable, Sendable {
    case createTask(TaskFields)
    /// Only if the task still has version `expected`; nil accepts any.
    case updateTask(TaskID, expected: UInt64?, TaskPatch)
    case deleteTask(TaskID, expected: UInt64?)
    /// A node makes itself known, at its first start and whenever its addresses change.
    case registerNode(NodeRegistration)
    /// From here on apply may use what this version added; every member supports it.
    case raiseMachineVersion(UInt32)
    case jobs(JobCommand)
    /// What the replicated state may take, in bytes.
    case limitState(UInt64)

    /// The machine version that brought the command.
    package var machineVersion: UInt32 {
        switch self {
        case .createTask, .updateTask, .deleteTask, .registerNode, .raiseMachineVersion: 1
        case .jobs, .limitState: 2
        }
    }
}

/// How a node introduces itself.
package struct NodeRegistration: Hashable, Sendable {
    package var id: UInt64
    package var name: String
    /// Where its page and API can be reached.
    package var address: String
    package var incarnation: UInt64

    package init(id: UInt64, name: String, address: String, incarnation: UInt64) {
        self.id = id
        self.name = name
        self.address = address
        self.incarnation = incarnation
    }
}

extension Command {
    package func encode(into writer: inout ByteWriter) {
        switch self {
        case .createTask(let fields):
            writer.writeByte(1)
            fields.encode(into: &writer)
        case .updateTask(let id, let expected, let patch):
            writer.writeByte(2)
            writer.writeVarint(id.rawValue)
            writer.writeOptional(expected) { $0.writeVarint($1) }
            patch.encode(into: &writer)
        case .deleteTask(let id, let expected):
            writer.writeByte(3)
            writer.writeVarint(id.rawValue)
            writer.writeOptional(expected) { $0.writeVarint($1) }
        case .registerNode(let node):
            writer.writeByte(4)
            writer.writeVarint(node.id)
            writer.writeString(node.name)
            writer.writeString(node.address)
            writer.writeFixed(node.incarnation)
        case .raiseMachineVersion(let version):
            writer.writeByte(5)
            writer.writeFixed(version)
        case .jobs(let command):
            writer.writeByte(6)
            command.encode(into: &writer)
        case .limitState(let bytes):
            writer.writeByte(7)
            writer.writeVarint(bytes)
        }
    }

    package init(from reader: inout ByteReader) throws(WireError) {
        switch try reader.readByte() {
        case 1:
            self = .createTask(try TaskFields(from: &reader))
        case 2:
            let id = TaskID(try reader.readVarint())
            let expected = try reader.readVersion()
            self = .updateTask(id, expected: expected, try TaskPatch(from: &reader))
        case 3:
            let id = TaskID(try reader.readVarint())
            self = .deleteTask(id, expected: try reader.readVersion())
        case 4:
            self = .registerNode(try NodeRegistration(from: &reader))
        case 5:
            self = .raiseMachineVersion(try reader.readFixed())
        case 6:
            self = .jobs(try JobCommand(from: &reader))
        case 7:
            self = .limitState(try reader.readVarint())
        case let other:
            throw .unknownTag(other)
        }
    }
}

extension NodeRegistration {
    fileprivate init(from reader: inout ByteReader) throws(WireError) {
        id = try reader.readVarint()
        name = try reader.readName()
        address = try reader.readLine(limit: 255)
        incarnation = try reader.readFixed()
    }
}

extension ByteReader {
    fileprivate mutating func readVersion() throws(WireError) -> UInt64? {
        try readOptional { reader throws(WireError) in try reader.readVarint() }
    }
}
