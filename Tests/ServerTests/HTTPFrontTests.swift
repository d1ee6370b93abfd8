import Server
import Testing
import Work

/// The front with real connections, spoken to in plain text.
@Suite(.timeLimit(.minutes(5))) struct HTTPFrontTests {
    @Test func oneConnectionServesRequestAfterRequest() async throws {
        try await withFront { _, connection in
            try await connection.request(
                "POST /v1/tasks", "Content-Type: application/json", "Content-Length: 13")
            try await connection.send(#"{"title":"x"}"#)
            let created = try await connection.read(until: "\"deleted_at\":null}")
            #expect(created.contains(" 201 Created"))
            try await connection.request("GET /livez")
            try await connection.request("GET /livez")
            let two = try await connection.read(until: "ok", times: 2)
            #expect(two.components("HTTP/1.1 200 OK") == 2)
            #expect(two.components("Date: ") == 2)
        }
    }

    @Test func answersWithoutContentHaveNoLength() async throws {
        try await withFront { node, connection in
            _ = await node.propose(.createTask(.init(title: "x")), actor: nil, key: nil)
            try await connection.request("GET /v1/tasks/1", "If-None-Match: \"1\"")
            let head = try await connection.read(until: "\r\n\r\n")
            #expect(head.hasPrefix("HTTP/1.1 304"))
            #expect(!head.lowercased().contains("content-length"))
            try await connection.request("DELETE /v1/tasks/1", "If-Match: *")
            let gone = try await connection.read(until: "\r\n\r\n")
            #expect(gone.hasPrefix("HTTP/1.1 204"))
            #expect(!gone.lowercased().contains("content-length"))
            #expect(!gone.lowercased().contains("transfer-encoding"))
        }
    }

    @Test func whatIsNotHTTPEndsTheConnectionAlone() async throws {
        try await withFront { _, connection in
            try await connection.send("\u{1}\u{2}garbage\r\n\r\n")
            #expect(try await connection.readToEnd().hasPrefix("HTTP/1.1 400"))
        }
    }

    @Test func aBodyThatIsTooLargeIsNotWaitedFor() async throws {
        try await withFront { _, connection in
            try await connection.request(
                "POST /v1/tasks", "Content-Type: application/json", "Content-Length: 3000000")
            let answer = try await connection.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 413"))
            #expect(answer.contains("Connection: close"))
        }
    }

    @Test func theStreamTellsTheClusterAtOnceAndTasksAsTheyChange() async throws {
        try await withFront { node, connection in
            try await connection.request("GET /v1/events")
            let greeting = try await connection.read(until: "event: cluster\ndata: {")
            #expect(greeting.contains("text/event-stream"))
            #expect(greeting.contains("X-Accel-Buffering: no"))
            #expect(greeting.contains("retry: 1000\nid: "))
            _ = await node.propose(.createTask(.init(title: "fresh")), actor: nil, key: nil)
            let created = try await connection.read(until: "\"node\":3}")
            let start = "event: task\nid: 2.0\ndata: {\"kind\":\"created\",\"task\":{\"id\":1,"
            #expect(created.contains(start))
            #expect(created.contains("\"title\":\"fresh\""))
            node.set(leader: nil)
            _ = try await connection.read(until: "\"leader\":null")
        }
    }

    @Test func theStreamGoesOnFromTheLastEventOrSaysReset() async throws {
        try await withFront { node, connection in
            for title in ["a", "b"] {
                _ = await node.propose(.createTask(.init(title: title)), actor: nil, key: nil)
            }
            try await connection.request("GET /v1/events", "Last-Event-ID: 2.0")
            let resumed = try await connection.read(until: "\"title\":\"b\"")
            #expect(!resumed.contains("event: reset"))
            #expect(!resumed.contains("\"title\":\"a\""))
        }
        for id in ["0.0", "5000.0"] {
            try await withFront { _, connection in
                try await connection.request("GET /v1/events", "Last-Event-ID: \(id)")
                _ = try await connection.read(until: "event: reset\n")
            }
        }
    }

    /// The front of this test stops while a stream is open; `withFront` waits for its end.
    @Test func aStreamEndsWhenTheFrontStops() async throws {
        try await withFront { _, connection in
            try await connection.request("GET /v1/events")
            _ = try await connection.read(until: "event: cluster")
            await connection.stopFront()
            // The last chunk: the stream was ended, not cut off.
            #expect(try await connection.readToEnd().hasSuffix("0\r\n\r\n"))
        }
    }

    @Test func aPortInUseIsNamed() async throws {
        try await withFront { node, connection in
            let port = connection.port
            let second = HTTPFront(node: node, host: "127.0.0.1", port: port, logger: quiet)
            let error = await #expect(throws: ListenFailure.self) { try await second.run() }
            #expect(error?.description == "port \(port) is in use (HTTP, 127.0.0.1)")
        }
    }
}
