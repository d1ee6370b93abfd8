import Wire

/// One column of a board: tasks in it have its status.
package struct Column: Hashable, Sendable {
    /// What queries and commands call it: `[a-z0-9_-]{1,32}`.
    package var key: String
    package var name: String
    package var status: TaskStatus
    /// Whether tasks of its status that name no column are in it. Apply decides: the first column
    /// of a status is its home, and stays it while it is there, wherever it is moved to.
    package internal(set) var isHome = false

    package init(key: String, name: String, status: TaskStatus) {
        self.key = key
        self.name = name
        self.status = status
    }

    init(key: String, name: String, status: TaskStatus, isHome: Bool) {
        self.init(key: key, name: name, status: status)
        self.isHome = isHome
    }

    /// A column that a store kept.
    package init(stored key: String, name: String, status: TaskStatus, isHome: Bool) {
        self.init(key: key, name: name, status: status, isHome: isHome)
    }
}

/// What a person may set on a board.
package struct BoardFields: Hashable, Sendable {
    package var name: String
    package var columns: [Column]
    /// A task that becomes done on this board puts a job into this queue, in the same entry.
    package var onDone: QueueName?

    package init(name: String, columns: [Column], onDone: QueueName? = nil) {
        self.name = name
        self.columns = columns
        self.onDone = onDone
    }

    /// What board 1 begins with.
    package static let initial = BoardFields(
        name: "Tasks",
        columns: [
            Column(key: "pending", name: "To do", status: .pending),
            Column(key: "in_progress", name: "In progress", status: .inProgress),
            Column(key: "done", name: "Done", status: .done),
        ])

    package func column(_ key: String) -> Column? { columns.first { $0.key == key } }

    /// Where tasks of this status are that name no column; nil if the board has none for them.
    package func home(of status: TaskStatus) -> Column? {
        columns.first { $0.isHome && $0.status == status }
    }

    /// The column that a task is in.
    package func column(of fields: TaskFields) -> Column? {
        fields.column.flatMap { column($0) } ?? home(of: fields.status)
    }

    /// Why a task with these fields has no place on the board that they name; nil if it has one.
    /// `board` is that one, if it is there at all.
    package static func problem(
        placing fields: TaskFields, on board: BoardFields?
    ) -> FieldProblem? {
        guard let board else {
            return FieldProblem(
                pointer: "/board", detail: "there is no board \(fields.board.rawValue)")
        }
        if let key = fields.column {
            if board.column(key) != nil { return nil }
            return FieldProblem(pointer: "/column", detail: "the board has no column \(key)")
        }
        if board.home(of: fields.status) != nil { return nil }
        return FieldProblem(
            pointer: "/status", detail: "the board has no column for \(fields.status.name)")
    }
}

/// A board as it is stored.
package struct BoardRecord: Hashable, Sendable {
    package var id: BoardID
    package var fields: BoardFields
    package var life: ItemLife

    package init(id: BoardID, fields: BoardFields, life: ItemLife) {
        self.id = id
        self.fields = fields
        self.life = life
    }

    /// Before machine version 4 nothing of it is stored as long as nobody has changed it.
    package static let first = BoardRecord(
        id: .first, fields: BoardFields.initial.withHomes(from: nil),
        life: ItemLife(created: .zero, updated: .zero, changedIndex: 0))

    var size: Int {
        160 + fields.name.utf8.count + (fields.onDone?.text.utf8.count ?? 0)
            + fields.columns.reduce(0) { $0 + 48 + $1.key.utf8.count + $1.name.utf8.count }
    }

    var hash: UInt64 {
        StateHash.of(seed: 20) {
            $0.writeVarint(id.rawValue)
            fields.encode(into: &$0)
            for column in fields.columns { $0.writeBool(column.isHome) }
            life.encode(into: &$0)
        }
    }
}
