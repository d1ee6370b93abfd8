import Foundation
import Node
import Replica
import Testing
import Work

@Suite(.serialized)
struct DamagedBaseTests {
    /// Twice within one second, too: each damaged file is kept under a name of its own.
    @Test func aDamagedBaseIsKeptAsideAndMadeAgainFromTheLog() async throws {
        let cluster = try TestNodes(count: 1)
        try await cluster.run([1]) { nodes in
            // Right after the start there may be no leader yet; the key makes it one task.
            for number in 1...5 {
                try await eventually("task \(number) is made") {
                    let task = Command.createTask(TaskFields(title: "task \(number)"))
                    let outcome = await nodes[0].propose(
                        task, actor: nil, credential: nil, key: "\(number)")
                    if case .applied = outcome { return true }
                    return false
                }
            }
        }
        let directory = cluster.directory(1)
        for count in 1...3 {
            let garbage = Data("damage \(count)".utf8) + Data(repeating: 7, count: 8000)
            try garbage.write(to: directory.appendingPathComponent("state.sqlite"))
            // Whatever has not been moved from it yet would stand in for what is damaged.
            for end in ["-wal", "-shm"] {
                let file = directory.appendingPathComponent("state.sqlite" + end)
                try? FileManager.default.removeItem(at: file)
            }
            try await cluster.run([1]) { nodes in
                let (task, _) = try await nodes[0].task(TaskID(5), .linearizable)
                #expect(task?.fields.title == "task 5")
            }
            let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
            let aside = names.filter { $0.hasPrefix("state.sqlite.damaged-") }
            #expect(aside.filter { !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") }.count == count)
        }
    }
}
