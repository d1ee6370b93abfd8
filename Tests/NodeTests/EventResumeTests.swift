import Node
import Replica
import Synchronization
import Testing
import Work

/// Streams that go on where they stopped, on another node or after a restart.
@Suite(.serialized) struct EventResumeTests {
    private func create(_ count: Int, on node: RunningNode) async throws -> [UInt64] {
        var indexes: [UInt64] = []
        while indexes.count < count {
            let outcome = await node.propose(
                .createTask(TaskFields(title: "task \(indexes.count)")), actor: nil, key: nil)
            if case .applied(.task(let task), _, _) = outcome { indexes.append(task.changedIndex) }
        }
        return indexes
    }

    /// Everything after a place, up to the event of this entry.
    private func events(
        of node: RunningNode, after place: EventPosition, through last: UInt64
    ) async -> [TaskEvent] {
        let subscription = node.events.subscribe(after: place)
        var found: [TaskEvent] = []
        for await _ in subscription.wakeups {
            var hasMore = true
            while hasMore {
                let batch = await subscription.next(limit: 7)
                #expect(!batch.isReset)
                for case .task(let event) in batch.events { found.append(event) }
                hasMore = batch.hasMore
            }
            if found.last?.index ?? 0 >= last { break }
        }
        return found
    }

    @Test func `After a restart a stream goes on from the history of the base`() async throws {
        let cluster = try TestNodes(count: 1)
        let start = EventPosition(index: 0, ordinal: 0)
        let before = Indexes()
        try await cluster.run([1]) { nodes in
            before.set(try await create(30, on: nodes[0]))
            let live = await events(of: nodes[0], after: start, through: before.all[29])
            #expect(live.map(\.index) == before.all)
        }
        try await cluster.run([1]) { nodes in
            let all = before.all + (try await create(3, on: nodes[0]))
            let found = await events(of: nodes[0], after: start, through: all[32])
            #expect(found.map(\.index) == all)
            #expect(found.map(\.task.version) == [UInt64](repeating: 1, count: 33))
            let rest = await events(
                of: nodes[0], after: EventPosition(index: all[10], ordinal: 0), through: all[32])
            #expect(rest.map(\.index) == Array(all[11...]))
        }
    }

    @Test func `A stream goes on at another node`() async throws {
        let cluster = try TestNodes(count: 3)
        try await cluster.run([1, 2, 3]) { nodes in
            let all = try await create(20, on: nodes[0])
            let place = EventPosition(index: all[4], ordinal: 0)
            for node in nodes {
                let found = await events(of: node, after: place, through: all[19])
                #expect(found.map(\.index) == Array(all[5...]))
            }
        }
    }
}

/// What one run of the nodes hands to the next.
private final class Indexes: Sendable {
    private let values = Mutex<[UInt64]>([])
    var all: [UInt64] { values.withLock { $0 } }
    func set(_ new: [UInt64]) { values.withLock { $0 = new } }
}
