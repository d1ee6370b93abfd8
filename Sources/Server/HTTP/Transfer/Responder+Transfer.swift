import HTTPTypes
import Hummingbird
import NIOCore
import Node
import Replica
import StateStore
import Work

extension Responder {
    /// `GET /v1/export.csv`, `GET /v1/export.json`: every task that the filter finds, page after
    /// page, each at the index where the export began or later. They come board by board, in the
    /// order of their ranks: an import gives ranks in the order of the file.
    func export(_ format: FileFormat, _ call: Call) async throws(Problem) -> Response {
        let (values, consistency) = try call.readParameters(["q", "zone"])
        var query = try TaskListInput.query(values)
        query.limit = Page.lengthMax
        let point: ReadPoint
        do { point = try await node.readPoint(consistency) } catch { throw Problem(error) }
        let all = TaskExport(
            format: format, query: query, index: point.index, boards: try await boards().keys.sorted())
        let node = node
        let body = ResponseBody { writer in
            try await all.write(node, to: &writer)
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
            let part = key.map { "\(KeyHeader.stem(of: $0))#\(number)" }
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

    func boards() async throws(Problem) -> [BoardID: BoardFields] {
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
