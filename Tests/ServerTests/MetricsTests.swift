import HTTPTypes
import Node
import Replica
import Server
import Testing
import Work

/// `GET /metrics`
@Suite(.timeLimit(.minutes(5))) struct MetricsTests {
    private let front = TestFront()

    private func page() async throws -> String {
        let answer = try await front.send(.get, "/metrics")
        #expect(answer.status == 200)
        #expect(answer.header("Content-Type") == "text/plain; version=0.0.4; charset=utf-8")
        #expect(answer.header("Cache-Control") == "no-store")
        return answer.text
    }

    /// The values by name and labels.
    private func samples() async throws -> [Substring: Substring] {
        let lines = try await page().split(separator: "\n").filter { !$0.hasPrefix("#") }
        let pairs = lines.compactMap { line in
            line.lastIndex(of: " ").map { (line[..<$0], line[line.index(after: $0)...]) }
        }
        #expect(pairs.count == lines.count)
        return Dictionary(pairs) { _, again in
            Issue.record("a sample occurs twice")
            return again
        }
    }

    @Test func `Every sample belongs to a metric that is explained, once`() async throws {
        try await front.put("q")
        let lines = try await page().split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.last == "", "the last line ends, too")
        var known: Set<Substring> = []
        var metric: Substring = ""
        for line in lines.dropLast() {
            let words = line.split(separator: " ")
            switch words[0...1] {
            case ["#", "HELP"]:
                metric = words[2]
                let isNew = known.insert(metric).inserted
                #expect(isNew, "\(metric)")
                #expect(words.count > 3, "\(metric) has an explanation")
            case ["#", "TYPE"]:
                #expect(words[2] == metric)
                #expect(["counter", "gauge", "histogram"].contains(words[3]))
                #expect((words[3] == "counter") == metric.hasSuffix("_total"), "\(metric)")
            default:
                let name = words[0].prefix { $0 != "{" }
                #expect(name.hasPrefix("taskraft_") && name.hasPrefix(metric), "\(line)")
                #expect(Double(words[words.count - 1]) != nil, "\(line)")
            }
        }
        #expect(known.count > 30)
    }

    @Test func `The node, its place in the cluster and its stores are told`() async throws {
        try await front.create("x")
        let found = try await samples()
        let expected: [Substring: Substring] = [
            "taskraft_node_info{cluster=\"test\",node=\"3\",name=\"n3\"}": "1",
            "taskraft_raft_role{role=\"leader\"}": "1", "taskraft_raft_role{role=\"follower\"}": "0",
            "taskraft_raft_term": "2", "taskraft_raft_leader_known": "1",
            "taskraft_raft_voters": "1", "taskraft_raft_tolerated_failures": "0",
            "taskraft_staleness_seconds": "0.0", "taskraft_tasks": "1",
            "taskraft_ready{check=\"leader\"}": "1", "taskraft_store_ok{store=\"base\"}": "1",
            "taskraft_store_lag_entries{store=\"base\"}": "0", "taskraft_log_entries_total": "7",
            "taskraft_log_sync_duration_seconds_bucket{le=\"0.001\"}": "0",
            "taskraft_log_sync_duration_seconds_bucket{le=\"0.0025\"}": "1",
            "taskraft_log_sync_duration_seconds_sum": "0.002",
            "taskraft_log_sync_duration_seconds_count": "1",
            "taskraft_event_streams{stream=\"events\"}": "0", "taskraft_http_connections": "0",
        ]
        for (name, value) in expected { #expect(found[name] == value, "\(name)") }
        let index = front.node.position.index
        #expect(found["taskraft_raft_applied_index"] == "\(index)")
        front.node.set(leader: nil)
        front.node.set(base: .down)
        front.node.set(staleness: nil)
        let lost = try await samples()
        #expect(lost["taskraft_raft_leader_known"] == "0")
        #expect(lost["taskraft_ready{check=\"leader\"}"] == "0")
        #expect(lost["taskraft_store_ok{store=\"base\"}"] == "0")
        #expect(lost["taskraft_staleness_seconds"] == nil, "it is not known")
    }

    @Test func `Peers are told by number, and how long they are silent`() {
        var status = front.node.status()
        var peer = status.nodes[0]
        (peer.id, peer.lastContact, peer.role) = (1, 1_250, .unreachable)
        status.nodes.insert(peer, at: 0)
        peer.id = 2
        (peer.lastContact, peer.role) = (nil, .follower)
        status.nodes.append(peer)
        var page = Exposition()
        page.node(NodeMeasures(status: status))
        let lines = page.text.split(separator: "\n").filter { $0.hasPrefix("taskraft_peer_") }
        #expect(
            lines == [
                "taskraft_peer_reachable{peer=\"1\"} 0", "taskraft_peer_reachable{peer=\"2\"} 1",
                "taskraft_peer_last_contact_seconds{peer=\"1\"} 1.25",
            ])
    }

    @Test func `Jobs are counted by queue, and the queues that have names are bounded`() async throws {
        for number in 1...NodeMeasures.queuesMax { try await front.put("q\(number)") }
        for name in ["q7", "q7", "q8"] { try await front.put(name) }
        _ = try await front.reserve("q8")
        var found = try await samples()
        #expect(found["taskraft_queues"] == "100")
        #expect(found["taskraft_jobs{queue=\"q7\",state=\"ready\"}"] == "3")
        #expect(found["taskraft_jobs{queue=\"q8\",state=\"ready\"}"] == "1")
        #expect(found["taskraft_jobs{queue=\"q8\",state=\"reserved\"}"] == "1")
        #expect(found["taskraft_jobs{queue=\"other queues\",state=\"ready\"}"] == nil)
        for name in ["new1", "new2", "new2"] { try await front.put(name) }
        found = try await samples()
        #expect(found["taskraft_queues"] == "102")
        #expect(found["taskraft_jobs{queue=\"new2\",state=\"ready\"}"] == "2")
        #expect(found["taskraft_jobs{queue=\"other queues\",state=\"ready\"}"] == "2")
        let names = found.keys.filter { $0.hasPrefix("taskraft_jobs{") }
        #expect(names.count == 4 * (NodeMeasures.queuesMax + 1))
        #expect(QueueName(Exposition.otherQueues) == nil, "no queue is taken for the others")
    }

    @Test func `Requests are counted by method and status, whatever clients make up`() async throws {
        try await front.create("x")
        _ = try await front.send(.get, "/v1/tasks/1")
        _ = try await front.send(.get, "/v1/tasks/2")
        _ = try await front.send(.get, "/v1/tasks/2")
        for name in ["BREW", "SPILL"] {
            let method = try #require(HTTPRequest.Method(name))
            _ = try await front.send(method, "/v1/tasks/1")
        }
        let found = try await samples()
        let requests = found.filter { $0.key.hasPrefix("taskraft_http_requests_total") }
        #expect(
            requests == [
                "taskraft_http_requests_total{method=\"GET\",code=\"200\"}": "1",
                "taskraft_http_requests_total{method=\"GET\",code=\"404\"}": "2",
                "taskraft_http_requests_total{method=\"POST\",code=\"201\"}": "1",
                "taskraft_http_requests_total{method=\"other\",code=\"405\"}": "2",
            ])
        #expect(found["taskraft_http_request_duration_seconds_count"] == "6")
        let bytes = try #require(found["taskraft_http_response_bytes_total"].flatMap { Int($0) })
        #expect(bytes > 300)
    }

    @Test func `It is read by whoever may read`() async throws {
        #expect(try await front.send(.get, "/metrics").status == 200, "this machine, without users")
        #expect(try await front.send(.head, "/metrics").body.isEmpty)
        try await front.makeAdmin()
        #expect(try await front.send(.get, "/metrics").status == 401)
        let session = try await front.signIn()
        let reader = try await front.token(session, #"{"name":"prometheus","scopes":["read"]}"#)
        #expect(try await front.send(.get, "/metrics", reader).status == 200)
        let worker = try await front.token(session, #"{"name":"w","scopes":["work"]}"#)
        #expect(try await front.send(.get, "/metrics", worker).status == 403)
        #expect(try await front.send(.get, "/metrics?x=1", reader).status == 400)
        front.node.set(trouble: .rejected(.stopping))
        let stopping = try await front.send(.get, "/metrics", reader)
        #expect(try stopping.json["code"] == .string("stopping"))
    }

    @Test func `Connections and streams are counted while they are open`() async throws {
        try await withFront { node, connection in
            let end = "taskraft_event_streams{stream=\"cluster\"} 0\n"
            try await connection.withAnother { other in
                try await other.request("GET /v1/events")
                _ = try await other.read(until: "event: cluster")
                try await connection.request("GET /metrics")
                let page = try await connection.read(until: end)
                #expect(page.contains("taskraft_http_connections 2\n"))
                #expect(page.contains("taskraft_event_streams{stream=\"events\"} 1\n"))
            }
            // The front learns that a stream has nobody when it writes: so there is something to.
            var isAlone = false
            while !isAlone {
                _ = await node.propose(.createTask(TaskFields(title: "x")), actor: nil, key: nil)
                try await connection.request("GET /metrics")
                let page = try await connection.read(until: end)
                isAlone = page.contains("taskraft_http_connections 1\n")
                    && page.contains("taskraft_event_streams{stream=\"events\"} 0\n")
            }
        }
    }
}
