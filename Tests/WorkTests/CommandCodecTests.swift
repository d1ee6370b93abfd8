import Testing
import Wire
import Work

/// Requests as bytes: what the log holds and nodes forward.
@Suite struct CommandCodecTests {
    private func request(_ command: Command, key: IdempotencyKey? = nil, actor: String? = nil)
        -> Request
    {
        Request(
            origin: Origin(node: 3, incarnation: .max), number: 300, floor: 290, actor: actor,
            key: key, command: command)
    }

    private func decode(_ bytes: [UInt8]) throws(WireError) -> Request {
        var reader = ByteReader(bytes)
        return try Request(from: &reader)
    }

    private func samples(_ count: Int) -> [Request] {
        var commands = RandomCommands(seed: 21)
        return (0..<count).map { place in
            request(
                commands.next(),
                key: place % 2 == 0
                    ? nil : IdempotencyKey(principal: "p", text: "k\(place)", fingerprint: 9),
                actor: place % 3 == 0 ? nil : "ann")
        }
    }

    @Test func `Every request comes back byte for byte`() throws {
        for request in samples(2000) {
            let bytes = request.encoded()
            let read = try decode(bytes)
            #expect(read == request)
            #expect(read.encoded() == bytes)
        }
    }

    @Test func `A request that is cut short, or goes on, is refused`() {
        for request in samples(60) {
            let bytes = request.encoded()
            for count in 0..<bytes.count {
                #expect(throws: WireError.self) { try decode(Array(bytes[..<count])) }
            }
            #expect(throws: WireError.trailingBytes) { try decode(bytes + [0]) }
        }
    }

    @Test func `Hostile bytes are refused, or are the one encoding of what they say`() {
        var generator = SeededGenerator(seed: 31)
        let samples = samples(200).map { $0.encoded() }
        var read = 0
        for round in 0..<60_000 {
            var bytes = samples[round % samples.count]
            if round % 3 == 0 {
                bytes = (0..<Int.random(in: 0..<60, using: &generator)).map { _ in
                    UInt8.random(in: 0...255, using: &generator)
                }
            } else {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] =
                    UInt8.random(in: 0...255, using: &generator)
            }
            guard let request = try? decode(bytes) else { continue }
            read += 1
            #expect(request.encoded() == bytes)
        }
        #expect(read > 1000)
    }

    @Test func `Hostile entries change nothing but the index`() {
        var generator = SeededGenerator(seed: 32)
        var cluster = Applied()
        for _ in 0..<20_000 {
            let payload = (0..<Int.random(in: 0..<60, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            _ = cluster.apply(payload: payload)
        }
        #expect(cluster.state.tasks.isEmpty)
        #expect(cluster.create()?.id == TaskID(1))
    }

    @Test func `Lengths over their limits are refused`() {
        var long = TaskFields(title: String(repeating: "x", count: Limits.titleCharacters * 4 + 1))
        #expect(throws: WireError.tooLong) { try decode(request(.createTask(long)).encoded()) }
        long.title = "x"
        long.labels = [String](repeating: "x", count: Limits.labels + 1)
        #expect(throws: WireError.tooLong) { try decode(request(.createTask(long)).encoded()) }
        let key = IdempotencyKey(
            principal: "p", text: String(repeating: "k", count: Limits.keyBytes + 1), fingerprint: 0
        )
        let ping = Command.raiseMachineVersion(1)
        #expect(throws: WireError.tooLong) { try decode(request(ping, key: key).encoded()) }
        #expect(throws: WireError.invalidValue) {
            try decode(request(ping, actor: "a\nb").encoded())
        }
    }

    @Test func `The largest task fits into a command`() throws {
        var fields = TaskFields(title: String(repeating: "👩", count: Limits.titleCharacters))
        fields.description = String(repeating: "x", count: Limits.descriptionBytes)
        fields.assignee = String(repeating: "👩", count: Limits.nameCharacters)
        fields.labels = [String](
            repeating: String(repeating: "👩", count: Limits.labelCharacters), count: Limits.labels)
        #expect(fields.problems.isEmpty)
        let key = IdempotencyKey(
            principal: String(repeating: "👩", count: Limits.nameCharacters),
            text: String(repeating: "k", count: Limits.keyBytes), fingerprint: .max)
        let bytes = request(.createTask(fields), key: key, actor: fields.assignee).encoded()
        #expect(bytes.count + Stamp.size <= Limits.commandBytes)
        #expect(try decode(bytes).command == .createTask(fields))
    }

    @Test func `A fingerprint tells commands apart, and nothing else`() {
        let one = Command.createTask(TaskFields(title: "x"))
        #expect(Request.fingerprint(of: one) == Request.fingerprint(of: one))
        #expect(
            Request.fingerprint(of: one)
                != Request.fingerprint(of: .createTask(TaskFields(title: "y"))))
        #expect(
            Request.fingerprint(of: .deleteTask(TaskID(1), expected: nil))
                != Request.fingerprint(of: .deleteTask(TaskID(1), expected: 1)))
    }

    @Test func `The stamp stands before the request, which stays as it was sent`() throws {
        let stamp = Stamp(clusterTime: 5, wallTime: Timestamp(milliseconds: -3))
        let request = request(.raiseMachineVersion(2)).encoded()
        let payload = stamp.payload(request)
        #expect(payload.count == Stamp.size + request.count)
        #expect(Array(payload[Stamp.size...]) == request)
    }
}
