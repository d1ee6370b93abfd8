import HTTPTypes
import Server
import Testing
import Work

/// `PUT /v1/tasks/{id}`: a task under a number of the client's choice, or a whole one replaced.
@Suite struct PutTaskTests {
    private let front = TestFront()
    private let isNew = ["If-None-Match": "*"]

    @Test func `A task is made under the number that is asked for`() async throws {
        let body = #"{"title":"x","priority":2,"labels":["a"],"author":"ann"}"#
        let made = try await front.send(.put, "/v1/tasks/40", isNew, json: body)
        #expect(made.status == 201)
        #expect(made.header("Location") == "/v1/tasks/40")
        #expect(made.header("ETag") == "\"1\"")
        #expect(try made.json["id"] == .integer(40))
        #expect(try made.json["author"] == .string("ann"))
        #expect(try await front.send(.get, "/v1/tasks/40").text == made.text)
        let next = try await front.send(.post, "/v1/tasks", json: #"{"title":"next"}"#)
        #expect(next.header("Location") == "/v1/tasks/41")
        let items = try await front.send(.get, "/v1/tasks").json["items"].elements
        #expect(items.map { $0["id"] } == [.integer(40), .integer(41)])
    }

    @Test func `A number that is taken is refused with the task that has it`() async throws {
        try await front.create("first")
        let taken = try await front.send(.put, "/v1/tasks/1", isNew, json: #"{"title":"x"}"#)
        #expect(taken.status == 412)
        #expect(try taken.json["code"] == .string("number_taken"))
        #expect(try taken.json["current"]["title"] == .string("first"))
        #expect(taken.header("ETag") == "\"1\"")
    }

    @Test func `A number that was used or passed over is never given again`() async throws {
        try await front.create("first")
        _ = try await front.send(.delete, "/v1/tasks/1", ["If-Match": "*"])
        _ = try await front.send(.put, "/v1/tasks/5", isNew, json: #"{"title":"x"}"#)
        for id in [1, 3] {
            let answer = try await front.send(
                .put, "/v1/tasks/\(id)", isNew, json: #"{"title":"x"}"#)
            #expect(answer.status == 412)
            #expect(try answer.json["code"] == .string("number_taken"))
            #expect(try answer.json["current"] == .null)
            #expect(answer.header("ETag") == nil)
            #expect(try await front.send(.get, "/v1/tasks/\(id)").status == 404)
        }
    }

    @Test func `A number too far ahead is told the highest that may be taken`() async throws {
        for id in [1_000_002, Int64.max] {
            let answer = try await front.send(
                .put, "/v1/tasks/\(id)", isNew, json: #"{"title":"x"}"#)
            #expect(answer.status == 422)
            #expect(try answer.json["code"] == .string("number_too_high"))
            #expect(try answer.json["detail"].text?.contains(" 1000001") == true)
        }
        let most = try await front.send(.put, "/v1/tasks/1000001", isNew, json: #"{"title":"x"}"#)
        #expect(most.status == 201)
    }

    @Test func `A retry with its key gets the same task`() async throws {
        let headers = ["If-None-Match": "*", "Idempotency-Key": "k"]
        let body = #"{"title":"x"}"#
        let first = try await front.send(.put, "/v1/tasks/9", headers, json: body)
        let again = try await front.send(.put, "/v1/tasks/9", headers, json: body)
        #expect(again.status == 201)
        #expect(again.header("Idempotency-Replayed") == "true")
        #expect(again.header("Location") == "/v1/tasks/9")
        #expect(again.text == first.text)
        let other = try await front.send(.put, "/v1/tasks/10", headers, json: body)
        #expect(other.status == 422)
        #expect(try other.json["code"] == .string("key_reused"))
    }

    @Test func `A task is replaced as a whole, and what is left out gets its default`()
        async throws
    {
        _ = try await front.send(
            .post, "/v1/tasks",
            json: #"""
                {"title":"old","description":"d","status":"done","priority":3,
                 "due":"2026-12-01","assignee":"ann","labels":["a"]}
                """#)
        let replaced = try await front.send(
            .put, "/v1/tasks/1", ["If-Match": "\"1\""], json: #"{"title":"new","priority":1}"#)
        #expect(replaced.status == 200)
        #expect(replaced.header("ETag") == "\"2\"")
        #expect(replaced.header("Location") == nil)
        let expected: [(String, JSONValue)] = [
            ("title", .string("new")), ("description", .string("")),
            ("status", .string("pending")), ("priority", .integer(1)), ("due", .null),
            ("assignee", .null), ("board", .integer(1)), ("column", .null),
        ]
        let task = try replaced.json
        for (name, value) in expected { #expect(task[name] == value, "\(name)") }
        #expect(task["labels"].count == 0)
    }

    @Test func `A replacement keeps to the rules of every change`() async throws {
        try await front.create("x")
        let body = #"{"title":"y"}"#
        let stale = try await front.send(.put, "/v1/tasks/1", ["If-Match": "\"7\""], json: body)
        #expect(stale.status == 412)
        #expect(try stale.json["code"] == .string("stale_version"))
        #expect(try stale.json["current"]["title"] == .string("x"))
        let gone = try await front.send(.put, "/v1/tasks/9", ["If-Match": "*"], json: body)
        #expect(gone.status == 404)
        let careless = try await front.send(.put, "/v1/tasks/1", json: body)
        #expect(careless.status == 428)
        #expect(careless.text.contains("If-None-Match"))
        let right = try await front.send(.put, "/v1/tasks/1", ["If-Match": "*"], json: body)
        #expect(try right.json["title"] == .string("y"))
    }

    @Test func `While a member does not know it, nothing is made`() async throws {
        front.node.set(newest: 3)
        let early = try await front.send(.put, "/v1/tasks/9", isNew, json: #"{"title":"x"}"#)
        #expect(early.status == 503)
        #expect(try await front.send(.get, "/v1/tasks/9").status == 404)
    }
}
