import Wire

/// A task's number: from 1, rising in log order, never reused. Clients may leave some out.
package struct TaskID: RawRepresentable, Hashable, Comparable, Sendable {
    package let rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }
    package init(_ rawValue: UInt64) { self.rawValue = rawValue }
    package static func < (left: TaskID, right: TaskID) -> Bool { left.rawValue < right.rawValue }
}

package enum TaskStatus: UInt8, Sendable, CaseIterable {
    case pending = 0
    case inProgress = 1
    case done = 2

    package init?(name: some StringProtocol) {
        guard let status = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = status
    }

    /// As the API and the database spell it.
    package var name: String {
        switch self {
        case .pending: "pending"
        case .inProgress: "in_progress"
        case .done: "done"
        }
    }
}

/// What a person may set on a task.
package struct TaskFields: Hashable, Sendable {
    package var title: String
    package var description = ""
    package var status = TaskStatus.pending
    package var priority: UInt8 = 0
    package var due: CalendarDate?
    package var assignee: String?
    package var labels: [String] = []
    package var board = BoardID.first
    /// The key of its column; nil: the board's column for tasks of its status.
    package var column: String?

    /// Whether it says more than machine version 1 knew.
    package var hasPlace: Bool { board != .first || column != nil }

    package init(title: String) { self.title = title }
}

/// A task as it is stored: what a person set, and what the cluster knows about it.
package struct TaskRecord: Hashable, Sendable {
    package var id: TaskID
    package var fields: TaskFields
    /// Its place within its column; rising.
    package var rank: Int64
    /// The node that took the request.
    package var createdBy: UInt64
    package var author: String?
    /// From 1, one more with every change; the strong ETag.
    package var version: UInt64
    package var created: Timestamp
    package var updated: Timestamp
    /// Set on a tombstone, which only the stores keep.
    package var deletedAt: Timestamp?
    /// The log index of the last change: projections catch up by it.
    package var changedIndex: UInt64

    package init(
        id: TaskID, fields: TaskFields, rank: Int64, createdBy: UInt64, author: String?,
        version: UInt64, created: Timestamp, updated: Timestamp, deletedAt: Timestamp?,
        changedIndex: UInt64
    ) {
        self.id = id
        self.fields = fields
        self.rank = rank
        self.createdBy = createdBy
        self.author = author
        self.version = version
        self.created = created
        self.updated = updated
        self.deletedAt = deletedAt
        self.changedIndex = changedIndex
    }

    /// What it counts towards `Limits.stateBytes`.
    var size: Int { Self.size(fields) }

    static func size(_ fields: TaskFields) -> Int {
        160 + fields.title.utf8.count + fields.description.utf8.count
            + fields.labels.reduce(0) { $0 + $1.utf8.count + 16 } + (fields.column?.utf8.count ?? 0)
    }

    /// The record's part of the state hash.
    package var hash: UInt64 {
        var writer = ByteWriter(capacity: 128 + fields.description.utf8.count)
        encodeWithoutPlace(into: &writer)
        // What tasks did not have before machine version 3 changes no hash where it is not set.
        if fields.hasPlace { fields.encodePlace(into: &writer) }
        return Hash64.hash(writer.bytes, seed: 1)
    }

    private func encodeWithoutPlace(into writer: inout ByteWriter) {
        writer.writeVarint(id.rawValue)
        fields.encode(into: &writer)
        writer.writeSigned(rank)
        writer.writeVarint(createdBy)
        writer.writeOptional(author) { $0.writeString($1) }
        writer.writeVarint(version)
        writer.writeSigned(created.milliseconds)
        writer.writeSigned(updated.milliseconds)
        writer.writeOptional(deletedAt) { $0.writeSigned($1.milliseconds) }
        writer.writeVarint(changedIndex)
    }

    func encode(into writer: inout ByteWriter) {
        encodeWithoutPlace(into: &writer)
        fields.encodePlace(into: &writer)
    }

    init(from reader: inout ByteReader) throws(WireError) {
        id = TaskID(try reader.readVarint())
        fields = try TaskFields(from: &reader)
        rank = try reader.readSigned()
        createdBy = try reader.readVarint()
        author = try reader.readOptional { reader throws(WireError) in try reader.readName() }
        version = try reader.readVarint()
        created = Timestamp(milliseconds: try reader.readSigned())
        updated = Timestamp(milliseconds: try reader.readSigned())
        deletedAt = try reader.readOptional { reader throws(WireError) in
            Timestamp(milliseconds: try reader.readSigned())
        }
        changedIndex = try reader.readVarint()
        try fields.readPlace(from: &reader)
    }
}

extension TaskFields {
    /// Whether both have the same bytes.
    func isIdentical(to other: TaskFields) -> Bool {
        status == other.status && priority == other.priority && due == other.due
            && Text.isIdentical(title, other.title)
            && Text.isIdentical(description, other.description)
            && Text.isIdentical(assignee, other.assignee)
            && labels.elementsEqual(other.labels) { Text.isIdentical($0, $1) }
            && board == other.board && Text.isIdentical(column, other.column)
    }

    func encode(into writer: inout ByteWriter) {
        writer.writeString(title)
        writer.writeString(description)
        writer.writeByte(status.rawValue)
        writer.writeByte(priority)
        writer.writeOptional(due) { $0.writeDate($1) }
        writer.writeOptional(assignee) { $0.writeString($1) }
        writer.writeVarint(UInt64(labels.count))
        for label in labels { writer.writeString(label) }
    }

    init(from reader: inout ByteReader) throws(WireError) {
        title = try reader.readString(limit: Limits.titleCharacters * 4)
        description = try reader.readString(limit: Limits.descriptionBytes)
        status = try reader.readStatus()
        priority = try reader.readByte()
        due = try reader.readOptional { reader throws(WireError) in try reader.readDate() }
        assignee = try reader.readOptional { reader throws(WireError) in try reader.readName() }
        labels = try reader.readLabels()
    }

    func encodePlace(into writer: inout ByteWriter) {
        writer.writeVarint(board.rawValue)
        writer.writeOptional(column) { $0.writeString($1) }
    }

    mutating func readPlace(from reader: inout ByteReader) throws(WireError) {
        board = BoardID(try reader.readVarint())
        column = try reader.readOptional { reader throws(WireError) in try reader.readColumnKey() }
    }
}

extension ByteWriter {
    mutating func writeDate(_ date: CalendarDate) {
        writeFixed(UInt16(date.year))
        writeByte(UInt8(date.month))
        writeByte(UInt8(date.day))
    }
}

extension ByteReader {
    mutating func readDate() throws(WireError) -> CalendarDate {
        let year: UInt16 = try readFixed()
        let month = try readByte()
        let day = try readByte()
        guard let date = CalendarDate(year: Int(year), month: Int(month), day: Int(day)) else {
            throw .invalidValue
        }
        return date
    }

    mutating func readStatus() throws(WireError) -> TaskStatus {
        let raw = try readByte()
        guard let status = TaskStatus(rawValue: raw) else { throw .unknownTag(raw) }
        return status
    }

    /// One line of text: a control character in it would not survive every database.
    mutating func readLine(limit: Int) throws(WireError) -> String {
        let text = try readString(limit: limit)
        if Text.hasControl(text) { throw .invalidValue }
        return text
    }

    mutating func readName() throws(WireError) -> String {
        try readLine(limit: Limits.nameCharacters * 4)
    }

    mutating func readColumnKey() throws(WireError) -> String {
        try readLine(limit: Limits.columnKeyBytes)
    }

    mutating func readLabels() throws(WireError) -> [String] {
        let count = try readCount(limit: Limits.labels)
        var labels: [String] = []
        for _ in 0..<count { labels.append(try readString(limit: Limits.labelCharacters * 4)) }
        return labels
    }
}
