import HTTPTypes
import Server
import Testing

@Suite struct BoardRouteTests {
    private let front = TestFront()
    private let columns = #"""
        [{"key":"pending","name":"To do","status":"pending"},
         {"key":"review","name":"Review","status":"in_progress"},
         {"key":"done","name":"Done","status":"done"}]
        """#

    @Test func theFirstBoardIsThereAndCanBeRenamed() async throws {
        let board = try await front.send(.get, "/v1/boards").json["items"][0]
        #expect(board["id"] == .integer(1))
        #expect(board["columns"].elements.map { $0["key"] }
            == [.string("pending"), .string("in_progress"), .string("done")])
        let renamed = try await front.send(.patch, "/v1/boards/1", json: #"{"name":"Work"}"#)
        #expect(renamed.status == 200)
        #expect(try renamed.json["name"] == .string("Work"))
        #expect(try renamed.json["columns"].count == 3)
        let gone = try await front.send(.delete, "/v1/boards/1")
        #expect(try gone.json["code"] == .string("first_board"))
    }

    @Test func aBoardIsMadeOnceWithItsKey() async throws {
        let body = #"{"name":"Home","columns":\#(columns),"on_done":"mail"}"#
        let made = try await front.send(.post, "/v1/boards", ["Idempotency-Key": "b"], json: body)
        #expect(made.status == 201)
        #expect(made.header("Location") == "/v1/boards/2")
        let again = try await front.send(.post, "/v1/boards", ["Idempotency-Key": "b"], json: body)
        #expect(again.header("Idempotency-Replayed") == "true")
        #expect(again.text == made.text)
        #expect(try await front.send(.get, "/v1/boards").json["items"].count == 2)
        #expect(try await front.send(.delete, "/v1/boards/2").status == 204)
        #expect(try await front.send(.get, "/v1/boards/2").status == 404)
    }

    @Test func aStaleChangeOfABoardIsRefused() async throws {
        _ = try await front.send(.patch, "/v1/boards/1", json: #"{"name":"A"}"#)
        let stale = try await front.send(
            .patch, "/v1/boards/1", ["If-Match": "\"1\""], json: #"{"name":"B"}"#)
        #expect(stale.status == 412)
        #expect(stale.header("ETag") == "\"2\"")
    }

    @Test func aColumnThatHoldsTasksGoesOnlyWithAPlaceForThem() async throws {
        _ = try await front.send(
            .post, "/v1/tasks", json: #"{"title":"x","status":"in_progress"}"#)
        let refused = try await front.send(
            .patch, "/v1/boards/1", json: #"{"columns":\#(columns)}"#)
        #expect(try refused.json["code"] == .string("column_holds_tasks"))
        let done = try await front.send(
            .patch, "/v1/boards/1", json: #"{"columns":\#(columns),"move_to":"review"}"#)
        #expect(done.status == 200)
    }

    @Test(arguments: [
        (#"{}"#, "/name"), (#"{"name":""}"#, "/name"), (#"{"name":"x","columns":7}"#, "/columns"),
        (#"{"name":"x","columns":[]}"#, "/columns"),
        (#"{"name":"x","columns":[{"key":"A B","name":"x","status":"done"}]}"#, "/columns/0/key"),
        (#"{"name":"x","columns":[{"key":"a","name":"x"}]}"#, "/columns/0/status"),
        (#"{"name":null}"#, "/name"),
        (#"{"name":"x","columns":[{"key":"a","name":null,"status":"done"}]}"#, "/columns/0/name"),
        (#"{"name":"x","on_done":"a b"}"#, "/on_done"), (#"{"name":"x","foo":1}"#, "/foo"),
    ])
    func badBoardsAreRefused(body: String, pointer: String) async throws {
        let answer = try await front.send(.post, "/v1/boards", json: body)
        #expect(answer.status == 400)
        #expect(try answer.json["errors"][0]["pointer"] == .string(pointer))
    }

    @Test func aTaskMovesBetweenNeighbours() async throws {
        for title in ["a", "b", "c"] { try await front.create(title) }
        let moved = try await front.send(
            .post, "/v1/tasks/3/move", ["If-Match": "\"1\"", "Idempotency-Key": "m"],
            json: #"{"after":1}"#)
        #expect(moved.status == 200)
        let order = try await front.send(.get, "/v1/tasks?sort=rank&fields=title").json["items"]
        #expect(order.elements.map { $0["title"] } == [.string("a"), .string("c"), .string("b")])
        #expect(order[0].members.map(\.name) == ["id", "title"])
        let again = try await front.send(
            .post, "/v1/tasks/3/move", ["If-Match": "\"1\"", "Idempotency-Key": "m"],
            json: #"{"after":1}"#)
        #expect(again.header("Idempotency-Replayed") == "true")
        let started = try await front.send(
            .post, "/v1/tasks/3/move", ["If-Match": "*"], json: #"{"column":"in_progress"}"#)
        #expect(try started.json["status"] == .string("in_progress"))
        let nowhere = try await front.send(
            .post, "/v1/tasks/3/move", ["If-Match": "*"], json: #"{"column":"none"}"#)
        #expect(try nowhere.json["errors"][0]["pointer"] == .string("/column"))
        #expect(try await front.send(.post, "/v1/tasks/3/move", json: "{}").status == 428)
    }

    @Test func commentsAreSaidChangedAndTakenBack() async throws {
        try await front.create("x")
        let said = try await front.send(
            .post, "/v1/tasks/1/comments", ["Idempotency-Key": "c"],
            json: #"{"text":"hello","author":"ann"}"#)
        #expect(said.status == 201)
        #expect(try said.json["task_id"] == .integer(1))
        #expect(try said.json["author"] == .string("ann"))
        let changed = try await front.send(
            .patch, "/v1/comments/1", ["If-Match": "\"1\""], json: #"{"text":"hi"}"#)
        #expect(try changed.json["text"] == .string("hi"))
        let list = try await front.send(.get, "/v1/tasks/1/comments").json
        #expect(list["items"].count == 1)
        #expect(try await front.send(.delete, "/v1/comments/1").status == 204)
        #expect(try await front.send(.get, "/v1/tasks/1/comments").json["items"].count == 0)
        #expect(try await front.send(.get, "/v1/tasks/9/comments").status == 404)
        let steps = try await front.send(.get, "/v1/tasks/1/history").json["items"]
        #expect(steps.elements.map { $0["command"].text }
            == ["create", "comment", "comment", "comment"])
    }

    @Test func aFilterIsSavedUnderAName() async throws {
        let saved = try await front.send(
            .post, "/v1/views", json: #"{"name":"mine","query":"status:pending due<7d"}"#)
        #expect(saved.status == 201)
        let bad = try await front.send(
            .post, "/v1/views", json: #"{"name":"mine","query":"status:open"}"#)
        #expect(try bad.json["errors"][0]["pointer"] == .string("/query"))
        #expect(try await front.send(.get, "/v1/views").json["items"].count == 1)
        #expect(try await front.send(
            .patch, "/v1/views/1", json: #"{"name":"ours"}"#).status == 200)
        #expect(try await front.send(.delete, "/v1/views/1").status == 204)
    }
}
