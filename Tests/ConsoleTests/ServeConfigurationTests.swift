import Console
import Foundation
import Logging
import StateStore
import Testing

@Suite struct ServeConfigurationTests {
    private static let members = "1=127.0.0.1:8280,2=127.0.0.1:8281,3=127.0.0.1:8282"
    private static let minimal = [
        "TASKRAFT_NODE_ID": "1", "TASKRAFT_INITIAL_MEMBERS": members,
    ]

    private func load(
        file: String? = nil, _ environment: [String: String] = minimal,
        _ flags: [ConfigurationKey: String] = [:]
    ) async throws -> ServeConfiguration {
        guard let file else {
            return try await ServeConfiguration.load(
                file: nil, environment: environment, flags: flags)
        }
        let path = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString).yaml"
        try Data(file.utf8).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try await ServeConfiguration.load(
            file: path, environment: environment, flags: flags)
    }

    private func problems(
        file: String? = nil, _ changes: [String: String], _ flags: [ConfigurationKey: String] = [:]
    ) async -> [String] {
        let environment = Self.minimal.merging(changes) { $1 }
        let error = await #expect(throws: ConfigurationProblems.self) {
            try await load(file: file, environment, flags)
        }
        return (error?.problems ?? []).map(\.description)
    }

    @Test func `the environment alone is enough, and the rest has defaults`() async throws {
        let configuration = try await load()
        #expect(configuration.nodeID == 1 && configuration.nodeName == "n1")
        #expect(configuration.cluster == "taskraft" && configuration.dataDirectory == "./data")
        #expect(configuration.members.count == 3)
        #expect(configuration.listenHTTP == HostPort(host: "127.0.0.1", port: 8080))
        #expect(configuration.advertiseHTTP == configuration.listenHTTP)
        #expect(configuration.store == .sqlite && configuration.storePassword == nil)
        #expect(configuration.logFormat == .text && configuration.logLevel == .info)
        #expect(!configuration.insecure && configuration.limitRequests == 600_000)
    }

    @Test func `requests are counted up to a limit, or not at all`() async throws {
        for text in ["0", "10000000"] {
            let flags = [ConfigurationKey.limitRequests: text]
            let configuration = try await load(Self.minimal, flags)
            #expect(String(configuration.limitRequests) == text)
        }
        for text in ["-1", "10000001", "many"] {
            let found = await problems([:], [.limitRequests: text])
            #expect(found.count == 1 && found.contains { $0.contains("limit.requests") })
        }
    }

    @Test func `a flag beats a variable, and a variable beats the file`() async throws {
        let file = "cluster: file\nnode:\n  id: 3\n  name: file\nlog:\n  level: debug\n"
        let configuration = try await load(
            file: file,
            [
                "TASKRAFT_NODE_NAME": "variable", "TASKRAFT_NODE_ID": "2",
                "TASKRAFT_INITIAL_MEMBERS": Self.members,
            ],
            [.nodeID: "1"])
        #expect(configuration.nodeID == 1)
        #expect(configuration.nodeName == "variable")
        #expect(configuration.cluster == "file")
        #expect(configuration.logLevel == .debug)
    }

    @Test func `everything wrong is told at once, each with its origin and a remedy`() async {
        let found = await problems(
            file: "node:\n  nam: x\nlog:\n  format: xml\n",
            ["TASKRAFT_NODE_ID": "one", "TASKRAFT_LISTEN_HTTP": "0.0.0.0:8080"],
            [.logLevel: "loud"])
        #expect(found.count == 5)
        #expect(found.contains { $0.contains("yaml:2:3: node.nam: is no known key; did you mean") })
        #expect(found.contains { $0.contains("yaml:4:11: log.format: 'xml' is not text or json") })
        #expect(
            found.contains {
                $0.hasPrefix("TASKRAFT_NODE_ID: node.id: 'one' is not a whole number from 1; write")
            })
        #expect(
            found.contains { $0.hasPrefix("--log-level: log.level: 'loud' is not one of trace") })
        #expect(found.contains { $0.contains("0.0.0.0:8080 can be reached from other machines") })
    }

    @Test func `what must be set is missed, with all ways to set it`() async {
        let error = await #expect(throws: ConfigurationProblems.self) { try await load([:]) }
        let text = "\(error.map { "\($0)" } ?? "")"
        #expect(text.contains("set 'node.id' in the file, TASKRAFT_NODE_ID or --id"))
        #expect(text.contains("initial_members: is missing"))
    }

    @Test(arguments: [
        ("1=a:1,2=b:2", "names 2 nodes"), ("1=a:1,1=b:2,3=c:3", "names node 1 twice"),
        ("1=a:1,2=a:1,3=c:3", "share the address a:1"), ("2=a:1", "does not name this node, 1"),
        ("1=a", "is not ID=host:port"), ("1=a:1,", "is not ID=host:port"),
        ("0=a:1", "is not ID=host:port"), ("1=a:99999", "is not ID=host:port"),
    ])
    func `members that make no cluster are refused`(members: String, what: String) async {
        let found = await problems(["TASKRAFT_INITIAL_MEMBERS": members])
        #expect(found.count == 1 && found[0].contains(what), "\(found)")
    }

    @Test func `off loopback needs consent`() async throws {
        let open = ["TASKRAFT_LISTEN_PEER": "10.0.0.1:8280"]
        #expect(await problems(open).count == 1)
        let all = Self.minimal.merging(open) { $1 }
        #expect(try await load(all, [.insecure: "true"]).insecure)
        #expect(try await load(all.merging(["TASKRAFT_INSECURE": "1"]) { $1 }).insecure)
    }

    @Test func `a wildcard is told to others by the name that peers use`() async throws {
        let configuration = try await load([
            "TASKRAFT_NODE_ID": "1", "TASKRAFT_INITIAL_MEMBERS": "1=db1.example:8280",
            "TASKRAFT_LISTEN_HTTP": "0.0.0.0:9000", "TASKRAFT_INSECURE": "yes",
        ])
        #expect("\(configuration.advertiseHTTP)" == "db1.example:9000")
    }

    @Test func `two listeners on one address are refused`() async {
        let found = await problems(["TASKRAFT_LISTEN_PEER": "127.0.0.1:8080"])
        #expect(found.count == 1 && found[0].contains("taken by listen.http already"))
    }

    @Test func `a store is checked, and no password is repeated`() async throws {
        let mysql = Self.minimal.merging(["TASKRAFT_STORE_URL": "mysql://u@h:3306/d"]) { $1 }
        #expect("\(try await load(mysql).store)".contains("3306"))
        for url in ["mysql://u:hush@h/d", "postgres://u:hush@h/d"] {
            let found = await problems(["TASKRAFT_STORE_URL": url])
            #expect(found.count == 1 && found[0].contains("store.url"))
            #expect(!"\(found)".contains("hush"))
        }
    }

    @Test func `a password comes from a variable or a file, not from both`() async throws {
        let path = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString)"
        try Data("hush\n".utf8).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = Self.minimal.merging(["TASKRAFT_STORE_PASSWORD_FILE": path]) { $1 }
        #expect(try await load(file).storePassword == "hush")
        let both = await problems([
            "TASKRAFT_STORE_PASSWORD_FILE": path, "TASKRAFT_STORE_PASSWORD": "other",
        ])
        #expect(both.count == 1 && !"\(both)".contains("other"))
        let none = await problems(["TASKRAFT_STORE_PASSWORD_FILE": path + ".not"])
        #expect(none.count == 1 && none[0].contains("cannot be read"))
    }

    @Test func `a variable that is nearly ours is noticed`() {
        let found = ServeConfiguration.unknownVariables([
            "TASKRAFT_NODEID": "1", "TASKRAFT_NODE_ID": "1", "TASKRAFT_SERVICE_PORT_8080_TCP": "x",
        ])
        #expect(found.map(\.0) == ["TASKRAFT_NODEID"])
        #expect(found.map(\.1) == ["TASKRAFT_NODE_ID"])
    }

    @Test(arguments: [
        ("127.0.0.1:8080", true), ("127.9.9.9:1", true), ("localhost:80", true), ("[::1]:80", true),
        ("0.0.0.0:80", false), ("127.example.com:80", false), ("10.0.0.1:80", false),
        ("n1:80", false), ("[::]:80", false),
    ])
    func `loopback is what only this machine reaches`(text: String, isLoopback: Bool) throws {
        let address = try #require(HostPort(text))
        #expect(address.isLoopback == isLoopback)
        #expect("\(address)" == text)
    }

    @Test(arguments: ["", "n1", "n1:", ":80", "n1:0", "n1:65536", "n1:+80", "::1:80", "a b:80"])
    func `what is no host and port is refused`(text: String) {
        #expect(HostPort(text) == nil)
    }
}
