import Foundation
import Node
import Replica
import StateStore
import Testing
import Work

@Suite(.serialized)
struct ClusterTests {
    @Test func aWriteOnAnyNodeIsReadOnEveryNode() async throws {
        let cluster = try TestNodes(count: 3)
        try await cluster.run([1, 2, 3]) { nodes in
            for (place, node) in nodes.enumerated() {
                let task = try await create("task \(place)", on: node)
                #expect(task.createdBy == node.id)
                for reader in nodes {
                    let (found, point) = try await reader.task(task.id, .linearizable)
                    #expect(found == task)
                    #expect(point.index >= task.changedIndex)
                    let listed = try await reader.query(atLeast: point.index) {
                        try $0.tasks(after: nil, limit: 10, status: nil)
                    }
                    #expect(listed.contains(task))
                }
            }
        }
    }

    @Test func aSoleNodeServesAndRemembersAfterARestart() async throws {
        let cluster = try TestNodes(count: 1)
        try await cluster.run([1]) { nodes in
            for number in 1...20 { _ = try await create("task \(number)", on: nodes[0]) }
        }
        try await cluster.run([1]) { nodes in
            let (last, _) = try await nodes[0].task(TaskID(20), .linearizable)
            #expect(last?.fields.title == "task 20")
            #expect(try await create("one more", on: nodes[0]).id == TaskID(21))
        }
    }

    @Test func aRepetitionUnderTheSameKeyIsRecognisedByAnotherNode() async throws {
        let cluster = try TestNodes(count: 3)
        try await cluster.run([1, 2, 3]) { nodes in
            let first = try await create("once", on: nodes[0], key: "k")
            let again = await nodes[1].propose(
                .createTask(TaskFields(title: "once")), actor: nil, credential: nil, key: "k")
            guard case .applied(.replayed(let outcome, let task, _), _, _) = again else {
                Issue.record("expected a replay, got \(again)")
                return
            }
            #expect(outcome.task == first.id)
            #expect(task == first)
        }
    }

    @Test func withoutAQuorumWritesAreRefusedAndStaleReadsAnswer() async throws {
        let cluster = try TestNodes(count: 3)
        try await cluster.run([1, 2, 3]) { nodes in
            _ = try await create("before", on: nodes[0])
        }
        try await cluster.run([2]) { nodes in
            let node = nodes[0]
            let outcome = await node.propose(
                .createTask(TaskFields(title: "x")), actor: nil, credential: nil, key: nil)
            guard case .rejected(.noLeader) = outcome else {
                Issue.record("expected a refusal, got \(outcome)")
                return
            }
            await #expect(throws: ReadFailure.noLeader) {
                _ = try await node.readPoint(.linearizable)
            }
            let (task, _) = try await node.task(TaskID(1), .stale)
            #expect(task?.fields.title == "before")
        }
    }

    @Test func aNodeThatWasAwayCatchesUp() async throws {
        let cluster = try TestNodes(count: 3)
        try await cluster.run([1, 2]) { nodes in
            for number in 1...50 { _ = try await create("task \(number)", on: nodes[number % 2]) }
        }
        try await cluster.run([1, 2, 3]) { nodes in
            let (task, _) = try await nodes[2].task(TaskID(50), .linearizable)
            #expect(task?.fields.title == "task 50")
            try await eventually("equal hashes") {
                let status = nodes[2].status().nodes
                return Set(status.map(\.stateHash)).count == 1
                    && Set(status.map(\.applied)).count == 1
            }
        }
    }

    @Test func aDamagedBaseIsMadeAgainFromTheLog() async throws {
        let cluster = try TestNodes(count: 1)
        try await cluster.run([1]) { nodes in
            for number in 1...5 { _ = try await create("task \(number)", on: nodes[0]) }
        }
        let base = cluster.directory(1).appendingPathComponent(Base.fileName)
        try Data(repeating: 0x5a, count: 8192).write(to: base)
        try await cluster.run([1]) { nodes in
            let (task, _) = try await nodes[0].task(TaskID(5), .linearizable)
            #expect(task?.fields.title == "task 5")
        }
    }

    @Test func anEmptyDirectoryUnderAKnownNameIsRefused() async throws {
        let cluster = try TestNodes(count: 3)
        try await cluster.run([1, 2, 3]) { nodes in
            _ = try await create("before", on: nodes[0])
            try await eventually("all have it") {
                nodes.allSatisfy { $0.position.index >= 2 && $0.status().nodes.count == 3 }
            }
        }
        try FileManager.default.removeItem(at: cluster.directory(3))
        try await cluster.run([1, 2, 3]) { nodes in
            _ = try await create("after", on: nodes[0])
            let (task, _) = try await nodes[2].task(TaskID(1), .stale)
            #expect(task == nil)
            #expect(nodes[2].status().leader == nil)
        }
    }
}

private func create(
    _ title: String, on node: RunningNode, key: String? = nil
) async throws -> TaskRecord {
    let created = Created()
    // Right after the start there may be no leader yet: a refusal is safe to repeat.
    try await eventually("\(title) is created") {
        let outcome = await node.propose(
            .createTask(TaskFields(title: title)), actor: nil, credential: nil, key: key)
        switch outcome {
        case .applied(.task(let task), _, _):
            created.task = task
            return true
        case .rejected: return false
        case .applied, .unknown: throw TimedOut(description: "\(title): \(outcome)")
        }
    }
    return try #require(created.task)
}

private final class Created: @unchecked Sendable {
    var task: TaskRecord?
}
