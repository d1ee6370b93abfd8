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

    func open(
        cluster: UInt64 = World.cluster, touchedBytes: Int = 1 << 20
    ) throws -> (base: Base, state: WorkState) {
        try Base.open(path: path, cluster: cluster, touchedBytes: touchedBytes)
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

    /// The number in the first column of the only row.
    func ask(_ sql: String) throws -> Int {
        let queue = try DatabaseQueue(path: path)
        defer { try? queue.close() }
        return try queue.read { try Int.fetchOne($0, sql: sql) ?? 0 }
    }
}

/// Every row that the base and a projection have in common.
struct Rows: Equatable {
    var scalars: StateScalars
    var nodes: [NodeRecord]
    var tasks: [TaskRecord]
    var history: [HistoryRecord]
    var queues: [QueueRecord]
    var jobs: [JobRecord]
    /// Swift takes "é" for equal to "e" with an accent; the databases must not.
    var hashes: [UInt64]

    init(_ queries: some TaskQueries) throws {
        self = try queries.read { try Rows($0) }
    }

    private init(_ reader: TaskReader) throws {
        scalars = try reader.scalars()
        nodes = try reader.nodes()
        tasks = try reader.tasks(changedAfter: .start, limit: 1_000_000)
        history = try reader.history(from: .start, limit: 1_000_000)
        queues = try reader.queues(after: nil, limit: 1_000_000)
        jobs = try reader.jobs(after: nil, limit: 1_000_000)
        hashes = tasks.map(\.hash) + nodes.map(\.hash) + queues.map(\.hash) + jobs.map(\.hash)
    }
}
