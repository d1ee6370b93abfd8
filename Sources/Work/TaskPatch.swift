import Wire

/// A change to some fields of a task; nil leaves a field as it is.
package struct TaskPatch: Hashable, Sendable {
    package var title: String?
    package var description: String?
    package var status: TaskStatus?
    package var priority: UInt8?
    /// `.some(nil)` clears it.
    package var due: CalendarDate??
    /// `.some(nil)` clears it.
    package var assignee: String??
    package var labels: [String]?
    package var board: BoardID?
    /// `.some(nil)`: the board's column for tasks of the status.
    package var column: String??

    /// Whether it says more than machine version 1 knew.
    package var hasPlace: Bool { board != nil || column != nil }

    package init() {}

    /// Every field becomes as it is in these.
    package init(all fields: TaskFields) {
        title = fields.title
        description = fields.description
        status = fields.status
        priority = fields.priority
        due = .some(fields.due)
        assignee = .some(fields.assignee)
        labels = fields.labels
        board = fields.board
        column = .some(fields.column)
    }

    package func applied(to fields: TaskFields) -> TaskFields {
        var result = fields
        if let title { result.title = title }
        if let description { result.description = description }
        if let status { result.status = status }
        if let priority { result.priority = priority }
        if let due { result.due = due }
        if let assignee { result.assignee = assignee }
        if let labels { result.labels = labels }
        if let board { result.board = board }
        if let column {
            result.column = column
        } else if result.board != fields.board || result.status != fields.status {
            // A column has one status: with another one the task is in that one's.
            result.column = nil
        }
        return result
    }

    func encode(into writer: inout ByteWriter) {
        writer.writeOptional(title) { $0.writeString($1) }
        writer.writeOptional(description) { $0.writeString($1) }
        writer.writeOptional(status) { $0.writeByte($1.rawValue) }
        writer.writeOptional(priority) { $0.writeByte($1) }
        writer.writeOptional(due) { $0.writeOptional($1) { $0.writeDate($1) } }
        writer.writeOptional(assignee) { $0.writeOptional($1) { $0.writeString($1) } }
        writer.writeOptional(labels) { writer, labels in
            writer.writeVarint(UInt64(labels.count))
            for label in labels { writer.writeString(label) }
        }
    }

    init(from reader: inout ByteReader) throws(WireError) {
        title = try reader.readOptional { reader throws(WireError) in
            try reader.readString(limit: Limits.titleCharacters * 4)
        }
        description = try reader.readOptional { reader throws(WireError) in
            try reader.readString(limit: Limits.descriptionBytes)
        }
        status = try reader.readOptional { reader throws(WireError) in try reader.readStatus() }
        priority = try reader.readOptional { reader throws(WireError) in try reader.readByte() }
        if try reader.readBool() {
            due = .some(
                try reader.readOptional { reader throws(WireError) in try reader.readDate() })
        }
        if try reader.readBool() {
            assignee = .some(
                try reader.readOptional { reader throws(WireError) in try reader.readName() })
        }
        labels = try reader.readOptional { reader throws(WireError) in try reader.readLabels() }
    }

    func encodePlace(into writer: inout ByteWriter) {
        writer.writeOptional(board) { $0.writeVarint($1.rawValue) }
        writer.writeOptional(column) { $0.writeOptional($1) { $0.writeString($1) } }
    }

    mutating func readPlace(from reader: inout ByteReader) throws(WireError) {
        board = try reader.readOptional { reader throws(WireError) in
            BoardID(try reader.readVarint())
        }
        if try reader.readBool() {
            column = .some(
                try reader.readOptional { reader throws(WireError) in try reader.readColumnKey() })
        }
    }
}
