package import Work

extension ItemLife {
    fileprivate var values: [SQLValue] {
        [
            .unsigned(version), .text(created.sql), .text(updated.sql), .optional(deletedAt?.sql),
            .unsigned(changedIndex),
        ]
    }

    fileprivate init(row: inout SQLRow) throws {
        self.init(
            version: try row.unsigned(), created: try row.time(), updated: try row.time(),
            deletedAt: try row.optionalTime(), changedIndex: try row.unsigned())
    }
}

extension BoardRecord: StoredRow {
    package static var table: Table { .boards }

    package var values: [SQLValue] {
        [
            .unsigned(id.rawValue), .text(fields.name), .text(Columns.text(fields.columns)),
            .optional(fields.onDone?.text),
        ] + life.values
    }

    package init(row: inout SQLRow) throws {
        let id = BoardID(try row.unsigned())
        let name = try row.text()
        guard let columns = Columns.parse(try row.text()) else { throw row.unexpected("columns") }
        var onDone: QueueName?
        if let text = try row.optionalText() {
            guard let queue = QueueName(text) else { throw row.unexpected("a queue's name") }
            onDone = queue
        }
        self.init(
            id: id, fields: BoardFields(name: name, columns: columns, onDone: onDone),
            life: try ItemLife(row: &row))
    }

    /// For `board_columns`.
    var columnRows: [[SQLValue]] {
        fields.columns.enumerated().map { place, column in
            [
                .unsigned(id.rawValue), .int(Int64(place)), .text(column.key), .text(column.name),
                .text(column.status.name), .flag(column.isHome),
            ]
        }
    }
}

extension UserRecord: StoredRow {
    package static var table: Table { .users }

    package var values: [SQLValue] {
        [
            .unsigned(id.rawValue), .text(name), .text(nameKey), .optional(email),
            .optional(emailKey), .text(role.name), .flag(isDisabled), .optional(passwordHash),
        ] + life.values
    }

    package init(row: inout SQLRow) throws {
        let id = UserID(try row.unsigned())
        let (name, nameKey) = (try row.text(), try row.text())
        let (email, emailKey) = (try row.optionalText(), try row.optionalText())
        guard let role = UserRole(name: try row.text()) else { throw row.unexpected("a role") }
        self.init(
            id: id, name: name, nameKey: nameKey, email: email, emailKey: emailKey, role: role,
            isDisabled: try row.flag(), passwordHash: try row.optionalText(),
            life: try ItemLife(row: &row))
    }
}

extension TokenRecord: StoredRow {
    package static var table: Table { .tokens }

    package var values: [SQLValue] {
        [
            .unsigned(id.rawValue), .unsigned(user.rawValue), .text(name), .blob(secretHash),
            .text(scopes.names.joined(separator: ",")), .text(kind.name), .optional(expires?.sql),
        ] + life.values
    }

    package init(row: inout SQLRow) throws {
        let (id, user) = (TokenID(try row.unsigned()), UserID(try row.unsigned()))
        let (name, secretHash) = (try row.text(), try row.blob())
        let text = try row.text()
        guard let scopes = Scopes(names: text.split(separator: ",")),
            scopes.names.joined(separator: ",") == text
        else { throw row.unexpected("scopes") }
        guard let kind = Kind(name: try row.text()) else { throw row.unexpected("a kind") }
        self.init(
            id: id, user: user, name: name, secretHash: secretHash, scopes: scopes, kind: kind,
            expires: try row.optionalTime(), life: try ItemLife(row: &row))
    }
}

extension ViewRecord: StoredRow {
    package static var table: Table { .views }

    package var values: [SQLValue] {
        [
            .unsigned(id.rawValue), .text(name), .text(query), .optional(owner?.rawValue),
        ] + life.values
    }

    package init(row: inout SQLRow) throws {
        self.init(
            id: ViewID(try row.unsigned()), name: try row.text(), query: try row.text(),
            owner: try row.optionalUnsigned().map { UserID($0) }, life: try ItemLife(row: &row))
    }
}

extension CommentRecord: StoredRow {
    package static var table: Table { .comments }

    package var values: [SQLValue] {
        [
            .unsigned(id.rawValue), .unsigned(task.rawValue), .optional(user?.rawValue),
            .optional(author), .text(text),
        ] + life.values
    }

    package init(row: inout SQLRow) throws {
        self.init(
            id: CommentID(try row.unsigned()), task: TaskID(try row.unsigned()),
            user: try row.optionalUnsigned().map { UserID($0) },
            author: try row.optionalText(), text: try row.text(), life: try ItemLife(row: &row))
    }
}

/// A board's columns as they are stored: for each an array of key, name, status, and `home` where
/// it is its status's.
enum Columns {
    static func text(_ columns: [Column]) -> String {
        let lists = columns.map { column in
            Labels.text(
                [column.key, column.name, column.status.name] + (column.isHome ? ["home"] : []))
        }
        return "[" + lists.joined(separator: ",") + "]"
    }

    /// Reads back what `text` writes; nil for any other JSON.
    static func parse(_ text: String) -> [Column]? {
        var scanner = JSONScanner(text)
        var columns: [Column] = []
        guard scanner.take("[") else { return nil }
        repeat {
            guard let parts = scanner.strings(), parts.count >= 3,
                let status = TaskStatus(name: parts[2])
            else { return nil }
            columns.append(
                Column(
                    stored: parts[0], name: parts[1], status: status, isHome: parts.count == 4))
        } while scanner.take(",")
        guard scanner.take("]"), scanner.rest.isEmpty,
            Self.text(columns).utf8.elementsEqual(text.utf8)
        else { return nil }
        return columns
    }
}
