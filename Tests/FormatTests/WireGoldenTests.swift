import NIOCore
import Node
import Raft
import Replica
import Server
import Testing
import Wire
import Work

/// What nodes send each other and what the log holds: byte for byte as it was released, and read
/// back from the committed bytes.
@Suite struct WireGoldenTests {
    private static let protocolStep =
        "Nodes of two versions speak it with each other: raise Hello.protocolVersion,\n"
        + "or make sure that a node of the version before still understands."
    private static let machineStep =
        "It is in the log, and every node must read the same from it: keep reading what was\n"
        + "written, add a kind of command, and guard it with the machine version."

    @Test func `Frames are as they were`() throws {
        let payloads: [(name: String, bytes: [UInt8])] = [
            ("empty", []), ("text", Array("taskraft".utf8)), ("zeroes", [0, 0, 0, 0, 0]),
        ]
        let golden = Golden(name: "frames.txt", change: Self.protocolStep)
        let committed = try golden.check(
            payloads.map { sample in
                var buffer = ByteBuffer()
                Frames.append(sample.bytes, to: &buffer)
                return (sample.name, Array(buffer.readableBytesView))
            })
        for (name, payload) in payloads {
            var buffer = ByteBuffer(bytes: try #require(committed[name]))
            #expect(try Frames.next(in: &buffer) == payload)
            #expect(buffer.readableBytes == 0)
        }
    }

    @Test func `The handshake is as it was`() throws {
        let golden = Golden(
            name: "handshake.txt",
            change: Self.protocolStep
                + "\nThe first six bytes of a hello, and a refusal, never change.")
        let hello = Samples.bytes { Samples.hello.encode(into: &$0) }
        let committed = try golden.check(
            [("hello", hello)] + Samples.answers.map { ($0, $1.encoded()) })
        var reader = ByteReader(try #require(committed["hello"]))
        #expect(try Hello(from: &reader) == Samples.hello)
        for (name, answer) in Samples.answers {
            #expect(try HandshakeAnswer(try #require(committed[name])) == answer)
        }
    }

    @Test func `Messages of consensus are as they were`() throws {
        let golden = Golden(name: "messages.txt", change: Self.protocolStep)
        let committed = try golden.check(
            Samples.messages.map { sample in
                (sample.0, Samples.bytes { sample.1.encode(into: &$0) })
            })
        for (name, message) in Samples.messages {
            var reader = ByteReader(try #require(committed[name]))
            #expect(try Message(from: &reader) == message)
        }
    }

    @Test func `Messages between nodes are as they were`() throws {
        let golden = Golden(name: "peer-messages.txt", change: Self.protocolStep)
        let committed = try golden.check(
            Samples.peerMessages.map { sample in
                (sample.0, Samples.bytes { sample.1.encode(into: &$0) })
            })
        for (name, message) in Samples.peerMessages {
            var reader = ByteReader(try #require(committed[name]))
            #expect(try PeerMessage(from: &reader) == message)
        }
    }

    @Test func `Configurations are as they were`() throws {
        let golden = Golden(name: "configurations.txt", change: Self.machineStep)
        let committed = try golden.check(
            Samples.configurations.map { sample in
                (sample.0, Samples.bytes { sample.1.encode(into: &$0) })
            })
        for (name, configuration) in Samples.configurations {
            var reader = ByteReader(try #require(committed[name]))
            #expect(try Configuration(from: &reader) == configuration)
        }
    }

    @Test func `Entries of every command are as they were`() throws {
        let golden = Golden(name: "entries.txt", change: Self.machineStep)
        let committed = try golden.check(Samples.payloads.map { (name: $0, bytes: $1) })
        for (name, request) in Samples.requests {
            var reader = ByteReader(try #require(committed[name]).dropFirst(Stamp.size))
            #expect(try Request(from: &reader) == request)
        }
    }

    @Test func `Cursors are as they were`() throws {
        let cursors: [(String, Cursor)] = [
            ("all tasks", .tasks(status: nil, after: TaskID(50))),
            ("tasks in progress", .tasks(status: .inProgress, after: TaskID(1))),
            ("history", .history(TaskID(7), after: EventPosition(index: 300, ordinal: 2))),
        ]
        let golden = Golden(
            name: "cursors.txt",
            change: "Clients hold them while a node is replaced: raise the number they begin with.")
        let committed = try golden.check(cursors.map { ($0, Array($1.text.utf8)) })
        for (name, cursor) in cursors {
            let text = String(decoding: try #require(committed[name]), as: UTF8.self)
            #expect(try Cursor(text: text) == cursor)
        }
    }
}
