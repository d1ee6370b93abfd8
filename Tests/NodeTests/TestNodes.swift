import Foundation
import Logging
import Node
import StateStore
import Work

/// Nodes of one cluster in this process, over loopback, each with a directory of its own.
final class TestNodes: Sendable {
    let settings: [NodeSettings]
    private let root: URL

    init(count: Int) throws {
        root = FileManager.default.temporaryDirectory
            .appendingPathComponent("taskraft-\(UUID().uuidString)")
        let ports = try FreePorts.take(count)
        let members = Dictionary(
            uniqueKeysWithValues: ports.enumerated().map { (UInt64($0 + 1), "127.0.0.1:\($1)") })
        settings = members.keys.sorted().map { [root] id in
            NodeSettings(
                cluster: "test", id: id, members: members,
                dataDirectory: root.appendingPathComponent("n\(id)").path,
                peerListen: members[id] ?? "", httpAdvertise: "127.0.0.1:0", store: .sqlite)
        }
    }

    deinit { try? FileManager.default.removeItem(at: root) }

    func makeNode(_ id: UInt64) throws -> RunningNode {
        var logger = Logger(label: "n\(id)")
        logger.logLevel = .critical
        return try RunningNode(settings: settings[Int(id) - 1], logger: logger)
    }

    func directory(_ id: UInt64) -> URL { root.appendingPathComponent("n\(id)") }

    /// Runs nodes while `body` works with them, and stops those that still run.
    func run(
        _ ids: [UInt64], _ body: @Sendable ([RunningNode]) async throws -> Void
    ) async throws {
        let nodes = try ids.map { try makeNode($0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for node in nodes { group.addTask { try await node.run() } }
            do {
                try await body(nodes)
            } catch {
                for node in nodes { await node.shutdown() }
                throw error
            }
            for node in nodes { await node.shutdown() }
            try await group.waitForAll()
        }
    }
}

/// Waits until something holds, for at most so long.
func eventually(
    _ what: String, within limit: Duration = .seconds(20),
    _ condition: @Sendable () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    throw TimedOut(description: "never: \(what)")
}

struct TimedOut: Error, CustomStringConvertible {
    let description: String
}

/// Ports that nobody listened on a moment ago.
enum FreePorts {
    static func take(_ count: Int) throws -> [Int] {
        var sockets: [Int32] = []
        defer { for socket in sockets { close(socket) } }
        return try (0..<count).map { _ in
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            guard descriptor >= 0 else { throw TimedOut(description: "no socket to be had") }
            sockets.append(descriptor)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let port = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                    _ = bind(descriptor, generic, length)
                    _ = getsockname(descriptor, generic, &length)
                }
                return Int(UInt16(bigEndian: pointer.pointee.sin_port))
            }
            guard port > 0 else { throw TimedOut(description: "no port to be had") }
            return port
        }
    }
}
