import Beanstalk
import Testing
import Wire
import Work

@Suite struct ParserTests {
    /// Every command once, with what is malformed in all the ways there are.
    static let everything =
        "put 1 2 3 4\r\nab\r\n\r\nput 0 0 0 0\r\n\r\npeek 7\r\npeek-ready\r\npeek-delayed\r\n"
        + "peek-buried\r\nreserve\r\nreserve-with-timeout 0\r\nreserve-job 9\r\ndelete 1\r\n"
        + "release 1 2 3\r\nbury 1 2\r\nkick 3\r\nkick-job 4\r\ntouch 5\r\nstats\r\n"
        + "stats-job 6\r\nstats-tube a\r\nuse b\r\nwatch c\r\nignore d\r\nlist-tubes\r\n"
        + "list-tube-used\r\nlist-tubes-watched\r\npause-tube e 60\r\nquit\r\n"
        + "nonsense\r\n\r\nput 1 2\r\nput 0 0 1 9x\r\nput 0 0 1 99\r\n"
        + String(repeating: "z", count: 99) + "\r\nput 0 0 1 3\r\nabcdeuse x\r\n"
        + String(repeating: "long", count: 100) + "\r\nuse y\r\nnot\nan end\r\na\0b\r\npeek 1\r"
        + "\r\nuse last\r\n"

    private func parse(_ text: String, bodyBytes: UInt32 = 64) -> [ClientInput] {
        parse([Array(text.utf8)], bodyBytes: bodyBytes)
    }

    private func parse(_ pieces: [[UInt8]], bodyBytes: UInt32 = 64) -> [ClientInput] {
        var parser = CommandParser(bodyBytes: bodyBytes)
        var inputs: [ClientInput] = []
        for piece in pieces {
            parser.append(piece)
            while let input = parser.next() { inputs.append(input) }
        }
        return inputs
    }

    private func command(_ text: String) -> ClientCommand? {
        let inputs = parse(text + "\r\n")
        guard inputs.count == 1, case .command(let command, _)? = inputs.first else { return nil }
        return command
    }

    private func complaint(_ text: String) -> Complaint? {
        let inputs = parse(text + "\r\n")
        guard inputs.count == 1, case .malformed(let complaint, _)? = inputs.first else {
            return nil
        }
        return complaint
    }

    private func name(_ text: String) throws -> QueueName { try #require(QueueName(text)) }

    @Test func `Every command is understood`() throws {
        let body = Array("ab\r\n".utf8)
        #expect(
            parse("put 1 2 3 4\r\nab\r\n\r\n") == [
                .putBegun(isTooBig: false),
                .command(.put(priority: 1, delay: 2, timeToRun: 3, body: body), .put)
            ])
        #expect(command("reserve") == .reserve(timeout: nil))
        #expect(command("reserve-with-timeout 30") == .reserve(timeout: 30))
        #expect(command("reserve-job 5") == .reserveJob(JobID(5)))
        #expect(command("delete 18446744073709551615") == .delete(JobID(.max)))
        #expect(command("release 1 4294967295 3") == .release(JobID(1), priority: .max, delay: 3))
        #expect(command("bury 1 2") == .bury(JobID(1), priority: 2))
        #expect(command("touch 1") == .touch(JobID(1)))
        #expect(command("kick 10") == .kick(10))
        #expect(command("kick-job 10") == .kickJob(JobID(10)))
        #expect(command("peek 1") == .peek(JobID(1)))
        #expect(command("peek-ready") == .peekFirst(.ready))
        #expect(command("peek-delayed") == .peekFirst(.delayed))
        #expect(command("peek-buried") == .peekFirst(.buried))
        #expect(command("use a+b/c;d.e$f_g(h)-1") == .use(try name("a+b/c;d.e$f_g(h)-1")))
        #expect(command("watch t") == .watch(try name("t")))
        #expect(command("ignore t") == .ignore(try name("t")))
        #expect(command("stats") == .stats)
        #expect(command("stats-job 1") == .statsJob(JobID(1)))
        #expect(command("stats-tube t") == .statsTube(try name("t")))
        #expect(command("list-tubes") == .listTubes)
        #expect(command("list-tube-used") == .listTubeUsed)
        #expect(command("list-tubes-watched") == .listTubesWatched)
        #expect(command("pause-tube t 9") == .pauseTube(try name("t"), seconds: 9))
        #expect(command("quit") == .quit)
    }

    @Test func `In whatever pieces the bytes come, the commands are the same`() {
        let bytes = Array(Self.everything.utf8)
        let whole = parse([bytes])
        #expect(whole.count == 43)
        #expect(parse(bytes.map { [$0] }) == whole)
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<200 {
            var pieces: [[UInt8]] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...120, using: &generator)
                pieces.append(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            #expect(parse(pieces) == whole)
        }
    }

    @Test(arguments: [
        "reservefoo", "reserve ", "reserve-with-timeout", "stats-job", "stats-tube", "statsx",
        "peek-ready 1", "list-tubesx", "list-tube-used ", "list-tubes-watched ", "use ",
        "use -a", "use  a", "use a b", "use ä", "peek +1", "peek -1", "peek 0x1", "peek 1 ",
        "peek 18446744073709551616", "delete ", "release 1 2", "release 1 2 3 4", "release 1 2 3 ",
        "release 1 4294967296 3", "bury 1", "kick x", "kick ", "kick 18446744073709551616",
        "reserve-with-timeout 2147483648", "reserve-with-timeout -1", "pause-tube a",
        "pause-tube -a 1", "pause-tube a:b 1", "pause-tube a 1 ", "put 1 2 3", "put 1 2 3 x",
        "put -1 2 3 4", "put 1 2 3 4294967296", "put 1 2 3 4x", "put 1 2 3 4 ",
    ])
    func `What goes on otherwise than its word asks is badly formed`(_ line: String) {
        #expect(complaint(line) == .badFormat)
    }

    @Test(arguments: ["", "x", "PUT 1 2 3 4", " reserve", "use", "kick", "peek", "put\t1", "qui"])
    func `What begins with no word is unknown`(_ line: String) {
        #expect(complaint(line) == .unknownCommand)
    }

    @Test func `Blanks before numbers do not matter`() throws {
        #expect(command("peek   7") == .peek(JobID(7)))
        #expect(command("release   1    2   3") == .release(JobID(1), priority: 2, delay: 3))
        #expect(command("pause-tube   t   3") == .pauseTube(try name("t"), seconds: 3))
        #expect(command("pause-tubet 3") == .pauseTube(try name("t"), seconds: 3))
    }

    @Test func `A kick's count and a timeout are read leniently`() {
        #expect(command("kick  \t +3z") == .kick(3))
        #expect(command("kick -1") == .kick(.max))
        #expect(command("kick 4294967297") == .kick(1))
        #expect(command("reserve-with-timeout 5abc") == .reserve(timeout: 5))
    }

    @Test func `Quit may be followed by anything`() {
        #expect(command("quitting") == .quit)
    }

    @Test func `A line of 224 bytes with its end is read, and a longer one is thrown away`() {
        #expect(complaint(String(repeating: "x", count: 222)) == .unknownCommand)
        for count in [223, 224, 225, 447, 448, 5_000] {
            let text = String(repeating: "x", count: count) + "\r\npeek 1\r\n"
            #expect(
                parse(text) == [
                    .malformed(.badFormat, nil), .command(.peek(JobID(1)), .peek),
                ])
        }
    }

    @Test func `Neither a bare line feed nor a bare carriage return ends a line`() {
        #expect(complaint("peek 1\npeek 1") == .badFormat)
        #expect(complaint("x\ry") == .unknownCommand)
        #expect(parse("peek 1\n") == [])
    }

    @Test func `A body that is too big is thrown away, whatever follows its length`() {
        let body = String(repeating: "b", count: 65)
        for tail in ["", "x", " y"] {
            #expect(
                parse("put 0 0 1 65\(tail)\r\n\(body)\r\npeek 1\r\n") == [
                    .putBegun(isTooBig: true), .malformed(.jobTooBig, nil),
                    .command(.peek(JobID(1)), .peek),
                ])
        }
    }

    @Test func `A body that may not come is taken for the next command`() {
        #expect(
            parse("put 0 0 1 5x\r\nuse a\r\n").first == .malformed(.badFormat, .put),
            "it counts as a put")
        #expect(parse("put 0 0 1\r\nhello\r\n").last == .malformed(.unknownCommand, nil))
    }

    @Test func `A body without an end after it is thrown away with two bytes more`() {
        #expect(
            parse("put 0 0 1 3\r\nabcdepeek 1\r\n") == [
                .putBegun(isTooBig: false), .malformed(.expectedLineEnd, nil),
                .command(.peek(JobID(1)), .peek),
            ])
    }

    @Test func `Nothing is kept of lines and bodies that are thrown away`() {
        var parser = CommandParser(bodyBytes: 10)
        parser.append(Array("put 0 0 1 4000000000\r\n".utf8))
        #expect(parser.next() == .putBegun(isTooBig: true))
        for _ in 0..<100 {
            parser.append([UInt8](repeating: 65, count: 10_000))
            #expect(parser.next() == nil)
            #expect(parser.bytesHeld == 0)
        }
        parser = CommandParser(bodyBytes: 10)
        for _ in 0..<100 {
            parser.append([UInt8](repeating: 65, count: 10_000))
            #expect(parser.next() == nil)
            #expect(parser.bytesHeld == 0)
        }
    }

    @Test func `Any bytes are parsed, and take no more room than a command`() {
        var generator = SeededGenerator(seed: 9)
        let alphabet = Array("putreservkick -0129\r\n\r\n\0\u{ff}".utf8)
        for _ in 0..<300 {
            var parser = CommandParser(bodyBytes: 64)
            for _ in 0..<40 {
                let count = Int.random(in: 0...60, using: &generator)
                parser.append(
                    (0..<count).map { _ in alphabet.randomElement(using: &generator) ?? 0 })
                while parser.next() != nil {}
                #expect(parser.bytesHeld < CommandParser.lineBytes)
            }
        }
    }
}
