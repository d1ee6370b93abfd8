import Beanstalk
import Replica
import Testing
import Work

/// Workers that wait, leases that end, and clients that go away meanwhile.
@Suite struct WaitingTests {
    private var server = TestServer()
    private let producer: Int
    private let worker: Int

    init() {
        producer = server.connect()
        worker = server.connect()
    }

    private mutating func put(_ rest: String = "0 0 60 1\r\nx\r\n") {
        #expect(server.ask(producer, "put \(rest)").hasPrefix("INSERTED"))
    }

    @Test mutating func `The worker who has waited longest is served first`() {
        let second = server.connect()
        #expect(server.ask(worker, "reserve\r\n") == "")
        #expect(server.ask(second, "reserve\r\n") == "")
        put()
        #expect(server.heard(worker) == "RESERVED 1 1\r\nx\r\n")
        #expect(server.heard(second) == "")
        put()
        #expect(server.heard(second) == "RESERVED 2 1\r\nx\r\n")
    }

    @Test mutating func `A wait ends when its time is over, and not before`() {
        #expect(server.ask(worker, "reserve-with-timeout 2\r\n") == "")
        server.pass(milliseconds: 1_999)
        #expect(server.heard(worker) == "")
        server.pass(milliseconds: 1)
        #expect(server.heard(worker) == "TIMED_OUT\r\n")
        put()
        #expect(server.heard(worker) == "", "it does not wait any more")
    }

    @Test mutating func `Who does not want to wait is answered at once, without an entry`() {
        let before = server.proposed.count
        #expect(server.ask(worker, "reserve-with-timeout 0\r\n") == "TIMED_OUT\r\n")
        #expect(server.proposed.count == before)
        put()
        #expect(server.ask(worker, "reserve-with-timeout 0\r\n") == "RESERVED 1 1\r\nx\r\n")
    }

    @Test mutating func `A wait without an end outlasts everything`() {
        #expect(server.ask(worker, "reserve\r\n") == "")
        server.pass(milliseconds: 100_000_000)
        #expect(server.heard(worker) == "")
        put()
        #expect(server.heard(worker) == "RESERVED 1 1\r\nx\r\n")
    }

    @Test mutating func `Within a second of its deadline a worker is told instead of waiting`() {
        put("0 0 3 1\r\nx\r\n")
        _ = server.ask(worker, "reserve\r\n")
        #expect(server.ask(worker, "reserve\r\n") == "")
        server.pass(milliseconds: 1_999)
        #expect(server.heard(worker) == "")
        server.pass(milliseconds: 1)
        #expect(server.heard(worker) == "DEADLINE_SOON\r\n")
        #expect(server.ask(worker, "reserve\r\n") == "DEADLINE_SOON\r\n")
        #expect(server.ask(worker, "reserve-with-timeout 0\r\n") == "DEADLINE_SOON\r\n")
        put()
        #expect(server.ask(worker, "reserve\r\n") == "RESERVED 2 1\r\nx\r\n", "there is a job")
        #expect(server.ask(worker, "touch 1\r\n") == "TOUCHED\r\n")
        #expect(server.ask(worker, "reserve\r\n") == "")
    }

    @Test mutating func `The margin comes before a timeout at the same moment`() {
        put("0 0 3 1\r\nx\r\n")
        _ = server.ask(worker, "reserve\r\n")
        #expect(server.ask(worker, "reserve-with-timeout 2\r\n") == "")
        server.pass(milliseconds: 2_000)
        #expect(server.heard(worker) == "DEADLINE_SOON\r\n")
    }

    @Test mutating func `A lease that ends makes the job ready, for the same worker too`() {
        put("0 0 1 1\r\nx\r\n")
        _ = server.ask(worker, "reserve\r\n")
        #expect(server.ask(worker, "reserve\r\n") == "DEADLINE_SOON\r\n")
        server.pass(milliseconds: 1_000)
        #expect(server.ask(worker, "release 1 0 0\r\n") == "NOT_FOUND\r\n")
        #expect(server.ask(worker, "reserve\r\n") == "RESERVED 1 1\r\nx\r\n")
        #expect(server.ask(worker, "stats-job 1\r\n").value("timeouts") == "1")
        #expect(server.ask(worker, "stats\r\n").value("job-timeouts") == "1")
    }

    @Test mutating func `A time to run of 0 is one second`() {
        put("0 0 0 1\r\nx\r\n")
        #expect(server.ask(worker, "stats-job 1\r\n").value("ttr") == "1")
    }

    @Test mutating func `Settled jobs have no deadline`() {
        for _ in 0..<4 { put("0 0 2 1\r\nx\r\n") }
        _ = server.ask(worker, "reserve\r\nreserve\r\nreserve\r\nreserve\r\n")
        _ = server.ask(worker, "delete 1\r\nrelease 2 9 50\r\nbury 3 0\r\n")
        _ = server.ask(worker, "delete 4\r\nreserve-with-timeout 9\r\n")
        server.pass(milliseconds: 5_000)
        #expect(server.heard(worker) == "")
    }

    @Test mutating func `Who only listens any more is not kept waiting`() {
        #expect(server.ask(worker, "reserve\r\n") == "")
        server.halfClose(worker)
        #expect(server.heard(worker) == "TIMED_OUT\r\n")
        #expect(server.clients[worker].isClosed)
    }

    @Test mutating func `After the input's end all that came before it is answered`() {
        put()
        server.mode = .held
        #expect(server.ask(worker, "delete 1\r\nreserve\r\npeek 1\r\nput 0 0 1 9\r\nab") == "")
        server.halfClose(worker)
        #expect(!server.clients[worker].isClosed)
        server.mode = .deciding
        server.decide()
        #expect(server.heard(worker) == "DELETED\r\nTIMED_OUT\r\nNOT_FOUND\r\n")
        #expect(server.clients[worker].isClosed)
    }

    @Test mutating func `A job that is granted too late goes back, uncounted`() {
        #expect(server.ask(worker, "reserve-with-timeout 1\r\n") == "")
        server.pass(milliseconds: 1_000)
        #expect(server.heard(worker) == "TIMED_OUT\r\n")
        put()
        let session = server.clients[worker].session
        let wish = Reservation(
            session: session, isAttached: true, wait: 1, queues: ["default"].compactMap(QueueName.init),
            max: 1)
        guard case .jobs(.reserved(let jobs)) = server.propose(.reserve(wish)) else {
            Issue.record("the engine grants it")
            return
        }
        server.happen(worker, .waited(wait: 1, .granted(jobs)))
        #expect(server.heard(worker) == "")
        #expect(server.ask(worker, "stats-job 1\r\n").value("state") == "ready")
        #expect(server.ask(worker, "stats-job 1\r\n").value("reserves") == "0")
    }

    @Test mutating func `Who polls is told soon if others were faster`() {
        put()
        let other = server.connect()
        server.mode = .held
        #expect(server.ask(worker, "reserve-with-timeout 0\r\n") == "")
        #expect(server.ask(other, "reserve-job 1\r\n") == "")
        server.decide()
        #expect(server.heard(other) == "RESERVED 1 1\r\nx\r\n")
        server.pass(milliseconds: 250)
        #expect(server.heard(worker) == "TIMED_OUT\r\n")
    }

    @Test mutating func `A stopping node ends the connection of a waiting worker`() {
        #expect(server.ask(worker, "reserve\r\n") == "")
        server.happen(worker, .waited(wait: 1, .stopping))
        #expect(server.heard(worker) == "")
        #expect(server.clients[worker].isClosed)
        #expect(server.ledger.waiters == 0)
    }
}
