import Foundation
import Raft

/// Three members, and a network that is an array. Time is a number that moves on when nothing is
/// under way, so a run takes no longer than its syncs do.
struct Cluster {
    private let members = [NodeID(1), NodeID(2), NodeID(3)]
    private let folder: URL
    private var nodes: [Node] = []
    private var wire: [(from: NodeID, to: NodeID, bytes: [UInt8])] = []
    private(set) var now = Instant(nanoseconds: 0)

    init(in folder: URL) throws {
        self.folder = folder
        for id in members { try start(id) }
    }

    subscript(_ id: NodeID) -> Node? { nodes.first { $0.id == id } }
    var leader: Node? { nodes.filter(\.isLeader).max { $0.term < $1.term } }
    var followers: [Node] { nodes.filter { !$0.isLeader } }

    /// The others get a new connection to it: what it had acknowledged it has to say again.
    @discardableResult
    mutating func start(_ id: NodeID) throws -> Node {
        let node = try Node(id, of: members, in: folder, at: now)
        for other in nodes { try other.step(.reconnected(id), at: now) }
        nodes.append(node)
        return node
    }

    /// The process is gone, with everything in memory and on the wire.
    mutating func kill(_ id: NodeID) {
        nodes.removeAll { $0.id == id }
        wire.removeAll { $0.from == id || $0.to == id }
    }

    mutating func write(_ value: String, at node: Node) throws {
        guard let write = try node.write(value, at: now) else {
            throw Failure("\(node.id) takes no writes")
        }
        guard try wait("the write", for: { _ in node.outcome(of: write) }) else {
            throw Failure("another entry took the place of \"\(value)\"")
        }
        print("\(node.id) wrote \"\(value)\", entry \(write.index.rawValue)")
    }

    mutating func read(at node: Node) throws -> String {
        let read = try node.read(at: now)
        let value = try wait("the read") { _ in try node.answer(to: read) }
        print("\(node.id) read \"\(value)\"")
        return value
    }

    /// Delivers messages and lets time pass until there is a result.
    @discardableResult
    mutating func wait<Result>(
        _ what: String, for result: (Cluster) throws -> Result?
    ) throws -> Result {
        for _ in 0..<100_000 {
            if let result = try result(self) { return result }
            for node in nodes {
                wire += node.outbox.map { (node.id, $0.to, $0.message.encoded()) }
                node.outbox = []
            }
            if wire.isEmpty { try passTime() } else { try deliver(wire.removeFirst()) }
        }
        throw Failure("\(what): nothing comes of it")
    }

    private func deliver(_ packet: (from: NodeID, to: NodeID, bytes: [UInt8])) throws {
        let message = try Message(encoded: packet.bytes)
        try self[packet.to]?.step(.message(message, from: packet.from), at: now)
    }

    private mutating func passTime() throws {
        now = nodes.map(\.nextDeadline).min().map { max($0, now) } ?? now
        for node in nodes where node.nextDeadline <= now { try node.step(.tick, at: now) }
    }
}
