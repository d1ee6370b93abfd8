import ArgumentParser
import Console
import Foundation

/// A whole cluster on this machine: each node a process of its own, so that a kill is a kill.
struct Local: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run and break a cluster on this machine.",
        discussion: """
            EXAMPLES
              taskraft local up                       three nodes, until Ctrl-C
              taskraft local up --nodes 5 --detach    five nodes, in the background
              taskraft local kill 2                   kill -9 node 2
              taskraft local start 2                  and bring it back
              taskraft local cut 1 2                  nothing passes between n1 and n2
              taskraft local heal                     all links work again
              taskraft local down                     stop all
            """,
        subcommands: [
            Up.self, State.self, Down.self, Kill.self, Start.self, Pause.self, Continue.self,
            Cut.self, Slow.self, Heal.self, Supervise.self,
        ])

    struct Place: ParsableArguments {
        @Option(help: "Where the cluster keeps its data and logs.") var dir = "./run"
        @Flag(help: "Answer with JSON, for programs.") var json = false

        var directory: LocalDirectory { LocalDirectory(dir) }

        func show(_ record: LocalRecord) async throws {
            let token = ProcessInfo.processInfo.environment["TASKRAFT_TOKEN"]
            let nodes = await LocalStatus.of(record, token: token)
            if json {
                Terminal.output.line(
                    String(decoding: try JSONEncoder.sorted.encode(nodes), as: UTF8.self))
            } else {
                Terminal.output.table(LocalStatus.table(nodes))
                if let hint = LocalStatus.hint(nodes) { Terminal.output.line(hint) }
            }
        }
    }
}

extension JSONEncoder {
    static var sorted: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}

extension Local {
    struct Up: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Start all nodes; without --detach, until Ctrl-C.",
            discussion: """
                Node k serves the page on base-port + k - 1 and the other nodes on base-port + 200
                + k - 1; clients of beanstalkd on base-port + 100 + k - 1. What is in the
                directory is kept: the next start goes on from there. The password of a MySQL user
                comes from TASKRAFT_STORE_PASSWORD or TASKRAFT_STORE_PASSWORD_FILE.

                EXAMPLE
                  taskraft local up --store mysql://taskraft@127.0.0.1:3306/taskraft-{node}
                """)

        @Option(help: "1, 3, 5 or 7.") var nodes: Int?
        @Option(help: "The first node's port.") var basePort: Int?
        @Option(help: "sqlite, or mysql://user@host:port/name-{node}.") var store: String?
        @Flag(help: "Return when all nodes are ready.") var detach = false
        @OptionGroup var place: Place

        func run() async throws {
            let directory = place.directory
            let layout = try layout(try directory.record())
            let cluster = LocalCluster(directory)
            let interrupt = Interrupt()
            if detach {
                try await cluster.up(layout, interrupt: interrupt, supervise: true)
                return try await announce(layout)
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await Supervisor(directory).run() }
                try await cluster.up(layout, interrupt: interrupt)
                try await announce(layout)
                await interrupt.wait(watching: cluster)
                if interrupt.isAsked { Terminal.error.line("\nstopping ...") }
                try await cluster.down()
                group.cancelAll()
            }
        }

        private func announce(_ layout: LocalLayout) async throws {
            if place.json {
                try await place.show(try place.directory.existingRecord())
            } else {
                greet(layout)
            }
        }

        /// What was not said stays as it was at the last start.
        private func layout(_ before: LocalRecord?) throws -> LocalLayout {
            let old = before?.layout ?? .standard
            let layout = LocalLayout(
                nodes: nodes ?? old.nodes, basePort: basePort ?? old.basePort,
                store: store ?? old.store, cluster: before?.layout.cluster ?? LocalLayout.newName())
            if let problem = layout.problem { throw Failure(problem, .usage) }
            if let before, before.layout.nodes != layout.nodes {
                throw Failure(
                    "\(place.directory.path) holds a cluster of \(before.layout.nodes) nodes; "
                        + "use another --dir for one of \(layout.nodes)", .usage)
            }
            return layout
        }

        private func greet(_ layout: LocalLayout) {
            let out = Terminal.output
            out.line(layout.nodes == 1 ? "The node is up.\n" : "\(layout.nodes) nodes are up.\n")
            for id in layout.ids {
                let page = out.paint("http://\(layout.http(of: id))/", .green)
                out.line("  \(layout.name(of: id))  \(page)")
            }
            out.line("\nData and logs are in \(place.directory.path).")
            let rest = place.dir == "./run" ? "" : " --dir \(place.dir)"
            out.line("Try:  taskraft local kill 1\(rest)   and watch the page")
            out.line(detach ? "Stop: taskraft local down\(rest)" : "Stop: Ctrl-C")
        }
    }

    struct State: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "status", abstract: "Say how the nodes are.",
            discussion: """
                EXAMPLES
                  taskraft local status
                  taskraft local status --dir /tmp/trial --json
                """)
        @OptionGroup var place: Place

        func run() async throws { try await place.show(try place.directory.existingRecord()) }
    }

    struct Down: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Stop all nodes; data stay.",
            discussion: """
                EXAMPLES
                  taskraft local down
                """)
        @OptionGroup var place: Place

        func run() async throws {
            let stopped = try await LocalCluster(place.directory).down()
            if !place.json {
                let nodes = stopped == 1 ? "1 node" : "\(stopped) nodes"
                Terminal.output.line(stopped == 0 ? "nothing was running" : "\(nodes) stopped")
            } else {
                Terminal.output.line("{\"stopped\":\(stopped)}")
            }
        }
    }

    struct Kill: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "kill -9 one node.",
            discussion: """
                EXAMPLES
                  taskraft local kill 2
                """)
        @Argument(help: "Its number.") var node: Int
        @OptionGroup var place: Place

        func run() async throws {
            try await LocalCluster(place.directory).kill(node)
            if !place.json { Terminal.output.line("n\(node) was killed") }
        }
    }

    struct Start: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Start one node again.",
            discussion: """
                EXAMPLES
                  taskraft local start 2
                """)
        @Argument(help: "Its number.") var node: Int
        @OptionGroup var place: Place

        func run() async throws {
            let serves = try await LocalCluster(place.directory).start(node)
            if place.json { return }
            Terminal.output.line(
                serves ? "n\(node) is up" : "n\(node) is up, and waits for a majority of the nodes")
        }
    }
}
