import Console
import Foundation
import NIOCore
import Testing

@Suite struct LeverTests {
    @Test func `A cut is one of both directions unless it is said otherwise`() {
        var table = FaultTable()
        let done = table.obey(LeverOrder(.cut, from: 2, to: 1, oneWay: false))
        #expect(done == "the link between n2 and n1 is cut")
        #expect(table.all.map { [$0.from, $0.to] } == [[1, 2], [2, 1]])
        let healed = table.obey(LeverOrder(.heal, from: 1, to: 2, oneWay: true))
        #expect(healed == "the link from n1 to n2 is healed")
        #expect(table.from(1).isEmpty)
        #expect(table.from(2).map(\.cut) == [true])
    }

    @Test func `The last that was done to a link is what is done to it`() {
        var table = FaultTable()
        _ = table.obey(LeverOrder(.cut, from: 1, to: 2, oneWay: true))
        let slow = LeverOrder(.slow, from: 1, to: 2, oneWay: true, delayMilliseconds: 150)
        #expect(table.obey(slow) == "the link from n1 to n2 is slow by 150 ms")
        #expect(table.all == [.init(from: 1, to: 2, cut: false, delayMilliseconds: 150)])
        let all = LeverOrder(.heal, from: nil, to: nil, oneWay: false)
        #expect(table.obey(all) == "all links are healed")
        #expect(table.all.isEmpty)
    }

    @Test(arguments: [
        (LeverOrder(.kill), "node"), (LeverOrder(.kill, node: 4), "node"),
        (LeverOrder(.pause, node: 0), "node"),
        (LeverOrder(.cut, from: 1, to: nil, oneWay: true), "to"),
        (LeverOrder(.cut, from: 1, to: 1, oneWay: true), "a link has two ends"),
        (LeverOrder(.heal, from: nil, to: 2, oneWay: true), "from"),
        (LeverOrder(.slow, from: 1, to: 2, oneWay: true), "delay_ms"),
        (LeverOrder(.slow, from: 1, to: 2, oneWay: true, delayMilliseconds: 6_000), "delay_ms"),
    ])
    func `What makes no sense is named`(order: LeverOrder, begin: String) throws {
        #expect(try #require(order.problem(nodes: 3)).hasPrefix(begin))
    }

    @Test func `A pause is bounded, and what makes sense has no problem`() {
        var pause = LeverOrder(.pause, node: 2)
        #expect(pause.problem(nodes: 3) == nil)
        pause.seconds = 61
        #expect(pause.problem(nodes: 3) == "seconds must be from 0 to 60")
        #expect(LeverOrder(.heal, from: nil, to: nil, oneWay: false).problem(nodes: 3) == nil)
        let slow = LeverOrder(.slow, from: 1, to: 3, oneWay: false, delayMilliseconds: 400)
        #expect(slow.problem(nodes: 3) == nil)
    }

    @Test func `A path that the system would cut short is none`() {
        #expect(ControlSocket.path(in: "/tmp/run") == "/tmp/run/control.sock")
        #expect(ControlSocket.path(in: "/" + String(repeating: "x", count: 100)) == nil)
    }

    @Test func `A node is told the socket of its own cluster, whatever it inherits`() {
        let layout = LocalLayout(nodes: 3, basePort: 8080, store: "sqlite")
        let inherited = [ControlSocket.variable: "/elsewhere"]
        let told = layout.environment(of: 1, directory: "/tmp/run", inherited: inherited)
        #expect(told[ControlSocket.variable] == "/tmp/run/control.sock")
        let long = "/" + String(repeating: "x", count: 100)
        let untold = layout.environment(of: 1, directory: long, inherited: inherited)
        #expect(untold[ControlSocket.variable] == nil)
    }

    @Test func `Words go over the socket line by line, for its owner alone`() async throws {
        let files = FileManager.default
        let directory = files.temporaryDirectory.path + "/taskraft-\(UInt32.random(in: 0 ... .max))"
        try files.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? files.removeItem(atPath: directory) }
        let path = try #require(ControlSocket.path(in: directory))
        let listener = try await ControlSocket.listen(path)
        let mode = try files.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await listener.executeThenClose { connections in
                    for try await connection in connections {
                        try await connection.executeThenClose { lines, answers in
                            for try await line in lines {
                                let word = try ControlSocket.read(ControlWord.self, line)
                                let reply = ControlReply(id: word.id ?? 0, refusal: "no")
                                try await answers.write(ControlSocket.line(reply))
                            }
                        }
                        return
                    }
                }
            }
            let connection = try await ControlSocket.connect(path)
            try await connection.executeThenClose { lines, door in
                // Two lines in one piece.
                var both = try ControlSocket.line(ControlWord(id: 1, order: nil))
                let kill = LeverOrder(.kill, node: 1)
                var second = try ControlSocket.line(ControlWord(id: 2, order: kill))
                both.writeBuffer(&second)
                try await door.write(both)
                var ids: [Int] = []
                for try await line in lines {
                    ids.append(try ControlSocket.read(ControlReply.self, line).id ?? 0)
                    if ids.count == 2 { break }
                }
                #expect(ids == [1, 2])
            }
            try await group.waitForAll()
        }
    }
}
