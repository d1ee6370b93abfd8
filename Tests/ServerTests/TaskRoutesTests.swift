import HTTPTypes
import Server
import Testing

@Suite struct TaskRoutesTests {
    private let front = TestFront()

    @Test func aNewTaskIsAnsweredWithItsPlaceItsTagAndAllItsFields() async throws {
        let body = #"""
            {"title":"Plan \"B\"","description":"a\nb","status":"in_progress","priority":1,
             "due":"2026-12-01","assignee":"ann","labels":["home","work"],"author":"bob"}
            """#
        let answer = try await front.send(.post, "/v1/tasks", json: body)
        #expect(answer.status == 201)
        #expect(answer.header("Location") == "/v1/tasks/1")
        #expect(answer.header("ETag") == "\"1\"")
        #expect(answer.header("Content-Type") == "application/json")
        #expect(answer.text == #"""
            {"id":1,"title":"Plan \"B\"","description":"a\nb","status":"in_progress",\#
            "priority":1,"due":"2026-12-01","assignee":"ann","labels":["home","work"],\#
            "board":1,"column":null,"rank":1048576,"created_by":3,"author":"bob","version":1,\#
            "created":"2026-11-21T04:33:23.125Z","updated":"2026-11-21T04:33:23.125Z",\#
            "deleted_at":null}
            """#)
    }

    @Test func everyAnswerSaysWhereItWasRead() async throws {
        let created = try await front.send(.post, "/v1/tasks", json: #"{"title":"x"}"#)
        let answers = [
            created,
            try await front.send(.get, "/v1/tasks"),
            try await front.send(.get, "/v1/tasks/1"),
            try await front.send(.get, "/v1/tasks/1/history"),
            try await front.send(.get, "/v1/cluster"),
            try await front.send(.get, "/v1/tasks/9"),
            try await front.send(.get, "/v1/nothing"),
        ]
        for answer in answers {
            #expect(answer.header("Taskraft-Index") == "2")
            #expect(answer.header("Taskraft-Term") == "2")
            #expect(answer.header("Taskraft-Leader") == "3")
            #expect(answer.header("Taskraft-Served-By") == "3")
        }
    }

    @Test func aTaskIsReadAgainOnlyIfItChanged() async throws {
        try await front.create("x")
        let first = try await front.send(.get, "/v1/tasks/1")
        #expect(first.status == 200)
        #expect(first.header("ETag") == "\"1\"")
        for tag in ["\"1\"", "W/\"1\"", "\"7\", \"1\"", "*"] {
            let again = try await front.send(.get, "/v1/tasks/1", ["If-None-Match": tag])
            #expect(again.status == 304)
            #expect(again.body.isEmpty)
            #expect(again.header("ETag") == "\"1\"")
        }
        let other = try await front.send(.get, "/v1/tasks/1", ["If-None-Match": "\"2\""])
        #expect(other.status == 200)
    }

    @Test func aHeadHasTheHeadersOfAGetAndNoBody() async throws {
        try await front.create("x")
        let full = try await front.send(.get, "/v1/tasks/1")
        let head = try await front.send(.head, "/v1/tasks/1")
        #expect(head.status == 200)
        #expect(head.body.isEmpty)
        #expect(head.header("Content-Length") == String(full.body.count))
    }

    @Test func aChangeNamesTheVersionItWasMadeFrom() async throws {
        try await front.create("x")
        let changed = try await front.send(
            .patch, "/v1/tasks/1", ["If-Match": "\"1\""],
            json: #"{"status":"done","due":"2026-12-01","assignee":"ann"}"#)
        #expect(changed.status == 200)
        #expect(changed.header("ETag") == "\"2\"")
        #expect(try changed.json["status"] == .string("done"))
        #expect(try changed.json["title"] == .string("x"))

        let cleared = try await front.send(
            .patch, "/v1/tasks/1", ["If-Match": "*"], json: #"{"due":null,"assignee":null}"#)
        #expect(try cleared.json["due"] == .null)
        #expect(try cleared.json["assignee"] == .null)
        #expect(try cleared.json["status"] == .string("done"))
    }

    @Test func aStaleChangeGetsTheTaskAsItIsNow() async throws {
        try await front.create("x")
        _ = try await front.send(
            .patch, "/v1/tasks/1", ["If-Match": "\"1\""], json: #"{"title":"theirs"}"#)
        let stale = try await front.send(
            .patch, "/v1/tasks/1", ["If-Match": "\"1\""], json: #"{"title":"mine"}"#)
        #expect(stale.status == 412)
        #expect(stale.header("ETag") == "\"2\"")
        #expect(try stale.json["current"]["title"] == .string("theirs"))
        #expect(try stale.json["current"]["version"] == .integer(2))
    }

    @Test func aMergePatchIsTakenAsJSON() async throws {
        try await front.create("x")
        let answer = try await front.send(
            .patch, "/v1/tasks/1",
            ["If-Match": "*", "Content-Type": "application/merge-patch+json; charset=utf-8"],
            json: #"{"priority":4}"#)
        #expect(try answer.json["priority"] == .integer(4))
    }

    @Test func aDeletedTaskIsGoneButItsHistoryStays() async throws {
        _ = try await front.send(.post, "/v1/tasks", json: #"{"title":"x","author":"ann"}"#)
        _ = try await front.send(
            .patch, "/v1/tasks/1", ["If-Match": "*"], json: #"{"title":"y","author":"bob"}"#)
        let deleted = try await front.send(.delete, "/v1/tasks/1", ["If-Match": "\"2\""])
        #expect(deleted.status == 204)
        #expect(deleted.body.isEmpty)
        #expect(try await front.send(.get, "/v1/tasks/1").status == 404)
        #expect(try await front.send(.get, "/v1/tasks").json["items"].count == 0)
        #expect(try await front.send(.delete, "/v1/tasks/1", ["If-Match": "*"]).status == 404)

        let history = try await front.send(.get, "/v1/tasks/1/history").json
        let commands = (0..<3).map { history["items"][$0]["command"] }
        #expect(commands == [.string("create"), .string("update"), .string("delete")])
        #expect(history["items"][1]["author"] == .string("bob"))
        #expect(history["items"][1]["changes"]["title"]["after"] == .string("y"))
        #expect(history["items"][1]["node"] == .integer(3))
        #expect(history["items"][1]["index"] == .integer(3))
        #expect(history["next_cursor"] == .null)
    }

    @Test func aListIsReadPageByPage() async throws {
        for number in 1...7 { try await front.create("task \(number)") }
        var titles: [JSONValue] = []
        var path: String? = "/v1/tasks?limit=3&consistency=stale"
        var pages = 0
        while let next = path {
            let answer = try await front.send(.get, next)
            let list = try answer.json
            titles += (0..<list["items"].count).map { list["items"][$0]["title"] }
            pages += 1
            if case .string(let cursor) = list["next_cursor"] {
                path = "/v1/tasks?limit=3&cursor=\(cursor)&consistency=stale"
                #expect(answer.header("Link") == "<\(path ?? "")>; rel=\"next\"")
            } else {
                #expect(answer.header("Link") == nil)
                path = nil
            }
        }
        #expect(pages == 3)
        #expect(titles == (1...7).map { .string("task \($0)") })
    }

    @Test func aPageThatIsJustFullIsTheLastOne() async throws {
        for number in 1...3 { try await front.create("task \(number)") }
        let list = try await front.send(.get, "/v1/tasks?limit=3").json
        #expect(list["items"].count == 3)
        #expect(list["next_cursor"] == .null)
    }

    @Test func aPageOfLongDescriptionsEndsEarlyAndGoesOn() async throws {
        let long = String(repeating: "a", count: 65_000)
        for _ in 1...70 {
            _ = try await front.send(
                .post, "/v1/tasks", json: #"{"title":"x","description":"\#(long)"}"#)
        }
        let first = try await front.send(.get, "/v1/tasks?limit=100").json
        guard case .string(let cursor) = first["next_cursor"] else {
            Issue.record("one page of \(first["items"].count) tasks")
            return
        }
        let second = try await front.send(.get, "/v1/tasks?limit=100&cursor=\(cursor)").json
        #expect(first["items"].count + second["items"].count == 70)
        #expect(second["next_cursor"] == .null)
    }

    @Test func aListCanBeFilteredAndItsCursorBelongsToTheFilter() async throws {
        for number in 1...3 { try await front.create("task \(number)") }
        for id in [1, 3] {
            _ = try await front.send(
                .patch, "/v1/tasks/\(id)", ["If-Match": "*"], json: #"{"status":"done"}"#)
        }
        let done = try await front.send(.get, "/v1/tasks?status=done&limit=1").json
        #expect(done["items"][0]["id"] == .integer(1))
        guard case .string(let cursor) = done["next_cursor"] else {
            Issue.record("there is a second page")
            return
        }
        let next = try await front.send(.get, "/v1/tasks?status=done&cursor=\(cursor)").json
        #expect(next["items"][0]["id"] == .integer(3))
        #expect(try await front.send(.get, "/v1/tasks?cursor=\(cursor)").status == 400)
        #expect(try await front.send(.get, "/v1/tasks/1/history?cursor=\(cursor)").status == 400)
    }

    @Test func aHistoryIsReadPageByPage() async throws {
        try await front.create("x")
        for number in 1...4 {
            _ = try await front.send(
                .patch, "/v1/tasks/1", ["If-Match": "*"], json: #"{"priority":\#(number)}"#)
        }
        let first = try await front.send(.get, "/v1/tasks/1/history?limit=3").json
        guard case .string(let cursor) = first["next_cursor"] else {
            Issue.record("there is a second page")
            return
        }
        let second = try await front.send(.get, "/v1/tasks/1/history?cursor=\(cursor)").json
        #expect(first["items"].count == 3)
        #expect(second["items"].count == 2)
        #expect(second["items"][1]["changes"]["priority"]["after"] == .integer(4))
    }
}
