import Foundation
import StateStore
import Testing
import Work

@Suite(.enabled(if: TestServer.isThere)) struct ProjectionFaultTests {
    @Test func `A connection that was cut is made again`() throws {
        var followed = try Followed()
        let projection = try followed.projection()
        try projection.settle()
        try followed.database.killConnections()
        try followed.write { $0.create("Meanwhile") }
        let status = projection.step()
        #expect(status.state == .down)
        #expect(status.error != nil)
        try projection.settle()
        try followed.expectEqual()
    }

    @Test func `A database that was dropped is made and filled again`() throws {
        var followed = try Followed()
        let projection = try followed.projection(limits: .small)
        try followed.write { $0.create(count: 60) }
        try projection.settle()
        try followed.database.drop()
        try followed.write { $0.create(count: 10) }
        #expect(projection.step().state == .down)
        #expect(try projection.settle().contains(.rebuilding))
        try followed.expectEqual()
    }

    @Test(arguments: [
        "task_history", "tasks", "nodes", "projection", "raft_state", "jobs", "queues", "job_state",
    ])
    func `A table that was dropped is made and filled again`(table: String) throws {
        var followed = try Followed()
        let projection = try followed.projection()
        try followed.write {
            $0.create(count: 20)
            $0.put("mail", count: 20)
        }
        try projection.settle()
        try followed.database.edit("SET foreign_key_checks = 0", "DROP TABLE \(table)")
        try followed.write {
            $0.create(count: 10)
            $0.put("mail", count: 2)
        }
        #expect(projection.step().state == .down)
        try projection.settle()
        try followed.expectEqual()
    }

    static let edits = [
        "UPDATE tasks SET title = 'Edited' WHERE id = 3",
        "UPDATE tasks SET labels = 'no JSON' WHERE id = 3",
        "UPDATE tasks SET status = 'elsewhere' WHERE id = 3",
        "UPDATE tasks SET title = 'task 2' WHERE id = 3",
        "DELETE FROM tasks WHERE id = 2",
        "INSERT INTO nodes VALUES (9, 'n9', '', '2026-01-01', '0000000000000000', 1)",
        "UPDATE raft_state SET rows_hash = '0000000000000000'",
        "UPDATE raft_state SET applied_index = applied_index + 100",
        "DELETE FROM raft_state",
        "DELETE FROM projection",
        "UPDATE jobs SET priority = 9 WHERE id = 1",
        "UPDATE jobs SET body = 'edited' WHERE id = 1",
        "UPDATE jobs SET state = 'elsewhere' WHERE id = 1",
        "DELETE FROM jobs WHERE id = 1",
        "INSERT INTO queues SELECT 'other', 99, 0, NULL, NULL, NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, "
            + "0, 0, NULL, NULL, NULL, 0",
        "UPDATE queues SET puts = 0",
        "DELETE FROM job_state",
        "UPDATE job_state SET jobs_hash = '0000000000000000'",
    ]

    static let editsOfThePast = [
        "DELETE FROM task_history", "UPDATE tasks SET version = 9 WHERE id = 1",
    ]

    @Test(arguments: edits + editsOfThePast)
    func `An edit by hand is found by a verification, and undone`(sql: String) throws {
        var followed = try Followed()
        let projection = try followed.projection()
        try followed.write {
            $0.create(count: 20)
            $0.apply(.deleteTask(TaskID(1), expected: nil))
            $0.put("mail", count: 3)
        }
        try projection.settle()
        #expect(projection.verify().state == .ok)
        try followed.database.edit("SET foreign_key_checks = 0", sql)
        #expect(projection.verify().state != .ok)
        if projection.status.state == .rebuilding { #expect(projection.status.error != nil) }
        if projection.status.state == .down { projection.step() }
        try projection.settle()
        try followed.expectEqual()
        #expect(projection.verify().state == .ok)
    }

    @Test(arguments: edits)
    func `An edit while the node was away is found when it connects`(sql: String) throws {
        var followed = try Followed()
        try followed.write {
            $0.create(count: 20)
            $0.apply(.deleteTask(TaskID(1), expected: nil))
            $0.put("mail", count: 3)
        }
        try followed.projection().settle()
        try followed.database.edit("SET foreign_key_checks = 0", sql)
        try followed.write { $0.create("Later") }
        try followed.projection().settle()
        try followed.expectEqual()
    }

    @Test func `A database that is ahead of the base is rebuilt from it`() throws {
        var followed = try Followed()
        try followed.write { $0.create(count: 20) }
        try followed.projection().settle()
        var other = try Followed()
        try other.write { $0.create("Only one") }
        let projection = Projection(
            address: followed.database.address, password: nil, source: try other.base.reader(),
            owner: StoreOwner(cluster: World.cluster, node: 1))
        #expect(try projection.settle().contains(.rebuilding))
        #expect(try Rows(followed.queries) == Rows(other.base.reader()))
    }

    @Test func `The schema is migrated twice without harm`() throws {
        var followed = try Followed()
        try followed.write { $0.create(count: 3) }
        let tables = """
            SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE()
            """
        try followed.projection().settle()
        let before = try followed.database.ask(tables)
        try followed.database.edit("UPDATE raft_state SET schema_version = 0")
        try followed.projection().settle()
        #expect(try followed.database.ask(tables) == before)
        try followed.expectEqual()
    }
}

@Suite(.enabled(if: TestServer.isThere)) struct ProjectionRefusalTests {
    @Test func `The database of another cluster or node is refused and left alone`() throws {
        var followed = try Followed()
        try followed.write { $0.create("Mine") }
        try followed.projection().settle()
        let before = try Rows(followed.queries)
        let stranger = try followed.projection(cluster: 2).step()
        #expect(stranger.state == .down)
        #expect(stranger.error?.contains("belongs to cluster feed000000000001") == true)
        let neighbour = try followed.projection(node: 2).step()
        #expect(neighbour.state == .down)
        #expect(neighbour.error?.contains("belongs to node 1") == true)
        #expect(try Rows(followed.queries) == before)
    }

    @Test func `Tables of something else are refused and left alone`() throws {
        let followed = try Followed()
        try followed.database.create()
        try followed.database.edit(
            "CREATE TABLE tasks (id INT)", "INSERT INTO tasks VALUES (42)", "COMMIT")
        let status = try followed.projection().step()
        #expect(status.state == .down)
        #expect(status.error?.contains("tasks") == true)
        #expect(try followed.database.ask("SELECT id FROM tasks") == ["42"])
        #expect(try followed.database.ask("SHOW TABLES") == ["tasks"])
    }

    @Test func `A wrong password is an error that does not repeat it`() throws {
        let followed = try Followed()
        let projection = Projection(
            address: followed.database.address, password: "hunter2",
            source: try followed.base.reader(), owner: StoreOwner(cluster: 1, node: 1))
        let status = projection.step()
        #expect(status.state == .down)
        #expect(status.error?.contains("hunter2") == false)
    }

    @Test func `A server that is not there, or never answers, is down in time`() throws {
        let followed = try Followed()
        let mute = try MuteServer()
        var limits = ProjectionLimits()
        limits.timeout = 1
        let projection = Projection(
            address: MySQLAddress(
                place: .tcp(host: "127.0.0.1", port: mute.port), user: "a", database: "b"),
            password: nil, source: try followed.base.reader(),
            owner: StoreOwner(cluster: 1, node: 1), limits: limits)
        let start = ContinuousClock.now
        #expect(projection.step().state == .down)
        #expect(ContinuousClock.now - start < .seconds(10))
        mute.close()
        #expect(projection.step().state == .down)
        #expect(projection.status.error?.isEmpty == false)
    }
}

/// Accepts connections, as the kernel does for any listener, and never says a word.
final class MuteServer {
    let port: UInt16
    private var descriptor: Int32

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listening = withUnsafeMutablePointer(to: &address) { [descriptor] pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && listen(descriptor, 8) == 0
                    && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard listening else { throw ScratchDatabase.Failure("cannot listen") }
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close() }

    func close() {
        if descriptor >= 0 { Foundation.close(descriptor) }
        descriptor = -1
    }
}
