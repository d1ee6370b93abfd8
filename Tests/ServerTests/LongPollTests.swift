import Server
import Testing
import Work

/// Waiting for jobs over real connections.
@Suite(.timeLimit(.minutes(5))) struct LongPollTests {
    private static let reserve = "POST /v1/queues/q/reserve"
    private static let headers = ["Content-Type: application/json", "Content-Length: 11"]
    private static let body = #"{"wait":60}"#

    private static func ask(_ connection: PlainConnection) async throws {
        try await connection.request(reserve, headers[0], headers[1])
        try await connection.send(body)
    }

    @Test func `A connection serves other requests after a wait`() async throws {
        try await withFront { node, connection in
            for number in 1...2 {
                try await Self.ask(connection)
                try await node.waiters(1)
                node.run(.put(try #require(QueueName("q")), [NewJob(body: [UInt8(ascii: "x")])]))
                let answer = try await connection.read(until: #""body":"x"}]}"#)
                #expect(answer.contains("HTTP/1.1 200 OK"))
                #expect(answer.contains(#""id":\#(number),"#))
            }
        }
    }

    @Test func `A client that hangs up waits no longer, and gets no job`() async throws {
        try await withFront { node, connection in
            try await connection.withAnother { another in
                try await Self.ask(another)
                try await node.waiters(1)
            }
            while node.waiterCount > 0 { await Task.yield() }
            node.run(.put(try #require(QueueName("q")), [NewJob(body: [])]))
            #expect(node.job(1)?.state == .ready)
        }
    }

    @Test func `A wait ends when the front stops`() async throws {
        try await withFront { node, connection in
            try await Self.ask(connection)
            try await node.waiters(1)
            await connection.stopFront()
            let answer = try await connection.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 503"))
            #expect(answer.contains("\"code\":\"stopping\""))
        }
    }
}
