import HTTPTypes
import Server
import Synchronization
import Testing
import Work

/// A cluster of one that has one of everything, and whoever asks for it.
struct SampleWorld {
    let front: TestFront
    /// A token for everything.
    let secret: String
    /// The entry that renamed the first task.
    let step: String
    /// Of job 2.
    let lease: String
    /// Users and tokens count up: the last token is nobody's.
    let token: String

    static let description = Contract.shared.document

    init() async throws {
        let node = MemoryService()
        front = TestFront(node: node, levers: MemoryLevers())
        // The door of the data directory needs no token, and no user a password.
        let door = TestFront(node: node, door: .directory)
        for name in ["ann", "bob"] {
            let body = #"{"name":"\#(name)","role":"admin"}"#
            _ = try await door.send(.post, "/v1/users", json: body)
        }
        let scopes = #"["read","tasks","enqueue","work","admin"]"#
        let made = try await door.send(
            .post, "/v1/tokens", json: #"{"name":"t","user":1,"scopes":\#(scopes)}"#)
        secret = try #require(try made.json["secret"].text)
        let other = try await door.send(.post, "/v1/tokens", json: #"{"name":"o","user":2}"#)
        token = String(try #require(try other.json["id"].whole))
        step = try await Self.fill(door)
        lease = try await Self.work(door)
    }

    private static func fill(_ door: TestFront) async throws -> String {
        try await door.create("milk")
        let renamed = try await door.send(
            .patch, "/v1/tasks/1", ["If-Match": "*"], json: #"{"title":"oat milk"}"#)
        _ = try await door.send(.post, "/v1/tasks/1/comments", json: #"{"text":"two"}"#)
        _ = try await door.send(.post, "/v1/boards", json: #"{"name":"Home"}"#)
        _ = try await door.send(.post, "/v1/views", json: #"{"name":"mine","query":"milk"}"#)
        return try #require(renamed.header("Taskraft-Index"))
    }

    /// Three jobs: ready, reserved, buried.
    private static func work(_ door: TestFront) async throws -> String {
        try await door.put("other")
        _ = try await door.send(.post, "/v1/queues/other/jobs", json: #"{"body":"x"}"#)
        try await door.put("q")
        let lease = try await door.reserve("q")
        try await door.put("dead")
        let buried = try await door.reserve("dead")
        _ = try await door.send(.post, "/v1/jobs/4/bury", json: #"{"lease":"\#(buried)"}"#)
        return lease
    }

    /// All that a request could change. What only reads, or is refused, may be an entry of the log.
    var content: [UInt64] {
        front.node.state.withLock { state in
            let scalars = state.work.scalars
            return [
                scalars.rowsHash, scalars.items.rowsHash, scalars.jobs.rowsHash, scalars.nextTask,
                scalars.jobs.nextJob, UInt64(state.history.count),
            ]
        }
    }
}

/// A request that is right.
struct Sample: Sendable {
    var path: String
    var headers: [String: String] = [:]
    /// Members of the body, each as JSON; nil if there is no body.
    var body: [(name: String, json: String)]?
    /// Another body than an object.
    var text: String?
}

extension SampleWorld {
    /// One for each operation, by its name in the description.
    var samples: [String: Sample] {
        tasks.merging(boards) { $1 }.merging(people) { $1 }.merging(jobs) { $1 }
            .merging(cluster) { $1 }
    }

    private static let match = ["If-Match": "*"]

    private var tasks: [String: Sample] {
        [
            "listTasks": Sample(path: "/v1/tasks"),
            "createTask": Sample(path: "/v1/tasks", body: [("title", #""x""#)]),
            "getTask": Sample(path: "/v1/tasks/1"),
            "putTask": Sample(
                path: "/v1/tasks/1", headers: Self.match, body: [("title", #""z""#)]),
            "updateTask": Sample(
                path: "/v1/tasks/1", headers: Self.match, body: [("title", #""y""#)]),
            "deleteTask": Sample(path: "/v1/tasks/1", headers: Self.match),
            "getTaskHistory": Sample(path: "/v1/tasks/1/history"),
            "listComments": Sample(path: "/v1/tasks/1/comments"),
            "addComment": Sample(path: "/v1/tasks/1/comments", body: [("text", #""x""#)]),
            "editComment": Sample(path: "/v1/comments/1", body: [("text", #""y""#)]),
            "deleteComment": Sample(path: "/v1/comments/1"),
            "moveTask": Sample(path: "/v1/tasks/1/move", headers: Self.match, body: []),
            "undoStep": Sample(path: "/v1/tasks/1/undo", body: [("index", step)]),
            "restoreTask": Sample(path: "/v1/tasks/1/restore", body: [("as_of", step)]),
            "changeTasks": Sample(
                path: "/v1/tasks:bulk",
                body: [("filter", #""milk""#), ("patch", #"{"priority":1}"#)]),
            "listLabels": Sample(path: "/v1/labels"),
            "exportCSV": Sample(path: "/v1/export.csv"),
            "exportJSON": Sample(path: "/v1/export.json"),
            "importTasks": Sample(path: "/v1/import?format=json", text: #"[{"title":"x"}]"#),
            "getCalendar": Sample(path: "/v1/calendar.ics"),
        ]
    }

    private var boards: [String: Sample] {
        [
            "listBoards": Sample(path: "/v1/boards"),
            "createBoard": Sample(path: "/v1/boards", body: [("name", #""x""#)]),
            "getBoard": Sample(path: "/v1/boards/2"),
            "updateBoard": Sample(path: "/v1/boards/2", body: [("name", #""y""#)]),
            "deleteBoard": Sample(path: "/v1/boards/2"),
            "getPastBoard": Sample(path: "/v1/boards/1/tasks?as_of=\(step)"),
            "listViews": Sample(path: "/v1/views"),
            "saveView": Sample(
                path: "/v1/views", body: [("name", #""x""#), ("query", #""milk""#)]),
            "updateView": Sample(path: "/v1/views/1", body: [("name", #""y""#)]),
            "deleteView": Sample(path: "/v1/views/1"),
        ]
    }

    private var people: [String: Sample] {
        [
            "listUsers": Sample(path: "/v1/users"),
            "createUser": Sample(path: "/v1/users", body: [("name", #""carl""#)]),
            "getUser": Sample(path: "/v1/users/2"),
            "updateUser": Sample(path: "/v1/users/2", body: [("name", #""Bob""#)]),
            "disableUser": Sample(path: "/v1/users/2"),
            "listTokens": Sample(path: "/v1/tokens"),
            "createToken": Sample(path: "/v1/tokens", body: [("name", #""x""#)]),
            "revokeToken": Sample(path: "/v1/tokens/\(token)"),
            "getMe": Sample(path: "/v1/me"),
            "signIn": Sample(
                path: "/v1/session", body: [("name", #""ann""#), ("password", #""none yet""#)]),
            "signOut": Sample(path: "/v1/session"),
        ]
    }

    private var jobs: [String: Sample] {
        let held: [(name: String, json: String)] = [("lease", "\"\(lease)\"")]
        return [
            "listQueues": Sample(path: "/v1/queues"),
            "getQueue": Sample(path: "/v1/queues/q"),
            "configureQueue": Sample(path: "/v1/queues/q", body: [("length", "9")]),
            "deleteQueue": Sample(path: "/v1/queues/other"),
            "listJobs": Sample(path: "/v1/queues/q/jobs"),
            "putJobs": Sample(path: "/v1/queues/q/jobs", body: [("body", #""x""#)]),
            "reserveFromQueue": Sample(path: "/v1/queues/other/reserve", body: []),
            "reserve": Sample(path: "/v1/reserve", body: [("queues", #"["other"]"#)]),
            "pauseQueue": Sample(path: "/v1/queues/q/pause", body: []),
            "resumeQueue": Sample(path: "/v1/queues/q/resume", body: []),
            "purgeQueue": Sample(path: "/v1/queues/other/purge", body: []),
            "kickJobs": Sample(path: "/v1/queues/dead/kick", body: []),
            "getJob": Sample(path: "/v1/jobs/1"),
            "deleteJob": Sample(path: "/v1/jobs/1"),
            "touchJob": Sample(path: "/v1/jobs/3/touch", body: held),
            "completeJob": Sample(path: "/v1/jobs/3/complete", body: held),
            "failJob": Sample(path: "/v1/jobs/3/fail", body: held),
            "releaseJob": Sample(path: "/v1/jobs/3/release", body: held),
            "buryJob": Sample(path: "/v1/jobs/3/bury", body: held),
            "kickJob": Sample(path: "/v1/jobs/4/kick", body: []),
        ]
    }

    private var cluster: [String: Sample] {
        [
            "followEvents": Sample(path: "/v1/events"),
            "getCluster": Sample(path: "/v1/cluster"),
            "watchCluster": Sample(path: "/v1/cluster/events"),
            "getLevers": Sample(path: "/v1/cluster/levers"),
            "pullLever": Sample(path: "/v1/cluster/levers", body: [("lever", #""heal""#)]),
            "transferLeadership": Sample(path: "/v1/cluster/transfer", body: []),
            "getLiveness": Sample(path: "/livez"),
            "getReadiness": Sample(path: "/readyz"),
            "getMetrics": Sample(path: "/metrics"),
        ]
    }
}
