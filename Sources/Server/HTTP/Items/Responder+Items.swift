import HTTPTypes
import Hummingbird
import Node
import Replica
import Work

extension Responder {
    /// Answers what is asked of boards, comments, saved views, and of many tasks at once.
    func items(_ request: Request, _ route: ItemRoute, _ call: Call) async throws -> Response {
        try route.methods.check(request.method)
        let isRead = request.method == .get || request.method == .head
        switch (isRead ? .get : request.method, route) {
        case (.get, .boards): return try await boards(call)
        case (.get, .board(let id)): return try await board(id, call)
        case (.get, .boardTasks(let id)): return try await tasks(on: id, call)
        case (.get, .views): return try await views(call)
        case (.get, .labels): return try await labels(call)
        case (.get, .exportFile(let format)): return try await export(format, call)
        case (.get, .calendar): return try await calendar(call)
        case (.post, .importFile): return try await importFile(request, call)
        case (.post, .bulk):
            return try await bulk(try await fields(request, call, parameters: ["zone"]))
        case (.post, .boards), (.post, .views), (.patch, _):
            return try await change(route, request.method, try await fields(request, call), call)
        case (.delete, .board(let id)):
            return try await delete(call) { .deleteBoard(id, expected: $0) }
        case (.delete, .view(let id)):
            return try await delete(call) { .deleteView(id, expected: $0) }
        case (.delete, .comment(let id)):
            return try await delete(call) { .deleteComment(id, expected: $0) }
        default: throw Problem.methodNotAllowed(route.methods)
        }
    }

    private func change(
        _ route: ItemRoute, _ method: HTTPRequest.Method, _ fields: FieldCall, _ call: Call
    ) async throws(Problem) -> Response {
        switch (method, route) {
        case (.post, .boards):
            let board = try ItemInput.newBoard(fields.value)
            return try await made(.createBoard(board), fields.key)
        case (.patch, .board(let id)): return try await updateBoard(id, fields, call)
        case (.post, .views): return try await saveView(fields)
        case (.patch, .view(let id)):
            let view = try ItemInput.view(fields.value, isNew: false)
            let expected = try ItemVersion.expected(call.headers)
            return try await changed(
                .updateView(id, expected: expected, name: view.name, query: view.query), fields.key)
        case (.patch, .comment(let id)):
            let (text, author) = try ItemInput.comment(fields.value)
            let expected = try ItemVersion.expected(call.headers)
            return try await changed(
                .editComment(id, expected: expected, text: text), fields.key, author)
        default: throw Problem.methodNotAllowed(route.methods)
        }
    }

    private func saveView(_ fields: FieldCall) async throws(Problem) -> Response {
        let view = try ItemInput.view(fields.value, isNew: true)
        let owner = view.isPrivate ? caller.credential?.user.id : nil
        return try await made(
            .saveView(name: view.name ?? "", query: view.query ?? "", owner: owner), fields.key)
    }

    /// The change is made to what the board is now; somebody else's change between the two is
    /// refused if the client said which version it had seen, and built upon if not.
    private func updateBoard(
        _ id: BoardID, _ fields: FieldCall, _ call: Call
    ) async throws(Problem) -> Response {
        let (apply, moveTo) = try ItemInput.boardChange(fields.value)
        let expected = try ItemVersion.expected(call.headers)
        for _ in 0..<5 {
            let board: BoardRecord?
            do { board = try await node.board(id, .linearizable) } catch { throw Problem(error) }
            guard var new = board?.fields, let version = board?.life.version else {
                throw .noBoard(id)
            }
            apply(&new)
            do {
                return try await changed(
                    .updateBoard(id, expected: expected ?? version, new, moveTo: moveTo), fields.key)
            } catch where error.code == .staleVersion && expected == nil {
                continue
            }
        }
        throw .overloaded("too many change this board at once; send it again shortly")
    }
}

// MARK: Reads

extension Responder {
    private func boards(_ call: Call) async throws(Problem) -> Response {
        try await list(.boards, .boards, call)
    }

    private func views(_ call: Call) async throws(Problem) -> Response {
        try await list(.views, .views, call) { item in
            guard case .view(let view) = item, let owner = view.owner else { return true }
            return owner == caller.credential?.user.id
        }
    }

    /// By number. What is not shown takes no place in a page.
    func list(
        _ name: WholeList, _ query: ItemQuery, _ call: Call,
        _ isShown: (Item) -> Bool = { _ in true },
        write: (inout JSONWriter, Item) -> Void = { $0.item($1) }
    ) async throws(Problem) -> Response {
        let (page, after, consistency) = try call.wholeList(name)
        let found: ([Item], ReadPoint)
        do { found = try await node.items(query, consistency) } catch { throw Problem(error) }
        let items = found.0.filter { $0.id.number > after && isShown($0) }
        return answer(page, items, found.1, write: write) { .whole(name, after: $0.id.number) }
    }

    private func board(_ id: BoardID, _ call: Call) async throws(Problem) -> Response {
        let (_, consistency) = try call.readParameters()
        let found: ([Item], ReadPoint)
        do {
            found = try await node.items(.item(.board(id)), consistency)
        } catch {
            throw Problem(error)
        }
        guard let board = found.0.first else { throw .noBoard(id) }
        return read(Answer.item(.ok, board), at: found.1)
    }

    func comments(of id: TaskID, _ call: Call) async throws(Problem) -> Response {
        let (values, consistency) = try call.readParameters(["limit", "cursor"])
        let limit = try Page.length(values["limit"])
        let after = try commentPlace(values["cursor"], id)
        var point = ReadPoint(index: 0, term: 0, leader: nil)
        let comments: [CommentRecord]
        do {
            point = try await node.readPoint(consistency)
            comments = try await node.comments(
                of: id, after: after, limit: limit + 1, atLeast: point.index)
            if comments.isEmpty, try await node.anyTask(id, atLeast: point.index) == nil {
                throw Problem.notFound("there is no task \(id.rawValue)")
            }
        } catch let failure as ReadFailure {
            throw Problem(failure)
        } catch let problem as Problem {
            throw problem
        } catch {
            throw .unexpected
        }
        let page = Page(path: call.target.path, values: values, limit: limit)
        return answer(page, comments, point) { $0.comment($1) } cursor: {
            .comments(id, after: $0.id)
        }
    }

    private func commentPlace(_ text: String?, _ id: TaskID) throws(Problem) -> CommentID? {
        guard let text else { return nil }
        guard case .comments(id, let after) = try Cursor(text: text) else {
            throw .badRequest("the cursor belongs to another list")
        }
        return after
    }
}

// MARK: Outcomes

extension Responder {
    /// Something new: 201, and where it is.
    func made(
        _ command: ItemCommand, _ key: String?, _ author: String? = nil
    ) async throws(Problem) -> Response {
        let decided = try await decide(.items(command), actor: author, key: key)
        return finish(try Answer.item(decided, .created), decided)
    }

    func changed(
        _ command: ItemCommand, _ key: String?, _ author: String? = nil
    ) async throws(Problem) -> Response {
        let decided = try await decide(.items(command), actor: author, key: key)
        return finish(try Answer.item(decided, .ok), decided)
    }

    private func delete(
        _ call: Call, _ command: (UInt64?) -> ItemCommand
    ) async throws(Problem) -> Response {
        _ = try call.target.parameters()
        let key = try KeyHeader.key(call.headers)
        let expected = try ItemVersion.expected(call.headers)
        let decided = try await decide(.items(command(expected)), actor: nil, key: key)
        return finish(Answer.empty(.noContent), decided)
    }
}

extension Answer {
    static func item(_ status: HTTPResponse.Status, _ item: Item) -> Response {
        var writer = JSONWriter(capacity: 512)
        writer.item(item)
        var response = json(status, writer)
        response.headers[.eTag] = EntityTag.text(item.life.version)
        if status == .created { response.headers[.location] = item.path }
        return response
    }

    /// What became of a command about one item. What a repeated request made may be gone.
    static func item(
        _ decided: Decided, _ status: HTTPResponse.Status
    ) throws(Problem) -> Response {
        switch decided.reply {
        case .item(let item): return Self.item(status, item)
        case .replayedItem(_, let item?): return Self.item(status, item)
        case .replayedItem(_, nil): throw .madeAndGone
        case .task, .deleted, .replayed, .refused, .jobs, .imported, .itemDeleted, .done:
            throw .unexpected
        }
    }
}

extension Item {
    /// Where it is found, or what it is found in.
    var path: String {
        switch self {
        case .board(let board): "/v1/boards/\(board.id.rawValue)"
        case .comment(let comment): "/v1/comments/\(comment.id.rawValue)"
        case .view(let view): "/v1/views/\(view.id.rawValue)"
        case .user(let user): "/v1/users/\(user.id.rawValue)"
        case .token(let token): "/v1/tokens/\(token.id.rawValue)"
        }
    }
}

/// `If-Match` of what is no task: optional.
enum ItemVersion {
    static func expected(_ headers: HTTPFields) throws(Problem) -> UInt64? {
        headers[.ifMatch] == nil ? nil : try Expectation(headers).version
    }
}
