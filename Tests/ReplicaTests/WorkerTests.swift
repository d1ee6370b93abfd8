import Raft
import Replica
import Testing
import Work

/// Workers and their leader, which are one node here: the simulator has the others.
@Suite struct WorkerTests {
    private let node = TestReplica(voters: [1], machineVersion: 2)
    private let origin = Origin(node: 1, incarnation: 7)
    private let queue = QueueName("mail")!

    init() {
        node.run()
        #expect(node.machineVersion == 2)
    }

    private func session(_ number: UInt64) -> SessionID {
        SessionID(origin: origin, number: 1 << 40 + number)
    }

    private func open(_ number: UInt64) -> SessionID {
        node.step(.openSession(session(number), isAttached: true))
        return session(number)
    }

    private func wait(_ token: UInt64, _ session: SessionID, max: Int = 1) {
        node.step(
            .wait(
                token: token,
                Reservation(
                    session: session, isAttached: true, wait: token, queues: [queue], max: max)))
    }

    private func ask(_ token: UInt64, _ command: JobCommand) {
        node.step(.propose(token: token, .jobs(command), actor: nil, key: nil))
    }

    private func put(_ token: UInt64, _ body: String, timeToRun: UInt64 = 60_000) {
        ask(token, .put(queue, [NewJob(timeToRun: timeToRun, body: Array(body.utf8))]))
    }

    /// The tokens of those who got jobs, with what they got.
    private var grants: [String] {
        node.waits.flatMap { wait in
            guard case .granted(let jobs) = wait.outcome else { return ["\(wait.token) refused"] }
            return jobs.map { "\(wait.token): \(String(decoding: $0.body, as: UTF8.self))" }
        }
    }

    @Test func `A job that is there is granted at once`() {
        put(1, "a")
        wait(100, open(1))
        #expect(grants == ["100: a"])
        #expect(node.job(1)?.state == .reserved)
    }

    @Test func `Who waits longest gets the next job`() {
        wait(100, open(1))
        wait(101, open(2))
        #expect(grants.isEmpty)
        put(1, "a")
        put(2, "b")
        #expect(grants == ["100: a", "101: b"])
    }

    @Test func `A wait that was given up gets nothing, and its place goes to the next`() {
        let first = open(1)
        wait(100, first)
        wait(101, open(2))
        node.step(.endWait(first, wait: 100))
        put(1, "a")
        #expect(grants == ["101: a"])
    }

    @Test func `A later wait of a session stands for the earlier one`() {
        let session = open(1)
        wait(100, session)
        wait(101, session)
        node.step(.endWait(session, wait: 100))
        put(1, "a")
        #expect(grants == ["101: a"])
    }

    @Test func `Several jobs at once are as many as there are, for one who wants more`() {
        put(1, "a")
        put(2, "b")
        wait(100, open(1), max: 5)
        #expect(grants == ["100: a", "100: b"])
    }

    @Test func `A session that ends gives back what it holds, to who waits`() {
        put(1, "a")
        let first = open(1)
        wait(100, first)
        wait(101, open(2))
        node.step(.closeSession(first))
        #expect(grants == ["100: a", "101: a"])
        #expect(node.openSessions == 1)
    }

    @Test func `A lease ends when its time is over, and not before`() {
        put(1, "a", timeToRun: 2_000)
        wait(100, open(1))
        wait(101, open(2))
        node.wait(.milliseconds(1_980))
        #expect(grants == ["100: a"])
        node.wait(.milliseconds(60))
        #expect(grants == ["100: a", "101: a"])
        #expect(node.job(1)?.counts.timeouts == 1)
    }

    @Test func `A delay ends by itself`() {
        ask(1, .put(queue, [NewJob(start: .after(1_000), body: [65])]))
        wait(100, open(1))
        node.wait(.milliseconds(980))
        #expect(grants.isEmpty)
        node.wait(.milliseconds(60))
        #expect(grants == ["100: A"])
    }

    @Test func `A time that began late in a millisecond does not end early in one`() {
        node.tick(after: .init(nanoseconds: 900_000))
        ask(1, .put(queue, [NewJob(start: .after(1_000), body: [65])]))
        wait(100, open(1))
        node.tick(after: .init(nanoseconds: 999_500_000))
        #expect(grants.isEmpty)
        node.tick(after: .milliseconds(1))
        #expect(grants == ["100: A"])
    }

    @Test func `A job that somebody takes by its number and leaves goes back`() {
        put(1, "a")
        let session = session(1)
        ask(2, .reserveJob(JobID(1), session, isAttached: true))
        // The connection was gone before its command was applied.
        node.run()
        #expect(node.job(1)?.state == .ready)
        #expect(node.job(1)?.counts.reserves == 0)
        #expect(node.openSessions == 0)
    }

    @Test func `What an earlier boot was granted stays with whoever was told of it`() {
        put(1, "a")
        let earlier = SessionID(origin: origin, number: 5)
        // As it is applied again when the node starts.
        let wish = Reservation(
            session: earlier, isAttached: false, wait: 5, queues: [queue], max: 1)
        ask(2, .reserve(wish))
        node.run()
        #expect(node.job(1)?.state == .reserved)
        #expect(node.job(1)?.counts.reserves == 1)
    }

    @Test func `What a node held that is no member any more goes back`() {
        put(1, "a")
        let other = Origin(node: 2, incarnation: 22)
        let registration = NodeRegistration(
            id: 2, name: "n2", address: "http://n2", incarnation: 22)
        node.forward(.registerNode(registration), of: other, number: 1)
        let session = SessionID(origin: other, number: 1 << 40)
        node.forward(
            .jobs(.reserveJob(JobID(1), session, isAttached: true)), of: other, number: 2)
        #expect(node.job(1)?.state == .reserved)
        node.wait(.milliseconds(7_000))
        #expect(node.job(1)?.state == .ready)
        #expect(node.openSessions == 0)
    }

    /// The next leader would end what it has just begun, for a silence that it knows nothing of.
    @Test func `What a leader decided goes with its office`() {
        let node = TestReplica(voters: [1, 2], machineVersion: 2)
        node.win()
        node.step(.connected(NodeID(2), machineVersion: 2))
        for _ in 0..<20 {
            node.acknowledgeAll()
            node.wait(.milliseconds(20))
        }
        let other = Origin(node: 3, incarnation: 33)
        node.forward(
            .registerNode(.init(id: 3, name: "n3", address: "http://n3", incarnation: 33)),
            of: other, number: 1)
        node.forward(.jobs(.put(queue, [NewJob(body: [65])])), of: other, number: 2)
        let session = SessionID(origin: other, number: 1 << 40)
        node.forward(
            .jobs(.reserveJob(JobID(1), session, isAttached: true)), of: other, number: 3)
        node.acknowledgeAll()
        #expect(node.openSessions == 1)
        // n3 is silent, until its sessions are to be closed.
        let before = node.lastPosition
        while node.lastPosition == before {
            node.acknowledgeAll()
            node.wait(.milliseconds(20))
        }
        let noop = Entry(
            position: LogPosition(term: before.term.next, index: before.index.next), kind: .noop,
            payload: [])
        node.receive(
            .appendEntries(
                AppendEntries(previous: before, entries: [noop], commit: before.index, round: 0)),
            term: noop.term)
        node.wait(.milliseconds(200))
        let isForwarded = node.sent.contains { _, message in
            if case .forward = message { true } else { false }
        }
        #expect(!isForwarded && node.openSessions == 1)
    }

    @Test func `A sole member takes a job as long as there may be`() {
        put(1, String(repeating: "a", count: Limits.jobBytes))
        #expect(node.job(1)?.body.count == Limits.jobBytes)
    }

    @Test func `A paused queue gives nothing until it is resumed`() {
        put(1, "a")
        ask(2, .pause(queue, nil))
        wait(100, open(1))
        #expect(grants.isEmpty)
        ask(3, .pause(queue, 0))
        #expect(grants == ["100: a"])
    }

    @Test func `Members that run an older program keep the job queue closed`() {
        let old = TestReplica(voters: [1], machineVersion: 1)
        old.run()
        old.step(.propose(token: 1, .jobs(.kick(queue, 1)), actor: nil, key: nil))
        #expect(old.refused == [1])
    }
}
