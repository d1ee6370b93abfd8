import Raft
import Replica
import Testing
import Work

/// What some member's program does not know is in no log.
@Suite struct MachineVersionTests {
    private let board = Command.items(.createBoard(.initial))

    @Test func `A cluster of an earlier machine version refuses what came later, unlogged`() {
        let leader = TestReplica(voters: [1], machineVersion: 2)
        leader.run()
        #expect(leader.machineVersion == 2)
        let last = leader.lastPosition
        var placed = TaskFields(title: "x")
        placed.column = "done"
        var patch = TaskPatch()
        patch.board = .first
        let later: [Command] = [
            board, .createTask(placed), .updateTask(TaskID(1), expected: nil, patch),
            .moveTask(TaskID(1), expected: nil, TaskMove()), .importTasks([TaskFields(title: "x")]),
            .people(.revokeToken(TokenID(1))),
        ]
        for (token, command) in later.enumerated() {
            leader.step(.propose(token: UInt64(token), command, actor: nil, key: nil))
        }
        let create = Command.createTask(TaskFields(title: "x"))
        leader.step(
            .propose(token: 9, create, actor: nil, credential: TokenID(1), key: nil))
        leader.run()
        #expect(leader.refused == [0, 1, 2, 3, 4, 5, 9])
        #expect(leader.lastPosition == last)
    }

    @Test func `What machine version 4 brought waits for it, and what it left alone does not`()
        throws
    {
        let leader = TestReplica(voters: [1], machineVersion: 3)
        leader.run()
        let last = leader.lastPosition
        let trace = try #require(
            TraceParent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"))
        let queue = try #require(QueueName("q"))
        let later: [Command] = [
            .createNumbered(TaskID(7), TaskFields(title: "x")),
            .jobs(.put(queue, [NewJob(body: []), NewJob(traceparent: trace, body: [])])),
        ]
        for (token, command) in later.enumerated() {
            leader.step(.propose(token: UInt64(token), command, actor: nil, key: nil))
        }
        leader.run()
        #expect(leader.refused == [0, 1])
        #expect(leader.lastPosition == last)
        leader.step(
            .propose(token: 2, .jobs(.put(queue, [NewJob(body: [])])), actor: nil, key: nil))
        leader.run()
        #expect(leader.answered == [2])
    }

    @Test func `A leader raises the version by itself when every member knows it`() {
        let leader = TestReplica(voters: [1], machineVersion: 3)
        leader.run()
        #expect(leader.machineVersion == 3)
        leader.step(.propose(token: 1, board, actor: nil, key: nil))
        leader.run()
        #expect(leader.answered == [1])
    }
}
