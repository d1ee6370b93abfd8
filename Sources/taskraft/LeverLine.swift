import Console
import Foundation
import NIOCore
import Node
import Raft
import Replica
import Server
import ServiceLifecycle

/// The line of a node to the supervisor of its cluster: orders go up, what is to be done to the
/// links comes down. There is one only where the supervisor told the node its socket.
actor LeverLine: LeverDoor, Service {
    private let path: String
    private let node: RunningNode
    /// What goes to the supervisor; nil while there is no connection.
    private var outbox: AsyncStream<ByteBuffer>.Continuation?
    private var waiting: [Int: CheckedContinuation<LeverAnswer, Never>] = [:]
    private var lastID = 0

    init(path: String, node: RunningNode) {
        self.path = path
        self.node = node
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await self.talk()
                await self.forget()
                try? await Task.sleep(for: .milliseconds(300))
            }
        }
    }

    private func talk() async throws {
        let connection = try await ControlSocket.connect(path)
        try await connection.executeThenClose { lines, supervisor in
            try await withThrowingTaskGroup(of: Void.self) { group in
                let (orders, outbox) = AsyncStream.makeStream(of: ByteBuffer.self)
                outbox.yield(try ControlSocket.line(ControlWord(node: Int(self.node.id))))
                self.outbox = outbox
                group.addTask { for await order in orders { try await supervisor.write(order) } }
                for try await line in lines {
                    self.heard(try ControlSocket.read(ControlReply.self, line))
                }
                group.cancelAll()
            }
        }
    }

    private func heard(_ reply: ControlReply) {
        if let faults = reply.faults { play(faults) }
        guard let id = reply.id, let waiter = waiting.removeValue(forKey: id) else { return }
        if let refusal = reply.refusal { return waiter.resume(returning: .refused(refusal)) }
        let json = try? JSONEncoder.sorted.encode(reply.levers)
        waiter.resume(returning: json.map { .done(Array($0)) } ?? .gone)
    }

    private func play(_ faults: [FaultTable.Fault]) {
        for peer in node.settings.members.keys where peer != node.id {
            let fault = faults.first { UInt64($0.to) == peer }
            node.set(
                fault.map {
                    LinkFault(
                        to: NodeID(peer), isCut: $0.cut, delay: UInt64($0.delayMilliseconds))
                }, to: peer)
        }
    }

    private func forget() {
        outbox = nil
        for waiter in waiting.values { waiter.resume(returning: .gone) }
        waiting = [:]
    }

    // MARK: From the front

    func levers() async -> LeverAnswer { await ask(nil) }

    func pull(_ order: [UInt8]) async -> LeverAnswer {
        do {
            return await ask(try JSONDecoder().decode(LeverOrder.self, from: Data(order)))
        } catch {
            let levers = LeverOrder.Lever.allCases.map(\.rawValue).joined(separator: ", ")
            return .refused("send {\"lever\": L, ...} with L one of \(levers)")
        }
    }

    private func ask(_ order: LeverOrder?) async -> LeverAnswer {
        lastID += 1
        let id = lastID
        guard let outbox, let line = try? ControlSocket.line(ControlWord(id: id, order: order))
        else { return .gone }
        return await withCheckedContinuation { continuation in
            waiting[id] = continuation
            outbox.yield(line)
        }
    }
}
