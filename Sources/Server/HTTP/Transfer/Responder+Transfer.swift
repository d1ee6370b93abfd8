import HTTPTypes
import Hummingbird
import NIOCore
import Node
import Replica
import StateStore
import Work

extension Responder {
    /// `GET /v1/export.csv`, `GET /v1/export.json`: every task that the filter finds, page after
    /// page, each at the index where the export began or later. They come in the order of their
    /// ranks: an import gives ranks in the order of the file.
    func export(_ format: FileFormat, _ call: Call) async throws(Problem) -> Response {
        let (values, consistency) = try call.readParameters(["q", "zone"])
        var query = try TaskListInput.query(values)
        query.limit = Page.lengthMax
        let point: ReadPoint
        do { point = try await node.readPoint(consistency) } catch { throw Problem(error) }
        let (node, wanted) = (node, query)
        let body = ResponseBody { writer in
            try await TaskExport(format: format, query: wanted, index: point.index)
                .write(node, to: &writer)
            try await writer.finish(nil)
        }
        var response = read(Response(status: .ok, body: body), at: point)
        response.headers[.contentLength] = nil
        response.headers[.contentType] =
            format == .csv ? "text/csv; charset=utf-8" : "application/json"
        response.headers[.contentDisposition] =
            "attachment; filename=\"tasks.\(format.rawValue)\""
        return response
    }

    /// `POST /v1/import`: makes what can be made, and says which lines could not. With a key a
    /// repetition makes nothing twice, also after a part was made.
    func importFile(_ request: Request, _ call: Call) async throws -> Response {
        let values = try call.target.parameters(["format", "board"])
        let key = try KeyHeader.key(call.headers)
        try RequestBodies.checkLength(call.headers, limit: RequestBodies.importLimit)
        guard let format = values["format"].flatMap(FileFormat.init) else {
            throw Problem.badRequest("format must be csv or json")
        }
        let board = try values["board"].map { text throws(Problem) in
            guard let number = UInt32(text), number > 0 else {
                throw .badRequest("board must be the number of a board")
            }
            return BoardID(UInt64(number))
        }
        let bytes = try await RequestBodies.read(
            request.body, limit: RequestBodies.importLimit)
        if bytes.isEmpty { throw Problem.badRequest("the file is empty") }
        let rows = try format == .csv
            ? TaskTable.csv(bytes, board: board) : TaskTable.json(bytes, board: board)
        return try await make(rows, key)
    }

    private func make(_ rows: [TaskTable.Row], _ key: String?) async throws(Problem) -> Response {
        var made: [(line: Int, id: UInt64)] = []
        var failed: [(line: Int, detail: String)] = []
        var last: Decided?
        var batches = ImportBatches()
        let boards = try await boards()
        for row in rows {
            switch row.task {
            case .success(let fields):
                // Looked at before, because a batch is taken as a whole or not at all: one line
                // that names a board that is not there must not take those beside it along.
                if let problem = BoardFields.problem(placing: fields, on: boards[fields.board]) {
                    failed.append((row.line, problem.detail))
                } else {
                    batches.add(fields, row.line)
                }
            case .failure(let problem): failed.append((row.line, problem.detail))
            }
        }
        for (number, batch) in batches.list.enumerated() {
            let part = key.map { "\($0.prefix(200))#\(number)" }
            let decided: Decided
            do throws(Problem) {
                decided = try await decide(
                    .importTasks(batch.map(\.fields)), actor: nil, key: part)
            } catch where error.status == .badRequest {
                // What only the cluster can know, such as a board that was deleted meanwhile.
                for each in batch { failed.append((each.line, error.detail)) }
                continue
            }
            last = decided
            guard let first = decided.firstImported else { throw .unexpected }
            for (place, each) in batch.enumerated() {
                made.append((each.line, first.rawValue + UInt64(place)))
            }
        }
        failed.sort { $0.line < $1.line }
        let response = Self.answer(made, failed)
        if let last { return finish(response, last) }
        return read(response, at: node.position)
    }

    private func boards() async throws(Problem) -> [BoardID: BoardFields] {
        do {
            let all = try await node.boards(.linearizable)
            return Dictionary(all.map { ($0.id, $0.fields) }) { $1 }
        } catch {
            throw Problem(error)
        }
    }

    private static func answer(
        _ made: [(line: Int, id: UInt64)], _ failed: [(line: Int, detail: String)]
    ) -> Response {
        var writer = JSONWriter(capacity: 64 + 32 * made.count + 96 * failed.count)
        writer.object {
            $0.member("created", made.count)
            $0.name("tasks")
            $0.array(made) { writer, each in
                writer.object {
                    $0.member("line", each.line)
                    $0.member("id", each.id)
                }
            }
            $0.name("errors")
            $0.array(failed) { writer, each in
                writer.object {
                    $0.member("line", each.line)
                    $0.member("detail", each.detail)
                }
            }
        }
        return Answer.json(.ok, writer)
    }
}

extension Decided {
    fileprivate var firstImported: TaskID? {
        switch reply {
        case .imported(let first, _): first
        case .replayed(let outcome, _, _) where outcome.kind == .imported: outcome.task
        default: nil
        }
    }
}

/// Rows in pieces that one command can hold.
private struct ImportBatches {
    private(set) var list: [[(fields: TaskFields, line: Int)]] = []
    private var bytes = 0

    private static let bytesMax = Limits.commandBytes - 4_096

    mutating func add(_ fields: TaskFields, _ line: Int) {
        let size = fields.encodedSizeMax
        if list.isEmpty || list[list.count - 1].count == Limits.importedTasks
            || bytes + size > Self.bytesMax
        {
            list.append([])
            bytes = 0
        }
        list[list.count - 1].append((fields, line))
        bytes += size
    }
}

extension TaskFields {
    /// At least what it takes in a command.
    fileprivate var encodedSizeMax: Int {
        let texts = [title, description, assignee ?? "", column ?? ""] + labels
        return texts.reduce(64) { $0 + $1.utf8.count + 4 }
    }
}

/// Writes all tasks that a query finds, by rising ranks: so every column has its order.
private struct TaskExport {
    let format: FileFormat
    let query: TaskQuery
    let index: UInt64

    /// What is moved meanwhile to where this has been is missed at first. So all are looked for
    /// once more, by their numbers, which do not change.
    @concurrent
    func write<Node: TaskService>(
        _ node: Node, to writer: inout any ResponseBodyWriter
    ) async throws {
        let opening = format == .csv ? CSVWriter.record(TaskTable.columns) : "["
        try await writer.write(ByteBuffer(string: opening))
        var written: Set<TaskID> = []
        for key in [TaskQuery.Sort.Key.rank, .id] {
            let pages = try await write(by: key, besides: &written, node, to: &writer)
            // One page is of one moment.
            if pages == 1 { break }
        }
        if format == .json { try await writer.write(ByteBuffer(string: "\n]\n")) }
    }

    /// Returns how many pages it took.
    @concurrent
    private func write<Node: TaskService>(
        by key: TaskQuery.Sort.Key, besides written: inout Set<TaskID>, _ node: Node,
        to writer: inout any ResponseBodyWriter
    ) async throws -> Int {
        var wanted = query
        wanted.sort = .init(key)
        var after: QueryCursor?
        var pages = 0
        repeat {
            let page = try await node.tasks(matching: wanted, after: after, atLeast: index)
            let new = page.tasks.filter { !written.contains($0.id) }
            if !new.isEmpty { try await writer.write(piece(new, isFirst: written.isEmpty)) }
            written.formUnion(new.map(\.id))
            (after, pages) = (page.next, pages + 1)
        } while after != nil
        return pages
    }

    private func piece(_ tasks: [TaskRecord], isFirst: Bool) -> ByteBuffer {
        if format == .csv {
            return ByteBuffer(string: tasks.reduce(into: "") { $0 += TaskTable.record($1) })
        }
        var buffer = ByteBuffer()
        for (place, task) in tasks.enumerated() {
            buffer.writeString(isFirst && place == 0 ? "\n" : ",\n")
            var writer = JSONWriter(capacity: JSONWriter.size(of: task))
            writer.task(task)
            buffer.writeBytes(writer.bytes)
        }
        return buffer
    }
}
