import Beanstalk
import Testing
import Work

/// What a client is told when the cluster cannot decide: nothing that may turn out false.
@Suite struct OutageTests {
    private var server = TestServer()
    private let client: Int

    init() { client = server.connect() }

    @Test mutating func `A put that is in no log is tried for seconds, and then refused`() {
        server.mode = .alone
        #expect(server.ask(client, "put 0 0 60 1\r\nx\r\nuse a\r\n") == "")
        server.pass(milliseconds: 3_900)
        #expect(server.heard(client) == "")
        server.pass(milliseconds: 200)
        #expect(server.heard(client) == "DRAINING\r\nUSING a\r\n")
        server.mode = .deciding
        #expect(server.ask(client, "put 0 0 60 1\r\nx\r\n") == "INSERTED 1\r\n")
    }

    @Test mutating func `A put that was refused at first is in the queue when that is over`() {
        server.mode = .alone
        #expect(server.ask(client, "put 0 0 60 1\r\nx\r\nput 0 0 60 1\r\ny\r\n") == "")
        server.pass(milliseconds: 2_000)
        server.mode = .deciding
        server.pass(milliseconds: 300)
        #expect(server.heard(client) == "INSERTED 1\r\nINSERTED 2\r\n")
        #expect(server.ask(client, "peek 1\r\n") == "FOUND 1 1\r\nx\r\n", "they keep their order")
    }

    @Test mutating func `A put that may be in a log ends in a closed connection`() {
        server.mode = .silent
        #expect(server.ask(client, "put 0 0 60 1\r\nx\r\n") == "")
        #expect(server.clients[client].isClosed)
    }

    @Test(arguments: ["delete 1", "release 1 0 0", "bury 1 0", "touch 1", "kick-job 1", "kick 1"])
    mutating func `Other changes are held, and then the connection is closed`(_ command: String) {
        _ = server.ask(client, "put 0 0 60 1\r\nx\r\nreserve\r\n")
        server.mode = .alone
        #expect(server.ask(client, command + "\r\n") == "")
        server.pass(milliseconds: 3_900)
        #expect(!server.clients[client].isClosed)
        server.pass(milliseconds: 200)
        #expect(server.heard(client) == "")
        #expect(server.clients[client].isClosed)
    }

    @Test mutating func `A change that was held is made when that is over`() {
        _ = server.ask(client, "put 0 0 60 1\r\nx\r\n")
        server.mode = .alone
        #expect(server.ask(client, "delete 1\r\n") == "")
        server.pass(milliseconds: 1_000)
        server.mode = .deciding
        server.pass(milliseconds: 100)
        #expect(server.heard(client) == "DELETED\r\n")
    }

    @Test mutating func `A change whose end is unknown closes the connection`() {
        _ = server.ask(client, "put 0 0 60 1\r\nx\r\n")
        server.mode = .silent
        #expect(server.ask(client, "delete 1\r\n") == "")
        #expect(server.clients[client].isClosed)
    }

    @Test mutating func `A worker keeps waiting, or its time ends`() {
        server.mode = .alone
        let patient = server.connect()
        #expect(server.ask(patient, "reserve\r\n") == "")
        #expect(server.ask(client, "reserve-with-timeout 3\r\n") == "")
        server.pass(milliseconds: 10_000)
        #expect(server.heard(client) == "TIMED_OUT\r\n")
        #expect(server.ask(client, "reserve-with-timeout 0\r\n") == "TIMED_OUT\r\n")
        #expect(server.heard(patient) == "")
        #expect(!server.clients[patient].isClosed)
    }

    @Test mutating func `Who only looks is told that it failed`() {
        server.mode = .alone
        #expect(server.ask(client, "stats\r\n") == "")
        server.pass(milliseconds: 4_200)
        #expect(server.heard(client) == "INTERNAL_ERROR\r\n")
    }
}
