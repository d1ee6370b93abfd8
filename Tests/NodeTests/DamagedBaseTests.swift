import Foundation
import Node
import Testing
import Work

@Suite(.serialized)
struct DamagedBaseTests {
    /// Twice within one second, too: each damaged file is kept under a name of its own.
    @Test func aDamagedBaseIsKeptAsideAndMadeAgainFromTheLog() async throws {
        let cluster = try TestNodes(count: 1)
        try await cluster.run([1]) { nodes in
            for number in 1...5 {
                let task = Command.createTask(TaskFields(title: "task \(number)"))
                guard case .applied = await nodes[0].propose(task, actor: nil, key: nil) else {
                    Issue.record("the task was not made")
                    return
                }
            }
        }
        let directory = cluster.directory(1)
        for count in 1...3 {
            let garbage = Data("damage \(count)".utf8) + Data(repeating: 7, count: 8000)
            try garbage.write(to: directory.appendingPathComponent("state.sqlite"))
            try await cluster.run([1]) { nodes in
                #expect(try await nodes[0].task(TaskID(5), .linearizable).0 != nil)
            }
            let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
            let aside = names.filter { $0.hasPrefix("state.sqlite.damaged-") }
            #expect(aside.filter { !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") }.count == count)
        }
    }
}
