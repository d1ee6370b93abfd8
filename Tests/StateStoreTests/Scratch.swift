import Foundation
import GRDB
import StateStore
import Testing
import Work

/// A directory of its own for one test's base.
final class Scratch {
    let path: String

    init() throws {
        let directory = FileManager.default.temporaryDirectory
            .appending(path: "taskraft-store-\(UUID().uuidString)", directoryHint: .isDirectory)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        path = directory.appending(path: Base.fileName).path
    }

    deinit {
        let directory = URL(fileURLWithPath: path).deletingLastPathComponent()
        // What is left in the temporary directory is no reason to fail a test.
        try? FileManager.default.removeItem(at: directory)
    }

    func open(cluster: UInt64 = World.cluster) throws -> (base: Base, state: WorkState) {
        try Base.open(path: path, cluster: cluster)
    }

    /// A new base with what the world has applied.
    func base(with world: inout World) throws -> Base {
        let base = try open().base
        try base.write(world.takeBatch())
        return base
    }

    /// Changes the file behind its owner's back.
    func edit(_ sql: String) throws {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
        try queue.close()
    }
}

/// Every row that the base and a projection have in common.
struct Rows: Equatable {
    var scalars: StateScalars
    var nodes: [NodeRecord]
    var tasks: [TaskRecord]
    var history: [HistoryRecord]
    /// Swift takes "é" for equal to "e" with an accent; the databases must not.
    var hashes: [UInt64]

    init(_ queries: some TaskQueries) throws {
        self = try queries.read { reader in
            let tasks = try reader.tasks(changedAfter: .start, limit: 1_000_000)
            let nodes = try reader.nodes()
            return Rows(
                scalars: try reader.scalars(), nodes: nodes, tasks: tasks,
                history: try reader.history(from: .start, limit: 1_000_000),
                hashes: tasks.map(\.hash) + nodes.map(\.hash))
        }
    }

    private init(
        scalars: StateScalars, nodes: [NodeRecord], tasks: [TaskRecord],
        history: [HistoryRecord], hashes: [UInt64]
    ) {
        self.scalars = scalars
        self.nodes = nodes
        self.tasks = tasks
        self.history = history
        self.hashes = hashes
    }
}
