import StateStore
import Testing
import Work

/// The job queue in MySQL.
@Suite(.enabled(if: TestServer.isThere)) struct ProjectionJobTests {
    @Test(arguments: 1...4)
    func `Random jobs are the same in both databases, row for row`(seed: UInt64) throws {
        var followed = try Followed()
        var jobs = RandomJobs(seed: seed)
        let projection = try followed.projection()
        for _ in 1...6 {
            try followed.write { jobs.apply(60, to: &$0) }
            try projection.settle()
            try followed.expectEqual()
        }
        #expect(followed.world.state.jobs.count > 0)
        #expect(projection.verify().state == .ok)
    }

    @Test func `A database that was away catches up, and loses the jobs that left`() throws {
        var followed = try Followed()
        var jobs = RandomJobs(seed: 5)
        let projection = try followed.projection(limits: .small)
        try followed.write {
            jobs.apply(100, to: &$0)
            $0.put("mail", count: 200)
        }
        try projection.settle()
        projection.close()
        for _ in 1...5 { try followed.write { jobs.apply(50, to: &$0) } }
        let last = followed.world.state.scalars.jobs.nextJob
        try followed.write {
            for id in last - 150..<last { $0.jobs(.delete(JobID(id), nil)) }
            $0.put("mail", count: 100)
        }
        #expect(projection.step().state == .catchingUp)
        #expect(try followed.queries.appliedIndex() == 0)
        try followed.write { jobs.apply(50, to: &$0) }
        #expect(Set(try projection.settle()) == [.catchingUp, .ok])
        try followed.expectEqual()
        #expect(projection.verify().state == .ok)
    }

    @Test func `A first copy goes on while jobs come and leave`() throws {
        var followed = try Followed()
        try followed.write { world in
            for _ in 1...3 { world.put("mail", count: 100) }
        }
        let first = try followed.projection(limits: .small)
        for round in 0..<6 as Range<UInt64> {
            first.step()
            try followed.write { world in
                for id in [1, 50, 295] as [UInt64] { world.jobs(.delete(JobID(id + round), nil)) }
                world.put("mail", count: 3)
                world.jobs(.configure("other", QueueSettings(length: round)))
            }
        }
        let second = try followed.projection(limits: .small)
        try second.settle()
        try followed.expectEqual()
    }

    @Test func `Jobs are copied again, and tasks are not, when too much was touched meanwhile`()
        throws
    {
        var followed = try Followed(touchedBytes: 300)
        try followed.write {
            $0.create(count: 30)
            $0.put("mail", count: 60)
            $0.put("gone", count: 5)
        }
        let projection = try followed.projection(limits: .small)
        try projection.settle()
        try followed.write { $0.jobs(.deleteQueue("gone")) }
        for id in 1...30 as ClosedRange<UInt64> {
            try followed.write {
                $0.jobs(.delete(JobID(id), nil))
                $0.put("mail", count: 1)
            }
        }
        projection.step()
        #expect(try followed.database.ask("SELECT emptying FROM projection") == ["2"])
        let others = try followed.database.ask("SELECT COUNT(*) FROM tasks")
        #expect(Set(try projection.settle()) == [.catchingUp, .ok])
        #expect(others == ["30"])
        try followed.expectEqual()
    }

    @Test func `A queue that left and came again is the new one`() throws {
        var followed = try Followed()
        let projection = try followed.projection()
        try followed.write { $0.put("mail", count: 5) }
        try projection.settle()
        try followed.write {
            $0.jobs(.deleteQueue("mail"))
            $0.put("mail", count: 1)
        }
        try projection.settle()
        try followed.expectEqual()
        #expect(try followed.database.ask("SELECT puts FROM queues") == ["1"])
        try followed.write { $0.jobs(.deleteQueue("mail")) }
        try projection.settle()
        #expect(try followed.database.ask("SELECT name FROM queues").isEmpty)
    }

    @Test func `A person finds jobs by queue and state, with their bodies`() throws {
        var followed = try Followed()
        try followed.write {
            $0.put("mail", count: 3)
            $0.reserve("mail", count: 1)
            $0.jobs(.put("mail", [NewJob(start: .after(9_000), body: Array("later".utf8))]))
        }
        try followed.projection().settle()
        let find = "SELECT body FROM jobs WHERE queue = 'mail' AND state = "
        #expect(try followed.database.ask(find + "'reserved'") == ["job 0"])
        #expect(try followed.database.ask(find + "'delayed'") == ["later"])
        #expect(try followed.database.ask(find + "'ready' ORDER BY id") == ["job 1", "job 2"])
    }

    @Test func `The longest bodies, names and errors fit`() throws {
        var followed = try Followed()
        let queue = try #require(QueueName(String(repeating: "q", count: Limits.queueNameBytes)))
        let unique = String(repeating: "\u{e9}", count: Limits.keyBytes / 2)
        let error = String(repeating: "\u{10ffff}", count: Limits.jobErrorBytes / 4)
        try followed.write { world in
            world.put(queue, count: 1)
            let body = (0..<Limits.jobBytes).map { UInt8(truncatingIfNeeded: $0) }
            let job = NewJob(unique: .init(text: unique, window: 0), body: body)
            world.jobs(.put(queue, [job]))
            world.reserve(queue, count: 2)
            let lease = world.state.jobs.job(JobID(2))?.generation ?? 0
            world.jobs(.fail(JobID(2), .lease(lease), error: error, chance: 0))
        }
        #expect(followed.world.state.jobs.job(JobID(2))?.error == error)
        try followed.projection().settle()
        try followed.expectEqual()
    }
}

/// A database that an earlier version of the program made.
@Suite(.enabled(if: TestServer.isThere)) struct ProjectionMigrationTests {
    /// Takes away what the second step brought, and the third.
    private static let downgrade =
        [
            "DROP TABLE jobs", "DROP TABLE queues", "DROP TABLE job_state",
            "UPDATE raft_state SET schema_version = 1",
        ] + thirdStep

    private static let thirdStep =
        [
            "task_labels", "task_terms", "comments", "views", "tokens", "users", "board_columns",
            "boards", "item_state",
        ].map { "DROP TABLE \($0)" } + [
            "DROP INDEX tasks_by_board ON tasks",
            "ALTER TABLE tasks DROP COLUMN board_id, DROP COLUMN column_key",
        ]

    private func downgraded() throws -> Followed {
        var followed = try Followed()
        try followed.write { $0.create(count: 20) }
        try followed.projection().settle()
        for statement in Self.downgrade { try followed.database.edit(statement) }
        return followed
    }

    @Test func `A database of schema 1 gets the new tables, and its rows again`() throws {
        var followed = try downgraded()
        let projection = try followed.projection()
        #expect(try projection.settle().last == .ok)
        try followed.expectEqual()
        try followed.write { $0.put("mail", count: 5) }
        #expect(try projection.settle() == [.ok])
        try followed.expectEqual()
    }

    @Test func `A database of schema 2 gets boards, and its tasks are found by their words`() throws {
        var followed = try Followed()
        try followed.write { $0.create("one word", "another word") }
        try followed.projection().settle()
        for statement in Self.thirdStep + ["UPDATE raft_state SET schema_version = 2"] {
            try followed.database.edit(statement)
        }
        try followed.write {
            $0.apply(.raiseMachineVersion(3))
            $0.apply(.items(.createBoard(.initial)))
        }
        try followed.projection().settle()
        try followed.expectEqual()
        let found = try followed.database.ask("SELECT task_id FROM task_terms WHERE term = 'word'")
        #expect(found == ["1", "2"])
        #expect(try followed.database.ask("SELECT name FROM boards") == ["Tasks"])
        #expect(try followed.database.ask("SELECT COUNT(*) FROM board_columns") == ["3"])
    }

    @Test func `A database of schema 3 gets a column for traces, and its jobs again`() throws {
        var followed = try Followed()
        try followed.write { $0.put("mail", count: 3) }
        try followed.projection().settle()
        try followed.database.edit(
            "ALTER TABLE jobs DROP COLUMN traceparent",
            "UPDATE raft_state SET schema_version = 3")
        try followed.write { $0.putTraced("mail") }
        try followed.projection().settle()
        try followed.expectEqual()
        let found = "SELECT traceparent FROM jobs WHERE traceparent IS NOT NULL"
        #expect(try followed.database.ask(found) == [World.trace])
        try followed.database.edit(
            "DROP TABLE jobs", "UPDATE raft_state SET schema_version = 3")
        try followed.projection().settle()
        try followed.expectEqual()
    }

    @Test func `A migration that was cut short goes on`() throws {
        var followed = try Followed()
        try followed.write { $0.create(count: 20) }
        try followed.projection().settle()
        try followed.database.edit(Self.downgrade[0], Self.downgrade[3], "DROP TABLE comments")
        try followed.write { $0.put("mail", count: 5) }
        try followed.projection().settle()
        try followed.expectEqual()
    }

    /// As README asks for: nothing may be dropped.
    @Test func `The rights that are asked for suffice`() throws {
        var followed = try downgraded()
        let user = "taskraft_rights"
        for host in ["%", "localhost", "127.0.0.1"] {
            try followed.database.edit(
                "CREATE USER IF NOT EXISTS '\(user)'@'\(host)'",
                "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, REFERENCES "
                    + "ON `taskraft%`.* TO '\(user)'@'\(host)'")
        }
        try followed.write { $0.put("mail", count: 5) }
        var address = followed.database.address
        address.user = user
        let projection = Projection(
            address: address, password: nil, source: try followed.base.reader(),
            owner: StoreOwner(cluster: World.cluster, node: 1))
        try projection.settle()
        try followed.expectEqual()
        #expect(throws: (any Error).self) {
            try followed.database.edit(as: user, "DROP TABLE jobs")
        }
    }

    @Test func `A user who may not alter tables is told what is missing`() throws {
        let followed = try downgraded()
        let user = "taskraft_few_rights"
        for host in ["%", "localhost", "127.0.0.1"] {
            try followed.database.edit(
                "CREATE USER IF NOT EXISTS '\(user)'@'\(host)'",
                "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, INDEX, REFERENCES "
                    + "ON `taskraft%`.* TO '\(user)'@'\(host)'")
        }
        var address = followed.database.address
        address.user = user
        let status = Projection(
            address: address, password: nil, source: try followed.base.reader(),
            owner: StoreOwner(cluster: World.cluster, node: 1)
        ).step()
        #expect(status.state == .down)
        #expect(status.error?.contains("GRANT ALTER") == true)
    }

    @Test func `A table named jobs that is somebody else's is refused and left alone`() throws {
        let followed = try downgraded()
        try followed.database.edit(
            "CREATE TABLE jobs (id INT)", "INSERT INTO jobs VALUES (42)", "COMMIT")
        let status = try followed.projection().step()
        #expect(status.state == .down)
        #expect(status.error?.contains("jobs") == true)
        #expect(try followed.database.ask("SELECT id FROM jobs") == ["42"])
        let columns = "SELECT COUNT(*) FROM information_schema.columns"
            + " WHERE table_schema = DATABASE() AND table_name = 'jobs'"
        #expect(try followed.database.ask(columns) == ["1"])
    }
}
