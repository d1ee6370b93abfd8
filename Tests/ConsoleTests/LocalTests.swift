import Console
import Foundation
import Testing

@Suite struct LocalTests {
    @Test func `addresses follow from the first port`() {
        let layout = LocalLayout(nodes: 3, basePort: 9000, store: "mysql://u@h:1/t-{node}")
        #expect("\(layout.http(of: 1)) \(layout.http(of: 3))" == "127.0.0.1:9000 127.0.0.1:9002")
        #expect("\(layout.beanstalk(of: 2))" == "127.0.0.1:9101")
        #expect("\(layout.peer(of: 3))" == "127.0.0.1:9202")
        #expect(layout.store(of: 2) == "mysql://u@h:1/t-2")
        #expect(layout.ports.count == 9)
        #expect(layout.problem == nil)
    }

    @Test(arguments: [
        (2, 8080, "sqlite", "--nodes"), (3, 80, "sqlite", "--base-port"),
        (3, 65_400, "sqlite", "--base-port"), (3, 8080, "mysql://u@h:1/t", "{node}"),
        (1, 8080, "oracle", "--store"), (3, 8080, "mysql://u:p@h:1/t-{node}", "--store"),
    ])
    func `what makes no cluster is refused`(
        nodes: Int, basePort: Int, store: String, what: String
    ) {
        let problem = LocalLayout(nodes: nodes, basePort: basePort, store: store).problem
        #expect(problem?.contains(what) == true)
        #expect(problem?.contains("u:p") != true)
    }

    @Test func `a node is told all it needs, and nothing of the caller's own node`() async throws {
        let layout = LocalLayout(nodes: 3, basePort: 9000, store: "sqlite")
        let variables = layout.environment(
            of: 2, directory: "/d",
            inherited: [
                "TASKRAFT_CONFIG": "x", "TASKRAFT_INSECURE": "true", "TASKRAFT_LOG_FORMAT": "json",
                "TASKRAFT_STORE_PASSWORD": "hush", "PATH": "/bin", "TASKRAFT_ADVERTISE_HTTP": "h:1",
                "TASKRAFT_LIMIT_REQUESTS": "5",
            ])
        #expect(variables["TASKRAFT_CONFIG"] == nil && variables["PATH"] == "/bin")
        let node = try await ServeConfiguration.load(
            file: nil, environment: variables, flags: [:])
        #expect(node.nodeID == 2 && node.nodeName == "n2" && node.dataDirectory == "/d/n2")
        #expect(node.members.count == 3 && node.listenPeer == layout.peer(of: 2))
        #expect(node.advertiseHTTP == layout.http(of: 2) && !node.insecure)
        #expect(node.logFormat == .json && node.storePassword == "hush")
        #expect(node.limitRequests == 5)
    }

    @Test func `a process is known by its number and its start`() throws {
        let own = try #require(ProcessIdentity(pid: getpid()))
        #expect(own.isAlive)
        let later = ProcessIdentity(pid: own.pid, started: own.started + 1)
        #expect(!later.isAlive)
        #expect(!later.signal(SIGKILL), "a number that was used again is left alone")
    }

    @Test func `the table of processes is read past odd names`() {
        let fields = Array(repeating: "0", count: 18).joined(separator: " ")
        let entry = ProcessTable.parse(stat: "7 (a) b) S \(fields) 4242 0 0\n")
        #expect(entry?.started == 4242 && entry?.state == "S" && entry?.isAlive == true)
        #expect(ProcessTable.parse(stat: "7 (a) Z \(fields) 1 0")?.isAlive == false)
        #expect(ProcessTable.parse(stat: "nonsense") == nil)
    }

    @Test func `listeners are found in the table of sockets`() {
        let table = """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt uid timeout inode
               0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 111 1
               1: 0100007F:1F90 0100007F:9999 01 00000000:00000000 00:00000000 00000000 0 0 222 1
               2: 0100007F:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 333 1
            """
        #expect(ProcessTable.listeningInodes(table, port: 8080) == ["111"])
    }

    @Test func `a port in use is named with the one who holds it`() throws {
        let (descriptor, port) = try listen()
        let problems = PortCheck.problems([(port, "HTTP of n1")])
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix("port \(port) (HTTP of n1) is in use") == true)
        #expect(problems.first?.contains("process \(getpid()) (") == true)
        close(descriptor)
        // Another test may take the port a moment after, but not five in a row.
        let isFree = try (0..<5).contains { _ in
            let (descriptor, port) = try listen()
            close(descriptor)
            return PortCheck.problems([(port, "HTTP of n1")]).isEmpty
        }
        #expect(isFree)
    }

    private func listen() throws -> (Int32, Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) + Glibc.listen(descriptor, 1)
                    + getsockname(descriptor, $0, &size)
            }
        }
        try #require(code == 0)
        return (descriptor, Int(in_port_t(bigEndian: address.sin_port)))
    }

    @Test func `a started process has its own session, its log and its variables`() throws {
        let log = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString).log"
        defer { try? FileManager.default.removeItem(atPath: log) }
        // The sixth field of stat is the session.
        let script = "read -r s </proc/self/stat; set -- $s; echo $$ $6 $NAME; echo error >&2"
        let process = try Spawn.start(
            "/bin/sh", ["-c", script], environment: ["NAME": "value"], log: log)
        var status: Int32 = 0
        #expect(waitpid(process.pid, &status, 0) == process.pid)
        #expect(status == 0 && !process.isAlive)
        let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
        #expect(lines == ["\(process.pid) \(process.pid) value", "error"])
    }

    @Test func `a program that is not there is an error that names it`() {
        let error = #expect(throws: Failure.self) {
            try Spawn.start("/nonexistent/p", [], environment: [:], log: "/dev/null")
        }
        #expect(error?.message.contains("/nonexistent/p") == true)
    }

    @Test func `a program that was replaced is started from where it lay`() {
        #expect(Spawn.path("/opt/taskraft (deleted)") == "/opt/taskraft")
        #expect(Spawn.path("/opt/taskraft") == "/opt/taskraft")
        #expect(FileManager.default.isExecutableFile(atPath: Spawn.ownExecutable))
    }

    @Test func `a directory remembers its cluster and knows who lives`() throws {
        let directory = LocalDirectory(
            FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(atPath: directory.path) }
        #expect(try directory.record() == nil)
        #expect(throws: Failure.self) { try directory.existingRecord() }
        let own = try #require(ProcessIdentity(pid: getpid()))
        try directory.update { record in
            record = LocalRecord(layout: .standard)
            record?.processes["2"] = own
            record?.processes["3"] = ProcessIdentity(pid: own.pid, started: own.started + 1)
        }
        let record = try directory.existingRecord()
        #expect(record.layout == .standard)
        #expect(record.living.map(\.id) == [2])
        try Data("{".utf8).write(to: URL(fileURLWithPath: directory.recordPath))
        #expect(throws: Failure.self) { try directory.record() }
    }
}
