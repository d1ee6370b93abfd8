import Beanstalk
import Replica
import Testing
import Work

/// Several commands in one packet, and clients that send more than is good.
@Suite struct PipelineTests {
    private var server = TestServer()
    private let client: Int

    init() { client = server.connect() }

    @Test mutating func `Puts are decided side by side, and answered in their order`() {
        server.mode = .held
        let puts = "put 0 0 60 1\r\n1\r\nput 0 0 60 1\r\n2\r\nuse b\r\nput 0 0 60 1\r\n3\r\n"
        #expect(server.ask(client, puts + "bad\r\npeek 1\r\n") == "")
        #expect(server.held.count == 3)
        server.decide(1)
        server.decide(1)
        #expect(server.heard(client) == "")
        server.mode = .deciding
        server.decide(0)
        #expect(
            server.heard(client) == "INSERTED 3\r\nINSERTED 1\r\nUSING b\r\nINSERTED 2\r\n"
                + "UNKNOWN_COMMAND\r\nFOUND 1 1\r\n2\r\n")
    }

    @Test mutating func `A command waits for the puts before it, and holds up what follows`() {
        server.mode = .held
        #expect(server.ask(client, "put 0 0 60 1\r\n1\r\ndelete 1\r\nput 0 0 60 1\r\n2\r\n") == "")
        #expect(server.held.count == 1)
        server.decide()
        #expect(server.heard(client) == "INSERTED 1\r\n")
        #expect(server.held.count == 1)
        server.decide()
        #expect(server.heard(client) == "DELETED\r\n")
        server.decide()
        #expect(server.heard(client) == "INSERTED 2\r\n")
    }

    @Test mutating func `No more puts are under way than the bound allows`() {
        server.mode = .held
        let put = "put 0 0 60 1\r\nx\r\n"
        #expect(server.ask(client, String(repeating: put, count: 200)) == "")
        #expect(server.held.count == 64)
        #expect(!server.clients[client].machine.wantsInput)
        while !server.held.isEmpty { server.decide() }
        #expect(server.heard(client) == (1...200).map { "INSERTED \($0)\r\n" }.joined())
        #expect(server.clients[client].machine.wantsInput)
    }

    @Test mutating func `No more bytes of bodies are under way than the bound allows`() {
        server.mode = .held
        let body = String(repeating: "z", count: 60_000)
        #expect(
            server.ask(client, String(repeating: "put 0 0 60 60000\r\n\(body)\r\n", count: 40))
                == "")
        #expect(server.held.count == 18)
        while !server.held.isEmpty { server.decide() }
        #expect(server.jobs.count == 40)
    }

    @Test mutating func `A client that does not take its replies gets no further`() {
        let body = String(repeating: "z", count: 60_000)
        _ = server.ask(client, "put 0 0 60 60000\r\n\(body)\r\n")
        var ledger = Ledger()
        let session = server.clients[client].session
        var machine = ClientConnection(session: session, limits: ConnectionLimits(), &ledger)
        var answer = JobAnswer(
            point: ReadPoint(index: 1, term: 1, leader: 1), clusterTime: 0, timeouts: 0)
        answer.fill(.job(JobID(1)), from: server.jobs)
        let peeks = String(repeating: "peek 1\r\n", count: 100)
        var event = ConnectionEvent.received(Array(peeks.utf8))
        var replies = 0
        while true {
            var turn = ConnectionTurn(now: server.now)
            machine.handle(event, &ledger, &turn)
            if !turn.output.isEmpty { replies += 1 }
            guard case .look(let tag, _)? = turn.requests.first else { break }
            event = .looked(tag: tag, answer, TestServer.facts(.zero))
        }
        #expect(replies == 5, "four times 60,000 bytes do not reach the bound")
        #expect(machine.isBlocked && !machine.wantsInput)
        var turn = ConnectionTurn(now: server.now)
        machine.handle(.outputTaken, &ledger, &turn)
        #expect(turn.requests.count == 1 && !machine.isBlocked)
    }

    @Test mutating func `Many replies to few bytes are bounded as well, and all of them come`() {
        for number in 1..<320 { _ = server.ask(client, "watch tube-\(number)\r\n") }
        let one = server.ask(client, "list-tubes-watched\r\n")
        let asked = String(repeating: "list-tubes-watched\r\n", count: 300)
        #expect(server.ask(client, asked) == String(repeating: one, count: 300))
    }

    @Test mutating func `Byte by byte or all at once, a conversation is the same`() {
        var slow = TestServer()
        let other = slow.connect()
        let text = ParserTests.everything.replacing("reserve\r\n", with: "reserve-with-timeout 0\r\n")
        let whole = server.ask(client, text.replacing("quit\r\n", with: ""))
        for byte in text.replacing("quit\r\n", with: "").utf8 { slow.send(other, [byte]) }
        #expect(slow.heard(other) == whole)
        #expect(whole.utf8.count > 1_000)
    }
}
