import Client
import Testing

@Suite struct EventParserTests {
    private static let stream = """
        retry: 1000
        id: 7.0

        : ping

        event: task
        id: 8.0
        data: {"kind":"created"}

        event: cluster
        data: {"node":1}


        """

    @Test(arguments: [1, 2, 7, 1_000])
    func `events come out as they went in, however the stream is cut`(size: Int) throws {
        var parser = EventParser()
        var events: [ServerEvent] = []
        let bytes = Array(Self.stream.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            events += try parser.feed(bytes[start..<min(start + size, bytes.count)])
        }
        #expect(
            events == [
                ServerEvent(name: "task", data: #"{"kind":"created"}"#),
                ServerEvent(name: "cluster", data: #"{"node":1}"#),
            ])
        #expect(parser.lastID == "8.0")
    }

    @Test func `the greeting alone tells where the stream goes on`() throws {
        var parser = EventParser()
        #expect(try parser.feed(Array("retry: 1000\nid: 7.0\n\n".utf8)).isEmpty)
        #expect(parser.lastID == "7.0")
    }

    /// It comes again, whole, on the next connection.
    @Test func `what was cut off does not count as seen`() throws {
        var parser = EventParser()
        _ = try parser.feed(Array("id: 7.0\n\nevent: task\nid: 8.0\ndata: {\"ki".utf8))
        parser.restart()
        #expect(parser.lastID == "7.0")
        let events = try parser.feed(Array("event: task\nid: 8.0\ndata: 1\ndata: 2\n\n".utf8))
        #expect(events == [ServerEvent(name: "task", data: "1\n2")])
        #expect(parser.lastID == "8.0")
    }

    @Test func `other ends of lines and no space are read, too`() throws {
        var parser = EventParser()
        #expect(
            try parser.feed(Array("data:x\r\n\r\n".utf8))
                == [ServerEvent(name: "message", data: "x")])
    }

    @Test func `an event without an end is refused before it fills the memory`() {
        let many = Array(repeating: UInt8(ascii: "x"), count: 65_536)
        var parser = EventParser()
        #expect(throws: EventParser.TooLong.self) {
            for _ in 0..<40 { _ = try parser.feed(many) }
        }
        var lines = EventParser()
        let line = Array("data: ".utf8) + many + [UInt8(ascii: "\n")]
        #expect(throws: EventParser.TooLong.self) {
            for _ in 0..<40 { _ = try lines.feed(line) }
        }
    }
}
