import Wire

extension ItemCommand {
    private enum Tag: UInt8 {
        case addComment = 1
        case editComment, deleteComment, saveView, updateView, deleteView
        case createBoard, updateBoard, deleteBoard
    }

    func encode(into writer: inout ByteWriter) {
        switch self {
        case .addComment(let task, let text):
            writer.write(Tag.addComment, task.rawValue)
            writer.writeString(text)
        case .editComment(let id, let expected, let text):
            writer.write(Tag.editComment, id.rawValue, expected)
            writer.writeString(text)
        case .deleteComment(let id, let expected):
            writer.write(Tag.deleteComment, id.rawValue, expected)
        case .saveView(let name, let query, let owner):
            writer.writeByte(Tag.saveView.rawValue)
            writer.writeString(name)
            writer.writeString(query)
            writer.writeOptional(owner) { $0.writeVarint($1.rawValue) }
        case .updateView(let id, let expected, let name, let query):
            writer.write(Tag.updateView, id.rawValue, expected)
            writer.writeOptional(name) { $0.writeString($1) }
            writer.writeOptional(query) { $0.writeString($1) }
        case .deleteView(let id, let expected):
            writer.write(Tag.deleteView, id.rawValue, expected)
        case .createBoard(let fields):
            writer.writeByte(Tag.createBoard.rawValue)
            fields.encode(into: &writer)
        case .updateBoard(let id, let expected, let fields, let moveTo):
            writer.write(Tag.updateBoard, id.rawValue, expected)
            fields.encode(into: &writer)
            writer.writeOptional(moveTo) { $0.writeString($1) }
        case .deleteBoard(let id, let expected):
            writer.write(Tag.deleteBoard, id.rawValue, expected)
        }
    }

    init(from reader: inout ByteReader) throws(WireError) {
        let raw = try reader.readByte()
        guard let tag = Tag(rawValue: raw) else { throw .unknownTag(raw) }
        switch tag {
        case .addComment, .editComment, .deleteComment: self = try Self.comment(tag, &reader)
        case .saveView, .updateView, .deleteView: self = try Self.view(tag, &reader)
        case .createBoard:
            self = .createBoard(try BoardFields(from: &reader))
        case .updateBoard:
            let id = BoardID(try reader.readVarint())
            let expected = try reader.readVersion()
            let fields = try BoardFields(from: &reader)
            let moveTo = try reader.readOptional { reader throws(WireError) in
                try reader.readColumnKey()
            }
            self = .updateBoard(id, expected: expected, fields, moveTo: moveTo)
        case .deleteBoard:
            let id = BoardID(try reader.readVarint())
            self = .deleteBoard(id, expected: try reader.readVersion())
        }
    }

    private static func comment(
        _ tag: Tag, _ reader: inout ByteReader
    ) throws(WireError) -> ItemCommand {
        if tag == .addComment {
            let task = TaskID(try reader.readVarint())
            return .addComment(task, text: try reader.readString(limit: Limits.commentBytes))
        }
        let id = CommentID(try reader.readVarint())
        let expected = try reader.readVersion()
        if tag == .deleteComment { return .deleteComment(id, expected: expected) }
        let text = try reader.readString(limit: Limits.commentBytes)
        return .editComment(id, expected: expected, text: text)
    }

    private static func view(
        _ tag: Tag, _ reader: inout ByteReader
    ) throws(WireError) -> ItemCommand {
        if tag == .saveView {
            let name = try reader.readName()
            let query = try reader.readLine(limit: Limits.queryBytes)
            let owner = try reader.readOptional { reader throws(WireError) in
                UserID(try reader.readVarint())
            }
            return .saveView(name: name, query: query, owner: owner)
        }
        let id = ViewID(try reader.readVarint())
        let expected = try reader.readVersion()
        if tag == .deleteView { return .deleteView(id, expected: expected) }
        let name = try reader.readOptional { reader throws(WireError) in try reader.readName() }
        let query = try reader.readOptional { reader throws(WireError) in
            try reader.readLine(limit: Limits.queryBytes)
        }
        return .updateView(id, expected: expected, name: name, query: query)
    }
}

extension BoardFields {
    func encode(into writer: inout ByteWriter) {
        writer.writeString(name)
        writer.writeList(columns) {
            $0.writeString($1.key)
            $0.writeString($1.name)
            $0.writeByte($1.status.rawValue)
        }
        writer.writeOptional(onDone) { $0.writeString($1.text) }
    }

    init(from reader: inout ByteReader) throws(WireError) {
        name = try reader.readName()
        columns = try reader.readList(limit: Limits.columns) { reader throws(WireError) in
            let key = try reader.readColumnKey()
            let name = try reader.readName()
            return Column(key: key, name: name, status: try reader.readStatus())
        }
        onDone = try reader.readOptional { reader throws(WireError) in try reader.readQueue() }
    }
}

extension TaskMove {
    func encode(into writer: inout ByteWriter) {
        writer.writeOptional(board) { $0.writeVarint($1.rawValue) }
        writer.writeOptional(column) { $0.writeString($1) }
        writer.writeOptional(after) { $0.writeVarint($1.rawValue) }
        writer.writeOptional(before) { $0.writeVarint($1.rawValue) }
    }

    init(from reader: inout ByteReader) throws(WireError) {
        board = try reader.readOptional { reader throws(WireError) in
            BoardID(try reader.readVarint())
        }
        column = try reader.readOptional { reader throws(WireError) in try reader.readColumnKey() }
        after = try reader.readTask()
        before = try reader.readTask()
    }
}

extension ByteWriter {
    fileprivate mutating func write(
        _ tag: some RawRepresentable<UInt8>, _ id: UInt64, _ expected: UInt64?
    ) {
        write(tag, id)
        writeOptional(expected) { $0.writeVarint($1) }
    }

    fileprivate mutating func write(_ tag: some RawRepresentable<UInt8>, _ id: UInt64) {
        writeByte(tag.rawValue)
        writeVarint(id)
    }
}

extension ByteReader {
    fileprivate mutating func readTask() throws(WireError) -> TaskID? {
        try readOptional { reader throws(WireError) in TaskID(try reader.readVarint()) }
    }

    mutating func readImport() throws(WireError) -> [TaskFields] {
        try readList(limit: Limits.importedTasks) { reader throws(WireError) in
            var fields = try TaskFields(from: &reader)
            try fields.readPlace(from: &reader)
            return fields
        }
    }
}
