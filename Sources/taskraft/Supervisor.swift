import Console
import Foundation
import NIOCore

/// Holds the levers of a cluster on this machine: nodes and commands pull them over its socket.
/// What is done to processes it does itself; what is done to links it tells the nodes.
actor Supervisor {
    private let directory: LocalDirectory
    private let cluster: LocalCluster
    private var faults = FaultTable()
    private var nodes: [Int: NIOAsyncChannelOutboundWriter<ByteBuffer>] = [:]

    init(_ directory: LocalDirectory) {
        self.directory = directory
        cluster = LocalCluster(directory)
    }

    /// Until it is cancelled.
    func run() async throws {
        guard let path = ControlSocket.path(in: directory.path) else { return }
        let listener = try await ControlSocket.listen(path)
        try await withThrowingDiscardingTaskGroup { group in
            try await listener.executeThenClose { connections in
                for try await connection in connections {
                    group.addTask { await self.talk(connection) }
                }
            }
            group.cancelAll()
        }
    }

    private func talk(_ connection: ControlSocket.Connection) async {
        try? await connection.executeThenClose { lines, answers in
            try await withThrowingDiscardingTaskGroup { group in
                for try await line in lines {
                    let word = try ControlSocket.read(ControlWord.self, line)
                    if let node = word.node { try await welcome(node, answers) }
                    guard let id = word.id else { continue }
                    // A start takes seconds, and a pause may end by itself: nobody waits for them.
                    group.addTask { try await self.obey(word.order, id, answers) }
                }
            }
        }
    }

    private func welcome(
        _ node: Int, _ door: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) async throws {
        nodes[node] = door
        try await door.write(ControlSocket.line(ControlReply(faults: faults.from(node))))
    }

    private func obey(
        _ order: LeverOrder?, _ id: Int, _ door: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) async throws {
        let reply: ControlReply
        do {
            let done = try await order.asyncMap { try await pull($0) }
            reply = ControlReply(id: id, levers: try state(done))
        } catch let failure as Failure {
            reply = ControlReply(id: id, refusal: failure.message)
        }
        try await door.write(ControlSocket.line(reply))
        guard let order, order.lever == .pause, let node = order.node, let seconds = order.seconds
        else { return }
        try await Task.sleep(for: .seconds(seconds))
        try? cluster.resume(node)
    }

    private func pull(_ order: LeverOrder) async throws -> String {
        let layout = try directory.existingRecord().layout
        if let problem = order.problem(nodes: layout.nodes) { throw Failure(problem, .usage) }
        let name = "n\(order.node ?? 0)"
        switch order.lever {
        case .kill:
            try await cluster.kill(order.node ?? 0)
            return "\(name) was killed"
        case .start:
            let serves = try await cluster.start(order.node ?? 0)
            return serves ? "\(name) is up" : "\(name) is up, and waits for a majority of the nodes"
        case .pause:
            try cluster.pause(order.node ?? 0)
            return "\(name) stands still"
        case .continue:
            try cluster.resume(order.node ?? 0)
            return "\(name) goes on"
        case .cut, .slow, .heal:
            let done = faults.obey(order)
            await tellNodes()
            return done
        }
    }

    /// A node that is away is told when it is back.
    private func tellNodes() async {
        for (node, door) in nodes {
            let reply = ControlReply(faults: faults.from(node))
            guard let line = try? ControlSocket.line(reply) else { continue }
            do { try await door.write(line) } catch { nodes[node] = nil }
        }
    }

    private func state(_ done: String?) throws -> LeverState {
        let record = try directory.existingRecord()
        let processes = record.layout.ids.map { id in
            let process = record.process(of: id)
            let state = process == nil ? "down" : process?.isStopped == true ? "paused" : "runs"
            return LeverState.Process(node: id, state: state)
        }
        return LeverState(nodes: processes, faults: faults.all, done: done)
    }
}

extension Optional {
    fileprivate func asyncMap<Result>(
        _ body: (Wrapped) async throws -> Result
    ) async rethrows -> Result? {
        if let self { try await body(self) } else { nil }
    }
}
