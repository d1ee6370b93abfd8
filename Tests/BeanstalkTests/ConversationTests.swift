import Beanstalk
import Testing
import Work

/// The protocol, command by command.
@Suite struct ConversationTests {
    private var server = TestServer()
    private let client: Int

    init() { client = server.connect() }

    @Test mutating func `A job is put, peeked at, reserved and deleted`() {
        #expect(server.ask(client, "put 5 0 60 3\r\nabc\r\n") == "INSERTED 1\r\n")
        #expect(server.ask(client, "put 5 0 60 0\r\n\r\n") == "INSERTED 2\r\n")
        #expect(server.ask(client, "peek 1\r\n") == "FOUND 1 3\r\nabc\r\n")
        #expect(server.ask(client, "peek-ready\r\n") == "FOUND 1 3\r\nabc\r\n")
        #expect(server.ask(client, "reserve\r\n") == "RESERVED 1 3\r\nabc\r\n")
        #expect(server.ask(client, "reserve-with-timeout 0\r\n") == "RESERVED 2 0\r\n\r\n")
        #expect(server.ask(client, "delete 1\r\n") == "DELETED\r\n")
        #expect(server.ask(client, "delete 1\r\n") == "NOT_FOUND\r\n")
        #expect(server.ask(client, "peek 1\r\n") == "NOT_FOUND\r\n")
    }

    @Test mutating func `The most urgent job of all watched tubes goes first, then the oldest`() {
        _ = server.ask(client, "use a\r\nput 5 0 60 1\r\n1\r\nput 4 0 60 1\r\n2\r\n")
        _ = server.ask(client, "use b\r\nput 4 0 60 1\r\n3\r\nput 9 0 60 1\r\n4\r\n")
        _ = server.ask(client, "watch a\r\nwatch b\r\n")
        let got = server.ask(client, "reserve\r\nreserve\r\nreserve\r\nreserve\r\n")
        #expect(
            got == "RESERVED 2 1\r\n2\r\nRESERVED 3 1\r\n3\r\nRESERVED 1 1\r\n1\r\n"
                + "RESERVED 4 1\r\n4\r\n")
    }

    @Test mutating func `Tubes are used and watched, and the last one cannot be ignored`() {
        #expect(server.ask(client, "list-tube-used\r\n") == "USING default\r\n")
        #expect(server.ask(client, "use a\r\nlist-tube-used\r\n") == "USING a\r\nUSING a\r\n")
        #expect(server.ask(client, "watch a\r\nwatch a\r\n") == "WATCHING 2\r\nWATCHING 2\r\n")
        #expect(server.ask(client, "watch b\r\nignore nobody\r\n") == "WATCHING 3\r\nWATCHING 3\r\n")
        #expect(
            server.ask(client, "list-tubes-watched\r\n")
                == "OK 22\r\n---\n- default\n- a\n- b\n\r\n")
        #expect(server.ask(client, "ignore default\r\n") == "WATCHING 2\r\n")
        #expect(server.ask(client, "list-tubes-watched\r\n") == "OK 12\r\n---\n- b\n- a\n\r\n")
        #expect(server.ask(client, "ignore a\r\nignore b\r\n") == "WATCHING 1\r\nNOT_IGNORED\r\n")
    }

    @Test mutating func `Who watches too many tubes is told so`() {
        for number in 1..<320 {
            #expect(server.ask(client, "watch t\(number)\r\n") == "WATCHING \(number + 1)\r\n")
        }
        #expect(server.ask(client, "watch more\r\n") == "OUT_OF_MEMORY\r\n")
        #expect(server.ask(client, "watch t7\r\n") == "WATCHING 320\r\n")
    }

    @Test mutating func `Only the holder releases, buries and touches`() {
        let other = server.connect()
        _ = server.ask(client, "put 5 0 60 1\r\nx\r\n")
        for command in ["release 1 0 0", "bury 1 0", "touch 1"] {
            #expect(server.ask(client, command + "\r\n") == "NOT_FOUND\r\n")
        }
        _ = server.ask(client, "reserve\r\n")
        for command in ["release 1 0 0", "bury 1 0", "touch 1", "delete 1", "reserve-job 1"] {
            #expect(server.ask(other, command + "\r\n") == "NOT_FOUND\r\n")
        }
        #expect(server.ask(client, "touch 1\r\n") == "TOUCHED\r\n")
        #expect(server.ask(client, "release 1 9 0\r\n") == "RELEASED\r\n")
        #expect(server.ask(client, "stats-job 1\r\n").value("pri") == "9")
        #expect(server.ask(client, "reserve\r\nbury 1 3\r\n").hasSuffix("BURIED\r\n"))
        #expect(server.ask(other, "delete 1\r\n") == "DELETED\r\n")
    }

    @Test mutating func `A job gets ready when its delay is over`() {
        #expect(server.ask(client, "put 0 2 60 1\r\nx\r\n") == "INSERTED 1\r\n")
        #expect(server.ask(client, "peek-ready\r\n") == "NOT_FOUND\r\n")
        #expect(server.ask(client, "peek-delayed\r\n") == "FOUND 1 1\r\nx\r\n")
        #expect(server.ask(client, "reserve-with-timeout 5\r\n") == "")
        server.pass(milliseconds: 1_999)
        #expect(server.heard(client) == "")
        server.pass(milliseconds: 1)
        #expect(server.heard(client) == "RESERVED 1 1\r\nx\r\n")
    }

    @Test mutating func `A job is reserved by its number, whatever its state and its tube`() {
        _ = server.ask(client, "use other\r\nput 0 100 60 1\r\nd\r\nput 0 0 60 1\r\nr\r\n")
        _ = server.ask(client, "pause-tube other 100\r\n")
        #expect(server.ask(client, "reserve-job 1\r\n") == "RESERVED 1 1\r\nd\r\n")
        #expect(server.ask(client, "reserve-job 2\r\n") == "RESERVED 2 1\r\nr\r\n")
        #expect(server.ask(client, "reserve-job 2\r\n") == "NOT_FOUND\r\n")
        #expect(server.ask(client, "bury 2 0\r\nreserve-job 2\r\n").hasSuffix("2 1\r\nr\r\n"))
        #expect(server.ask(client, "reserve-job 3\r\n") == "NOT_FOUND\r\n")
        _ = server.ask(client, "release 1 0 0\r\n")
        #expect(server.ask(client, "stats-job 1\r\n").value("state") == "ready")
    }

    @Test mutating func `A kick takes buried jobs first, and delayed ones only if none is buried`() {
        #expect(server.ask(client, "kick 5\r\n") == "KICKED 0\r\n")
        _ = server.ask(client, "put 0 100 60 1\r\nd\r\nput 0 0 60 1\r\nb\r\n")
        _ = server.ask(client, "reserve\r\nbury 2 0\r\n")
        #expect(server.ask(client, "peek-buried\r\n") == "FOUND 2 1\r\nb\r\n")
        #expect(server.ask(client, "kick 5\r\n") == "KICKED 1\r\n")
        #expect(server.ask(client, "kick 5\r\n") == "KICKED 1\r\n")
        #expect(server.ask(client, "kick 5\r\n") == "KICKED 0\r\n")
        #expect(server.ask(client, "kick-job 1\r\n") == "NOT_FOUND\r\n")
        _ = server.ask(client, "reserve\r\nbury 1 0\r\n")
        #expect(server.ask(client, "kick-job 1\r\n") == "KICKED\r\n")
    }

    @Test(arguments: [320, 321, 640, 700])
    mutating func `A kick of many jobs takes several entries, and never kicks both kinds`(
        _ buried: Int
    ) {
        for _ in 0..<buried { _ = server.ask(client, "put 0 0 60 1\r\nb\r\n") }
        for id in 1...buried { _ = server.ask(client, "reserve\r\nbury \(id) 0\r\n") }
        _ = server.ask(client, "put 0 100 60 1\r\nd\r\n")
        #expect(server.ask(client, "kick 4000000000\r\n") == "KICKED \(buried)\r\n")
        #expect(server.ask(client, "kick 500\r\n") == "KICKED 1\r\n")
    }

    @Test mutating func `A paused tube gives out no jobs, and takes them`() {
        #expect(server.ask(client, "pause-tube nobody 1\r\n") == "NOT_FOUND\r\n")
        #expect(server.ask(client, "put 0 0 60 1\r\nx\r\npause-tube default 3\r\n").hasSuffix("PAUSED\r\n"))
        #expect(server.ask(client, "reserve-with-timeout 0\r\n") == "TIMED_OUT\r\n")
        #expect(server.ask(client, "put 0 0 60 1\r\ny\r\npeek-ready\r\n").hasSuffix("1 1\r\nx\r\n"))
        #expect(server.ask(client, "reserve\r\n") == "")
        server.pass(milliseconds: 3_000)
        #expect(server.heard(client) == "RESERVED 1 1\r\nx\r\n")
        #expect(server.ask(client, "pause-tube default 3\r\n") == "PAUSED\r\n")
        #expect(server.ask(client, "pause-tube default 0\r\n") == "PAUSED\r\n")
        #expect(server.ask(client, "reserve\r\n") == "RESERVED 2 1\r\ny\r\n")
    }

    @Test mutating func `A tube of another connection can be paused`() {
        let other = server.connect()
        _ = server.ask(other, "put 0 0 60 1\r\nx\r\nwatch seen\r\n")
        _ = server.ask(client, "use full\r\nput 0 0 60 1\r\nx\r\nuse default\r\n")
        #expect(server.ask(client, "pause-tube seen 1\r\n") == "PAUSED\r\n")
        #expect(server.ask(client, "pause-tube full 1\r\n") == "PAUSED\r\n")
    }

    @Test mutating func `Everything malformed is answered, and the connection goes on`() {
        #expect(server.ask(client, "nonsense\r\n") == "UNKNOWN_COMMAND\r\n")
        #expect(server.ask(client, "peek x\r\n") == "BAD_FORMAT\r\n")
        #expect(server.ask(client, "put 0 0 1 70000\r\n") == "")
        let body = String(repeating: "z", count: 70_000)
        #expect(server.ask(client, body + "\r\n") == "JOB_TOO_BIG\r\n")
        #expect(server.ask(client, "put 0 0 1 1\r\nabc") == "EXPECTED_CRLF\r\n")
        #expect(server.ask(client, "list-tube-used\r\n") == "USING default\r\n")
    }

    @Test mutating func `A body of the longest length passes, and one byte more does not`() {
        let body = String(repeating: "z", count: 65_535)
        #expect(server.ask(client, "put 0 0 1 65535\r\n\(body)\r\n") == "INSERTED 1\r\n")
        #expect(server.ask(client, "put 0 0 1 65536\r\n\(body)z\r\n") == "JOB_TOO_BIG\r\n")
    }

    @Test mutating func `Quit closes without a word, after what came before it`() {
        #expect(server.ask(client, "put 0 0 1 1\r\nx\r\nquit\r\npeek 1\r\n") == "INSERTED 1\r\n")
        #expect(server.clients[client].isClosed)
        #expect(server.ledger.connections == 0)
    }

    @Test mutating func `What a closed connection held is ready at once, as if nothing had been`() {
        let other = server.connect()
        _ = server.ask(client, "put 0 0 60 1\r\nx\r\nreserve\r\n")
        #expect(server.ask(other, "reserve\r\n") == "")
        server.close(client)
        #expect(server.heard(other) == "RESERVED 1 1\r\nx\r\n")
        #expect(server.ask(other, "stats-job 1\r\n").value("timeouts") == "0")
        #expect(server.ask(other, "stats-job 1\r\n").value("releases") == "0")
    }

    @Test mutating func `A draining server takes no jobs, once their bodies are read`() {
        server.ledger.isDraining = true
        #expect(server.ask(client, "put 0 0 60 3\r\nabc") == "")
        #expect(server.ask(client, "\r\n") == "DRAINING\r\n")
        #expect(server.ask(client, "put 0 0 60 3\r\nabcde") == "EXPECTED_CRLF\r\n")
        #expect(server.ask(client, "stats\r\n").value("draining") == "true")
        server.ledger.isDraining = false
        #expect(server.ask(client, "put 0 0 60 3\r\nabc\r\n") == "INSERTED 1\r\n")
    }

    @Test mutating func `A queue that is full says so, in the words of the protocol`() throws {
        let queue = try #require(QueueName("q"))
        server.propose(.configure(queue, QueueSettings(length: 1, body: 5)))
        _ = server.ask(client, "use q\r\n")
        #expect(server.ask(client, "put 0 0 60 6\r\nabcdef\r\n") == "JOB_TOO_BIG\r\n")
        #expect(server.ask(client, "put 0 0 60 1\r\nx\r\n") == "INSERTED 1\r\n")
        #expect(server.ask(client, "put 0 0 60 1\r\nx\r\n") == "OUT_OF_MEMORY\r\n")
    }
}
