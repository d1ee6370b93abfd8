import Client
import Testing

/// What the client does with nodes that fail in their different ways.
@Suite struct FailoverTests {
    private static let task = """
        {"id":7,"title":"Tea","description":"","status":"pending","priority":0,"due":null,
         "assignee":null,"labels":[],"board":1,"column":null,"rank":1,"created_by":2,
         "author":null,"version":1,
         "created":"2026-11-21T04:33:23.123Z","updated":"2026-11-21T04:33:23.123Z",
         "deleted_at":null}
        """
    private static let noQuorum = """
        {"title":"No quorum","status":503,"code":"no_quorum","retry_after":0.01}
        """
    private static let unknown = """
        {"title":"Unknown outcome","status":504,"code":"outcome_unknown"}
        """

    private func client<Result>(
        _ urls: [String], deadline: Duration = .seconds(200), spread: Bool = false,
        _ body: (TaskraftClient) async throws -> Result
    ) async throws -> Result {
        let policy = RetryPolicy(deadline: deadline, refusedDeadline: .milliseconds(100))
        let client = TaskraftClient(
            bases: try urls.map { try BaseURL($0) }, policy: policy, spread: spread)
        do {
            let result = try await body(client)
            await client.shutdown()
            return result
        } catch {
            await client.shutdown()
            throw error
        }
    }

    @Test func `a creation is repeated with the same key until a node answers`() async throws {
        let script: [ScriptedNode.Step] = [
            .answer(503, Self.noQuorum), .hangUp, .answer(504, Self.unknown),
            .answer(201, Self.task),
        ]
        try await ScriptedNode.run(script) { node in
            let created = try await client([node.url]) {
                try await $0.create(TaskDraft(title: "Tea"))
            }
            #expect(created.id == 7)
            let keys = Set(node.received.map(\.key))
            #expect(node.received.count == 4)
            #expect(keys.count == 1 && keys.first != .some(nil), "all attempts share one key")
            #expect(Set(node.received.map(\.body)).count == 1)
        }
    }

    @Test func `a creation under a number says that there must be none yet`() async throws {
        try await ScriptedNode.run([.hangUp, .answer(201, Self.task)]) { node in
            let created = try await client([node.url]) {
                try await $0.create(TaskDraft(title: "Tea"), id: 7)
            }
            #expect(created.id == 7)
            #expect(node.received.map(\.method) == ["PUT", "PUT"])
            #expect(Set(node.received.map(\.path)) == ["/v1/tasks/7"])
            #expect(node.received.allSatisfy { $0.ifNoneMatch == "*" })
            #expect(node.received[0].key != nil)
            #expect(node.received[0].key == node.received[1].key)
        }
    }

    @Test func `the next node is tried when one does not listen`() async throws {
        try await ScriptedNode.withNobody { nobody in
            try await ScriptedNode.run([.answer(200, Self.task)]) { node in
                let task = try await client([nobody, node.url]) { try await $0.task(7) }
                #expect(task.title == "Tea")
            }
        }
    }

    @Test func `the next node gets the same key when one breaks off`() async throws {
        try await ScriptedNode.run([.hangUp]) { first in
            try await ScriptedNode.run([.answer(201, Self.task)]) { second in
                _ = try await client([first.url, second.url]) {
                    try await $0.create(TaskDraft(title: "Tea"))
                }
                let keys = (first.received + second.received).map(\.key)
                #expect(keys.count == 2 && keys[0] != nil && keys[0] == keys[1])
            }
        }
    }

    @Test func `who asks too much comes back when it was told to`() async throws {
        let script: [ScriptedNode.Step] = [
            .answer(429, #"{"title":"Too many","status":429,"retry_after":0.01}"#),
            .answer(200, Self.task),
        ]
        try await ScriptedNode.run(script) { node in
            let task = try await client([node.url]) { try await $0.task(7) }
            #expect(task.id == 7)
        }
    }

    @Test func `a token whose secret was lost with its answer is revoked, and another made`() async throws {
        func token(_ id: Int, _ secret: String) -> String {
            #"{"id":\#(id),"user":1,"name":"ci","scopes":["read"],"kind":"api","expires":null,"#
                + #""created":"2026-11-21T04:33:23.123Z"\#(secret)}"#
        }
        let script: [ScriptedNode.Step] = [
            .hangUp, .answer(201, token(5, "")), .answer(204, ""),
            .answer(201, token(6, #","secret":"tk_x""#)),
        ]
        try await ScriptedNode.run(script) { node in
            let made = try await client([node.url]) {
                try await $0.createToken(TokenDraft(name: "ci", user: nil))
            }
            #expect(made.id == 6 && made.secret == "tk_x")
            #expect(node.received.map(\.method) == ["POST", "POST", "DELETE", "POST"])
            #expect(node.received[2].path == "/v1/tokens/5")
            #expect(node.received[0].key == node.received[1].key)
            #expect(node.received[1].key != node.received[3].key)
        }
    }

    @Test func `it stays with the node that answered`() async throws {
        try await ScriptedNode.run([.answer(503, Self.noQuorum)]) { first in
            let answers = Array(repeating: ScriptedNode.Step.answer(200, Self.task), count: 3)
            try await ScriptedNode.run(answers) { second in
                try await client([first.url, second.url]) { client in
                    for _ in 0..<3 { _ = try await client.task(7) }
                }
                #expect(first.received.count == 1)
                #expect(second.received.count == 3)
            }
        }
    }

    @Test func `spread requests go round all nodes`() async throws {
        let answers = Array(repeating: ScriptedNode.Step.answer(200, Self.task), count: 3)
        try await ScriptedNode.run(answers) { first in
            try await ScriptedNode.run(answers) { second in
                try await client([first.url, second.url], spread: true) { client in
                    for _ in 0..<6 { _ = try await client.task(7) }
                }
                #expect(first.received.count == 3)
                #expect(second.received.count == 3)
            }
        }
    }

    @Test func `a refusal is final and carries the problem`() async throws {
        let stale = """
            {"title":"Stale version","status":412,"code":"stale_version","current":\(Self.task)}
            """
        try await ScriptedNode.run([.answer(412, stale)]) { node in
            var edit = TaskEdit()
            edit.status = .set("done")
            let error = await #expect(throws: ClientError.self) {
                try await client([node.url]) { try await $0.edit(7, edit, ifVersion: 3) }
            }
            guard case .refused(let problem) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(problem.code == "stale_version")
            #expect(problem.current?.title == "Tea")
            #expect(node.received.count == 1)
            #expect(node.received[0].ifMatch == "\"3\"")
            #expect(node.received[0].body == #"{"status":"done"}"#)
        }
    }

    @Test func `a write that may have happened ends as unknown, with its key`() async throws {
        let script = Array(repeating: ScriptedNode.Step.answer(504, Self.unknown), count: 100)
        try await ScriptedNode.run(script) { node in
            let error = await #expect(throws: ClientError.self) {
                try await client([node.url], deadline: .seconds(5)) {
                    try await $0.create(TaskDraft(title: "Tea"), key: "mine")
                }
            }
            guard case .unknownOutcome(_, key: "mine") = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test func `a write that was never taken ends as unavailable`() async throws {
        let script = Array(repeating: ScriptedNode.Step.answer(503, Self.noQuorum), count: 100)
        try await ScriptedNode.run(script) { node in
            let error = await #expect(throws: ClientError.self) {
                try await client([node.url], deadline: .seconds(5)) {
                    try await $0.create(TaskDraft(title: "Tea"))
                }
            }
            guard case .unavailable = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test func `nobody at any address ends soon as unreachable`() async throws {
        try await ScriptedNode.withNobody { nobody in
            let error = await #expect(throws: ClientError.self) {
                try await client([nobody]) { try await $0.cluster() }
            }
            guard case .unreachable(let why) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(why.contains("connection refused"))
        }
    }

    @Test func `a deletion whose first answer was lost is done when the task is gone`() async throws
    {
        let gone = #"{"title":"Not found","status":404,"code":"not_found"}"#
        try await ScriptedNode.run([.hangUp, .answer(404, gone)]) { node in
            try await client([node.url]) { try await $0.delete(7, ifVersion: 1) }
            #expect(node.received.count == 2)
        }
        try await ScriptedNode.run([.answer(404, gone)]) { node in
            _ = await #expect(throws: ClientError.self, "without a lost answer it was never there")
            {
                try await client([node.url]) { try await $0.delete(7, ifVersion: 1) }
            }
        }
    }

    @Test func `lists are read page by page`() async throws {
        let script: [ScriptedNode.Step] = [
            .answer(200, #"{"items":[\#(Self.task)],"next_cursor":"a+b/=&c"}"#),
            .answer(200, #"{"items":[\#(Self.task)],"next_cursor":null}"#),
        ]
        try await ScriptedNode.run(script) { node in
            let pending = TaskFilter(status: "pending")
            let tasks = try await client([node.url]) { try await $0.allTasks(pending) }
            #expect(tasks.count == 2)
            #expect(
                node.received.map(\.path) == [
                    "/v1/tasks?limit=200&status=pending",
                    "/v1/tasks?limit=200&status=pending&cursor=a%2Bb/%3D%26c",
                ])
        }
    }

    @Test func `short lists are read to their end, too`() async throws {
        let board = #"{"id":1,"name":"b","columns":[],"on_done":null,"version":1}"#
        let script: [ScriptedNode.Step] = [
            .answer(200, #"{"items":[\#(board)],"next_cursor":"c"}"#),
            .answer(200, #"{"items":[\#(board)],"next_cursor":null}"#),
        ]
        try await ScriptedNode.run(script) { node in
            let boards = try await client([node.url]) { try await $0.boards(stale: true) }
            #expect(boards.count == 2)
            #expect(
                node.received.map(\.path) == [
                    "/v1/boards?consistency=stale", "/v1/boards?consistency=stale&cursor=c",
                ])
        }
    }

    @Test func `the zone of the reader goes with a filter`() async throws {
        let empty = ScriptedNode.Step.answer(200, #"{"items":[],"next_cursor":null}"#)
        try await ScriptedNode.run([empty, empty]) { node in
            try await client([node.url]) { client in
                for query in ["due:today", nil] {
                    _ = try await client.tasks(TaskFilter(query: query, zone: "+02:00"))
                }
            }
            #expect(
                node.received.map(\.path) == [
                    "/v1/tasks?limit=200&q=due:today&zone=%2B02:00", "/v1/tasks?limit=200",
                ])
        }
    }

    @Test func `a node that is not ready says why`() async throws {
        let body = """
            {"status":"unavailable","checks":[{"name":"store","ok":false,"detail":"down"}]}
            """
        try await ScriptedNode.run([.answer(503, body)]) { node in
            let readiness = try await client([node.url]) { try await $0.readiness() }
            #expect(readiness.checks.map(\.detail) == ["down"])
        }
    }

    @Test func `an answer that is no JSON is an error that shows it`() async throws {
        try await ScriptedNode.run([.answer(200, "<html>")]) { node in
            let error = await #expect(throws: ClientError.self) {
                try await client([node.url]) { try await $0.cluster() }
            }
            #expect("\(error.map { "\($0)" } ?? "")".contains("<html>"))
        }
    }
}
