import HTTPTypes
import Server
import Testing

/// Undo, restore, how things were, filters, many tasks at once, files.
@Suite struct TaskLifeTests {
    private let front = TestFront()

    private func patch(_ body: String) async throws {
        _ = try await front.send(.patch, "/v1/tasks/1", ["If-Match": "*"], json: body)
    }

    private func step(_ place: Int) async throws -> Int64 {
        let steps = try await front.send(.get, "/v1/tasks/1/history").json["items"]
        return try #require(steps[place]["index"].whole)
    }

    @Test func aStepIsUndoneUnlessTheSameWasChangedSince() async throws {
        try await front.create("first")
        try await patch(#"{"title":"second","priority":2,"due":"2026-12-01"}"#)
        try await patch(#"{"labels":["home"]}"#)
        let index = try await step(1)
        let undone = try await front.send(
            .post, "/v1/tasks/1/undo", ["Idempotency-Key": "u"], json: #"{"index":\#(index)}"#)
        #expect(undone.status == 200)
        let task = try undone.json
        #expect(task["title"] == .string("first"))
        #expect(task["priority"] == .integer(0))
        #expect(task["due"] == .null)
        #expect(task["labels"] == .array([.string("home")]))
        let again = try await front.send(
            .post, "/v1/tasks/1/undo", ["Idempotency-Key": "u"], json: #"{"index":\#(index)}"#)
        #expect(again.header("Idempotency-Replayed") == "true")
        #expect(again.text == undone.text)
        try await patch(#"{"title":"third"}"#)
        let late = try await front.send(
            .post, "/v1/tasks/1/undo", ["Idempotency-Key": "u"], json: #"{"index":\#(index)}"#)
        #expect(late.status == 200, "a key answers the same, whatever came since")
        let refused = try await front.send(
            .post, "/v1/tasks/1/undo", json: #"{"index":\#(index)}"#)
        #expect(refused.status == 409)
        #expect(try refused.json["code"] == .string("undo_conflict"))
        #expect(try refused.json["errors"][0]["pointer"] == .string("/title"))
        #expect(try refused.json["current"]["title"] == .string("third"))
    }

    @Test func aMoveIsUndoneToItsPlace() async throws {
        for title in ["a", "b", "c"] { try await front.create(title) }
        _ = try await front.send(
            .post, "/v1/tasks/1/move", ["If-Match": "*"], json: #"{"after":3}"#)
        let index = try await step(1)
        let undone = try await front.send(
            .post, "/v1/tasks/1/undo", json: #"{"index":\#(index)}"#)
        #expect(undone.status == 200)
        let order = try await front.send(.get, "/v1/tasks?sort=rank").json["items"]
        #expect(order.elements.map { $0["title"].text } == ["a", "b", "c"])
    }

    @Test func aDeletedTaskComesBackAndALiveOneBecomesWhatItWas() async throws {
        try await front.create("first")
        let index = try await step(0)
        try await patch(#"{"title":"second"}"#)
        let live = try await front.send(.post, "/v1/tasks/1/restore", json: "{}")
        #expect(try live.json["code"] == .string("task_is_live"))
        let stale = try await front.send(
            .post, "/v1/tasks/1/restore", ["If-Match": "\"1\""], json: #"{"as_of":\#(index)}"#)
        #expect(stale.status == 412)
        #expect(try stale.json["current"]["title"] == .string("second"))
        let past = try await front.send(
            .post, "/v1/tasks/1/restore", ["If-Match": "\"2\"", "Idempotency-Key": "p"],
            json: #"{"as_of":\#(index)}"#)
        #expect(try past.json["title"] == .string("first"))
        _ = try await front.send(.delete, "/v1/tasks/1", ["If-Match": "*"])
        let deleted = try await front.send(
            .post, "/v1/tasks/1/restore", ["If-Match": "\"3\""], json: #"{"as_of":\#(index)}"#)
        #expect(deleted.status == 412)
        let back = try await front.send(.post, "/v1/tasks/1/restore", ["Idempotency-Key": "r"])
        #expect(back.status == 200)
        #expect(try back.json["deleted_at"] == .null)
        let again = try await front.send(.post, "/v1/tasks/1/restore", ["Idempotency-Key": "r"])
        #expect(again.header("Idempotency-Replayed") == "true")
        #expect(try await front.send(.post, "/v1/tasks/9/restore").status == 404)
    }

    @Test func thePastCanBeLookedAt() async throws {
        try await front.create("first")
        let index = try await step(0)
        try await patch(#"{"title":"second"}"#)
        let task = try await front.send(.get, "/v1/tasks/1?as_of=\(index)")
        #expect(try task.json["title"] == .string("first"))
        let board = try await front.send(.get, "/v1/boards/1/tasks?as_of=\(index)")
        #expect(try board.json["items"][0]["title"] == .string("first"))
        #expect(try await front.send(.get, "/v1/tasks/1?as_of=1").status == 404)
        #expect(try await front.send(.get, "/v1/tasks/1?as_of=999999").status == 404)
        #expect(try await front.send(.get, "/v1/boards/1/tasks").status == 400)
    }

    @Test func aListIsFilteredAndSortedPageByPage() async throws {
        for number in 1...7 {
            _ = try await front.send(
                .post, "/v1/tasks",
                json: #"{"title":"t \#(number)","labels":["\#(number % 2 == 0 ? "even" : "odd")"]}"#)
        }
        var path: String? = "/v1/tasks?q=label:odd&sort=-title&limit=3"
        var titles: [String?] = []
        while let next = path {
            let page = try await front.send(.get, next)
            titles += try page.json["items"].elements.map { $0["title"].text }
            path = page.header("Link").flatMap { link in
                link.firstMatch(of: #/<([^>]+)>/#).map { String($0.1) }
            }
        }
        #expect(titles == ["t 7", "t 5", "t 3", "t 1"])
        let labels = try await front.send(.get, "/v1/labels").json["items"]
        #expect(labels[1]["count"] == .integer(4))
    }

    @Test(arguments: ["q=status:open", "q=%22x", "max_staleness=", "min_index=", "sort=colour", "fields=secret", "min_index=x"])
    func badFiltersSayWhere(query: String) async throws {
        let answer = try await front.send(.get, "/v1/tasks?\(query)")
        #expect(answer.status == 400)
    }

    @Test func aReadWaitsForAnIndexOrSaysThatItIsNotThere() async throws {
        try await front.create("x")
        #expect(try await front.send(.get, "/v1/tasks?min_index=2&consistency=stale").status == 200)
        let answer = try await front.send(.get, "/v1/tasks?min_index=999&consistency=stale")
        #expect(answer.status == 503)
        #expect(try answer.json["code"] == .string("behind"))
        let fresh = try await front.send(.get, "/v1/tasks/1?consistency=stale&max_staleness=5s")
        #expect(fresh.status == 200)
    }

    @Test func aStaleReadIsRefusedOnceWhatTheNodeHasIsTooOld() async throws {
        try await front.create("x")
        // Who leads does not matter: an election makes nothing older than it is.
        front.node.set(leader: nil)
        for (age, code) in [(5_000, nil), (5_001, "too_stale"), (nil, "too_stale")]
            as [(UInt64?, String?)]
        {
            front.node.set(staleness: age)
            let answer = try await front.send(
                .get, "/v1/tasks/1?consistency=stale&max_staleness=5s")
            #expect(answer.status == (code == nil ? 200 : 503))
            #expect(try answer.json["code"].text == code)
            if let age, code != nil { #expect(answer.text.contains("\(age) ms")) }
        }
        let linearizable = try await front.send(.get, "/v1/tasks/1?max_staleness=5s")
        #expect(linearizable.status == 200, "it asked the leader")
    }

    @Test func allThatMatchAreChangedPieceByPiece() async throws {
        for number in 1...5 { try await front.create("t\(number)") }
        var cursor = ""
        var changed: [Int64?] = []
        repeat {
            let answer = try await front.send(
                .post, "/v1/tasks:bulk",
                json: #"{"filter":"status:pending","patch":{"status":"done"},"limit":2\#(cursor)}"#)
            #expect(answer.status == 200)
            let json = try answer.json
            changed.append(json["changed"].whole)
            #expect(json["failed"].count == 0)
            cursor = json["next_cursor"].text.map { #","cursor":"\#($0)""# } ?? ""
        } while !cursor.isEmpty
        #expect(changed == [2, 2, 1])
        #expect(try await front.send(.get, "/v1/tasks?status=done").json["items"].count == 5)
        let both = try await front.send(
            .post, "/v1/tasks:bulk", json: #"{"filter":"","delete":true,"move":{}}"#)
        #expect(both.status == 400)
    }

    @Test func theSameChangeOfManyWithItsKeyIsMadeOnceAndAnsweredAgain() async throws {
        for number in 1...3 { try await front.create("t\(number)") }
        let body = #"{"filter":"id:1,2,3","patch":{"priority":2}}"#
        let first = try await front.send(
            .post, "/v1/tasks:bulk", ["Idempotency-Key": "b"], json: body)
        let again = try await front.send(
            .post, "/v1/tasks:bulk", ["Idempotency-Key": "b"], json: body)
        #expect(try first.json["changed"] == .integer(3))
        #expect(try again.json["changed"] == .integer(3))
        #expect(try again.json["failed"].count == 0)
        #expect(try await front.send(.get, "/v1/tasks/1").json["version"] == .integer(2))
        let other = try await front.send(
            .post, "/v1/tasks:bulk", ["Idempotency-Key": "b"],
            json: #"{"filter":"id:1,2,3","patch":{"priority":3}}"#)
        #expect(other.status == 422)
        #expect(try other.json["code"] == .string("key_reused"))
    }

    @Test func aLabelIsAddedToThoseThatATaskHas() async throws {
        _ = try await front.send(
            .post, "/v1/tasks", json: #"{"title":"a","labels":["home","x"]}"#)
        try await front.create("b")
        let answer = try await front.send(
            .post, "/v1/tasks:bulk", json: #"{"filter":"id:1,2","add_labels":["x","y"]}"#)
        #expect(answer.status == 200)
        let steps = try answer.json["steps"]
        #expect(steps.count == 2)
        let labels = try await front.send(.get, "/v1/tasks/1").json["labels"]
        #expect(labels == .array([.string("home"), .string("x"), .string("y")]))
        let first = try #require(steps[0]["index"].whole)
        let undone = try await front.send(
            .post, "/v1/tasks/1/undo", json: #"{"index":\#(first)}"#)
        #expect(undone.status == 200)
        #expect(try undone.json["labels"] == .array([.string("home"), .string("x")]))
    }

    @Test func whatIsExportedIsImportedAgain() async throws {
        _ = try await front.send(
            .post, "/v1/tasks",
            json: #"{"title":"a, \"b\"","description":"two\nlines","labels":["x","y"],"priority":2}"#)
        try await front.create("plain")
        let csv = try await front.send(.get, "/v1/export.csv")
        #expect(csv.header("Content-Disposition") == "attachment; filename=\"tasks.csv\"")
        let other = TestFront()
        let made = try await other.send(
            .post, "/v1/import?format=csv", ["Content-Type": "text/csv"], bytes: csv.body)
        #expect(try made.json["created"] == .integer(2))
        #expect(try await other.send(.get, "/v1/export.csv").text == csv.text)
        let json = try await front.send(.get, "/v1/export.json")
        let third = TestFront()
        _ = try await third.send(.post, "/v1/import?format=json", json: json.text)
        #expect(try await third.send(.get, "/v1/export.csv").text == csv.text)
        let found = try await front.send(.get, "/v1/export.json?q=plain").json
        #expect(found.count == 1)
    }

    @Test func anImportSaysWhichLinesItCouldNotTake() async throws {
        let table = "title,priority,board,column\ngood,1,,\n,2,,\nbad,9,,\nnowhere,1,77,\n"
            + "astray,1,,none\nfine,,,\n"
        for _ in 0..<2 {
            let answer = try await front.send(
                .post, "/v1/import?format=csv",
                ["Content-Type": "text/csv", "Idempotency-Key": "i"], bytes: Array(table.utf8))
            #expect(answer.status == 200)
            let lines = try answer.json["errors"].elements.map { $0["line"].whole }
            #expect(lines == [3, 4, 5, 6])
            #expect(try answer.json["created"] == .integer(2))
        }
        #expect(try await front.send(.get, "/v1/tasks").json["items"].count == 2)
        for body in ["", "name\nx\n", "title,title\n", "title\n\"x"] {
            let answer = try await front.send(
                .post, "/v1/import?format=csv", ["Content-Type": "text/csv"],
                bytes: Array(body.utf8))
            #expect(answer.status == 400, "\(body)")
        }
        #expect(try await front.send(.post, "/v1/import?format=xml").status == 400)
        #expect(try await front.send(.post, "/v1/import?format=csv&board=0").status == 400)
        let many = "[" + String(repeating: "1,", count: 50_000) + "1]"
        #expect(try await front.send(.post, "/v1/import?format=json", json: many).status == 400)
        // An import may be larger than other requests.
        for (size, status) in [(3 << 20, 200), (9 << 20, 413)] {
            let answer = try await front.send(
                .post, "/v1/import?format=csv", ["Content-Type": "text/csv"],
                bytes: Array("title\n".utf8) + Array(repeating: UInt8(ascii: "x"), count: size))
            #expect(answer.status == status)
        }
    }

    @Test func whatNamesNoBoardIsImportedToTheOneThatIsAskedFor() async throws {
        let made = try await front.send(
            .post, "/v1/boards",
            json: #"{"name":"Two","columns":[{"key":"a","name":"A","status":"pending"},{"key":"b","name":"B","status":"in_progress"},{"key":"c","name":"C","status":"done"}]}"#)
        #expect(try made.json["id"] == .integer(2))
        let table = "title,board\nhere,\nthere,1\n"
        _ = try await front.send(
            .post, "/v1/import?format=csv&board=2", ["Content-Type": "text/csv"],
            bytes: Array(table.utf8))
        _ = try await front.send(
            .post, "/v1/import?format=json&board=2", json: #"[{"title":"too"}]"#)
        let items = try await front.send(.get, "/v1/tasks?sort=id").json["items"].elements
        #expect(items.map { $0["board"].whole } == [2, 1, 2])
    }

    @Test func dueDaysAreACalendar() async throws {
        _ = try await front.send(
            .post, "/v1/tasks", json: #"{"title":"pay; now","due":"2026-12-01"}"#)
        try await front.create("some day")
        _ = try await front.send(
            .post, "/v1/tasks", json: #"{"title":"paid","due":"2026-12-02","status":"done"}"#)
        let calendar = try await front.send(.get, "/v1/calendar.ics")
        #expect(calendar.header("Content-Type") == "text/calendar; charset=utf-8")
        #expect(calendar.text.components("BEGIN:VEVENT") == 1)
        #expect(calendar.text.contains("DTSTART;VALUE=DATE:20261201\r\n"))
        #expect(calendar.text.contains(#"SUMMARY:pay\; now"#))
        let all = try await front.send(.get, "/v1/calendar.ics?q=status:pending,done")
        #expect(all.text.components("BEGIN:VEVENT") == 2)
    }
}
