import Raft
import Testing
import Wire

/// What members say to each other, as bytes.
@Suite struct MessageCodecTests {
    static let bodies: [Message.Body] = [
        .preVote(last: position(3, 300)), .preVoteResponse(granted: true),
        .preVoteResponse(granted: false), .requestVote(last: position(3, 300), transfer: true),
        .requestVote(last: .zero, transfer: false), .requestVoteResponse(granted: true),
        append(after: position(3, 300), commit: 299, round: 1 << 40),
        append(
            after: position(3, 300),
            [
                entry(term: 3, index: 301),
                Entry(position: position(5, 302), kind: .noop, payload: []),
                Entry(position: position(5, 303), kind: .configuration, payload: [1, 2, 3]),
            ], commit: 301),
        accepted(300, round: 9), rejected(300, hint: position(2, 200)), .timeoutNow,
        .readIndex(context: .max), .readIndexResponse(context: 5, index: LogIndex(8)),
        .readIndexResponse(context: 5, index: nil),
    ]

    private static func bytes(_ message: Message) -> [UInt8] {
        var writer = ByteWriter()
        message.encode(into: &writer)
        return writer.bytes
    }

    private static func decode(_ bytes: [UInt8]) throws(WireError) -> Message {
        var reader = ByteReader(bytes)
        let message = try Message(from: &reader)
        try reader.finish()
        return message
    }

    @Test(arguments: bodies) func `Every message comes back as it was`(_ body: Message.Body) throws
    {
        let message = Message(term: Term(7), body: body)
        #expect(try Self.decode(Self.bytes(message)) == message)
    }

    @Test(arguments: bodies) func `A message that is cut short is refused`(_ body: Message.Body) {
        let bytes = Self.bytes(Message(term: Term(7), body: body))
        for count in 0..<bytes.count {
            #expect(throws: WireError.self) { try Self.decode(Array(bytes[..<count])) }
        }
    }

    @Test(arguments: bodies) func `The library's own bytes are the same`(_ body: Message.Body) throws
    {
        let message = Message(term: Term(7), body: body)
        #expect(message.encoded() == Self.bytes(message))
        #expect(try Message(encoded: message.encoded()) == message)
        #expect(throws: MessageError.self) { try Message(encoded: message.encoded() + [0]) }
        #expect(throws: MessageError.self) { try Message(encoded: message.encoded().dropLast()) }
    }

    @Test func `Hostile bytes are refused, or are the one encoding of what they say`() {
        var generator = SeededGenerator(seed: 11)
        var read = 0
        for round in 0..<60_000 {
            var bytes: [UInt8]
            if round % 2 == 0 {
                bytes = (0..<Int.random(in: 0..<40, using: &generator)).map { _ in
                    UInt8.random(in: 0...255, using: &generator)
                }
            } else {
                let body = Self.bodies[round / 2 % Self.bodies.count]
                bytes = Self.bytes(Message(term: Term(7), body: body))
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                bytes[place] = UInt8.random(in: 0...255, using: &generator)
            }
            guard let message = try? Self.decode(bytes) else { continue }
            read += 1
            #expect(Self.bytes(message) == bytes)
        }
        #expect(read > 1000)
    }

    @Test func `Numbers at the end of their range are refused before anything counts on`() {
        let end = LogPosition(term: Term(1), index: LogIndex(.max))
        let entry = Entry(position: position(1, 1), kind: .noop, payload: [])
        for message in [
            Message(term: Term(.max), body: .timeoutNow),
            Message(
                term: Term(1), body: .preVote(last: LogPosition(term: Term(.max), index: .zero))),
            Message(term: Term(1), body: append(after: end, [entry])),
            Message(term: Term(1), body: append(after: end)),
            Message(term: Term(1), body: append(commit: .max)),
            Message(term: Term(1), body: accepted(.max)),
            Message(term: Term(1), body: rejected(.max, hint: .zero)),
            Message(term: Term(1), body: .readIndexResponse(context: 1, index: LogIndex(.max))),
        ] {
            let bytes = Self.bytes(message)
            #expect(throws: WireError.invalidValue) { try Self.decode(bytes) }
        }
    }

    @Test(
        arguments: [
            ([2, 1], position(1, 1), 3), ([1], position(2, 1), 3), ([3, 4], position(1, 1), 3),
            ([], position(4, 1), 3),
        ] as [([UInt64], LogPosition, UInt64)])
    func `Terms that fall, or lie ahead of the sender, are refused`(
        _ terms: [UInt64], _ previous: LogPosition, _ term: UInt64
    ) {
        let body = append(after: previous, entries(terms: terms, from: 2))
        let bytes = Self.bytes(Message(term: Term(term), body: body))
        #expect(throws: WireError.invalidValue) { try Self.decode(bytes) }
    }

    @Test func `More entries than a message may hold are refused before memory is taken`() {
        var writer = ByteWriter()
        writer.writeVarint(1)
        writer.writeByte(5)
        for _ in 0..<4 { writer.writeVarint(0) }
        writer.writeVarint(UInt64(Bounds.entriesPerMessage) + 1)
        #expect(throws: WireError.tooLong) { try Self.decode(writer.bytes) }
    }

    @Test func `M9: a configuration comes back as it was, and none without voters`() throws {
        let configuration = Configuration(
            voters: [NodeID(1), NodeID(2)], outgoing: [NodeID(2), NodeID(3)], learners: [NodeID(9)])
        var writer = ByteWriter()
        configuration.encode(into: &writer)
        var reader = ByteReader(writer.bytes)
        #expect(try Configuration(from: &reader) == configuration)
        var empty = ByteReader([0, 0, 0])
        #expect(throws: WireError.invalidValue) { try Configuration(from: &empty) }
    }
}
