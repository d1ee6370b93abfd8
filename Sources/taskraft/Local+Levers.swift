import ArgumentParser
import Console
import Foundation
import NIOCore

/// The levers of the links, and those of a process that only stands still.
extension Local {
    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let one node stand still, as if its machine hung.",
            discussion: """
                EXAMPLES
                  taskraft local pause 2
                  taskraft local continue 2
                """)
        @Argument(help: "Its number.") var node: Int
        @OptionGroup var place: Place

        func run() async throws {
            try LocalCluster(place.directory).pause(node)
            if !place.json { Terminal.output.line("n\(node) stands still") }
        }
    }

    struct Continue: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a paused node go on.",
            discussion: """
                EXAMPLES
                  taskraft local continue 2
                """)
        @Argument(help: "Its number.") var node: Int
        @OptionGroup var place: Place

        func run() async throws {
            try LocalCluster(place.directory).resume(node)
            if !place.json { Terminal.output.line("n\(node) goes on") }
        }
    }

    struct Cut: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Cut the link between two nodes.",
            discussion: """
                Connections stay, and nothing that is sent over them arrives.

                EXAMPLES
                  taskraft local cut 1 2
                  taskraft local cut 1 2 --one-way     what n1 sends to n2 is lost
                """)
        @Argument(help: "The node that sends.") var from: Int
        @Argument(help: "The node that receives.") var to: Int
        @Flag(help: "The other direction works.") var oneWay = false
        @OptionGroup var place: Place

        func run() async throws {
            try await place.pull(LeverOrder(.cut, from: from, to: to, oneWay: oneWay))
        }
    }

    struct Slow: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make the link between two nodes slow.",
            discussion: """
                EXAMPLES
                  taskraft local slow 1 2 --delay 150
                """)
        @Argument(help: "The node that sends.") var from: Int
        @Argument(help: "The node that receives.") var to: Int
        @Option(help: "Milliseconds that everything takes longer.") var delay = 150
        @Flag(help: "The other direction is as fast as before.") var oneWay = false
        @OptionGroup var place: Place

        func run() async throws {
            try await place.pull(
                LeverOrder(.slow, from: from, to: to, oneWay: oneWay, delayMilliseconds: delay))
        }
    }

    struct Heal: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Undo what was done to links: to one, or to all.",
            discussion: """
                EXAMPLES
                  taskraft local heal
                  taskraft local heal 1 2
                """)
        @Argument(help: "The node that sends.") var from: Int?
        @Argument(help: "The node that receives.") var to: Int?
        @Flag(help: "In one direction only.") var oneWay = false
        @OptionGroup var place: Place

        func run() async throws {
            try await place.pull(LeverOrder(.heal, from: from, to: to, oneWay: oneWay))
        }
    }

    /// What `up --detach` leaves behind to hold the levers; ends with the cluster.
    struct Supervise: AsyncParsableCommand {
        static let configuration = CommandConfiguration(shouldDisplay: false)
        @OptionGroup var place: Place

        func run() async throws {
            let directory = place.directory
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await Supervisor(directory).run() }
                group.addTask { await LocalCluster(directory).watch() }
                try await group.next()
                group.cancelAll()
            }
        }
    }
}

extension Local.Place {
    /// Asks the supervisor, and says what was done.
    fileprivate func pull(_ order: LeverOrder) async throws {
        let record = try directory.existingRecord()
        if let problem = order.problem(nodes: record.layout.nodes) {
            throw Failure(problem, .usage)
        }
        let reply = try await ask(order)
        if let refusal = reply.refusal { throw Failure(refusal) }
        if json {
            Terminal.output.line(
                String(decoding: try JSONEncoder.sorted.encode(reply.levers), as: UTF8.self))
        } else if let done = reply.levers?.done {
            Terminal.output.line(done)
        }
    }

    private func ask(_ order: LeverOrder) async throws -> ControlReply {
        guard let path = ControlSocket.path(in: directory.path) else {
            throw Failure("\(directory.path) is too long for the levers: use a shorter --dir")
        }
        guard let connection = try? await ControlSocket.connect(path) else {
            throw Failure(
                "the cluster in \(directory.path) has no supervisor; is it up? "
                    + "Otherwise: taskraft local down, and up again")
        }
        return try await connection.executeThenClose { lines, door in
            try await door.write(ControlSocket.line(ControlWord(id: 1, order: order)))
            for try await line in lines { return try ControlSocket.read(ControlReply.self, line) }
            throw Failure("the supervisor of the cluster ended")
        }
    }
}
