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
    /// To a place within a column: apply finds the rank.
    case moveTask(TaskID, expected: UInt64?, TaskMove)
    /// Brings a deleted task back under its number, with these fields: those that it had, or had
    /// once. What else the record says of its life is kept as far as it can be; it gets a version
    /// that it never had.
    case restoreTask(TaskRecord)
    /// All of them or none; `Limits.importedTasks` at most.
    case importTasks([TaskFields])
    case items(ItemCommand)
    case people(PeopleCommand)
    /// Under this number, if no task had it before and it is not too far ahead
    /// (`StateScalars.highestTask`).
    case createNumbered(TaskID, TaskFields)

    /// The machine version that brought the command.
    package var machineVersion: UInt32 {
        switch self {
        case .createTask(let fields): fields.hasPlace ? 3 : 1
        case .updateTask(_, _, let patch): patch.hasPlace ? 3 : 1
        case .deleteTask, .registerNode, .raiseMachineVersion: 1
        case .limitState: 2
        case .jobs(let command): command.machineVersion
        case .moveTask, .restoreTask, .importTasks, .items, .people: 3
        case .createNumbered: 4
        }
    }
}

/// Where a task is moved to. What is nil stays as it is; a neighbour that is not in the column any
/// more is passed over, and without any the task comes to the column's end.
package struct TaskMove: Hashable, Sendable {
    package var board: BoardID?
    package var column: String?
    /// It comes right behind this task.
    package var after: TaskID?
    /// It comes right before this task, if there is no `after`.
    package var before: TaskID?

    package init(
        board: BoardID? = nil, column: String? = nil, after: TaskID? = nil, before: TaskID? = nil
    ) {
        self.board = board
        self.column = column
        self.after = after
        self.before = before
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
            writer.writeByte(fields.hasPlace ? 8 : 1)
            fields.encode(into: &writer)
            if fields.hasPlace { fields.encodePlace(into: &writer) }
        case .updateTask(let id, let expected, let patch):
            writer.writeByte(patch.hasPlace ? 9 : 2)
            writer.writeVarint(id.rawValue)
            writer.writeOptional(expected) { $0.writeVarint($1) }
            patch.encode(into: &writer)
            if patch.hasPlace { patch.encodePlace(into: &writer) }
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
        case .moveTask(let id, let expected, let move):
            writer.writeByte(10)
            writer.writeVarint(id.rawValue)
            writer.writeOptional(expected) { $0.writeVarint($1) }
            move.encode(into: &writer)
        case .restoreTask(let task):
            writer.writeByte(11)
            task.encode(into: &writer)
        case .importTasks(let tasks):
            writer.writeByte(12)
            writer.writeList(tasks) {
                $1.encode(into: &$0)
                $1.encodePlace(into: &$0)
            }
        case .items(let command):
            writer.writeByte(13)
            command.encode(into: &writer)
        case .people(let command):
            writer.writeByte(14)
            command.encode(into: &writer)
        case .createNumbered(let id, let fields):
            writer.writeByte(15)
            writer.writeVarint(id.rawValue)
            fields.encode(into: &writer)
            fields.encodePlace(into: &writer)
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
        case 8:
            var fields = try TaskFields(from: &reader)
            try fields.readPlace(from: &reader)
            // Tag 1 is for tasks without a place, and tag 2 for patches without one.
            if !fields.hasPlace { throw .invalidValue }
            self = .createTask(fields)
        case 9:
            let id = TaskID(try reader.readVarint())
            let expected = try reader.readVersion()
            var patch = try TaskPatch(from: &reader)
            try patch.readPlace(from: &reader)
            if !patch.hasPlace { throw .invalidValue }
            self = .updateTask(id, expected: expected, patch)
        case 10:
            let id = TaskID(try reader.readVarint())
            let expected = try reader.readVersion()
            self = .moveTask(id, expected: expected, try TaskMove(from: &reader))
        case 11: self = .restoreTask(try TaskRecord(from: &reader))
        case 12: self = .importTasks(try reader.readImport())
        case 13: self = .items(try ItemCommand(from: &reader))
        case 14: self = .people(try PeopleCommand(from: &reader))
        case 15:
            let id = TaskID(try reader.readVarint())
            var fields = try TaskFields(from: &reader)
            try fields.readPlace(from: &reader)
            self = .createNumbered(id, fields)
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
    mutating func readVersion() throws(WireError) -> UInt64? {
        try readOptional { reader throws(WireError) in try reader.readVarint() }
    }
}
