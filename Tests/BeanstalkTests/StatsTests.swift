import Beanstalk
import Testing
import Work

/// The texts that monitors and client libraries read: keys, their order, their kinds.
@Suite struct StatsTests {
    private var server = TestServer()
    private let client: Int

    init() { client = server.connect() }

    private func keys(_ text: String) -> String {
        text.split(separator: "\n").dropFirst().dropLast().map { line in
            String(line.prefix { $0 != ":" })
        }.joined(separator: " ")
    }

    @Test mutating func `A server's statistics have their 51 keys, in their order`() {
        let text = server.ask(client, "stats\r\n")
        #expect(
            keys(text)
                == """
                current-jobs-urgent current-jobs-ready current-jobs-reserved \
                current-jobs-delayed current-jobs-buried cmd-put cmd-peek cmd-peek-ready \
                cmd-peek-delayed cmd-peek-buried cmd-reserve cmd-reserve-with-timeout cmd-delete \
                cmd-release cmd-use cmd-watch cmd-ignore cmd-bury cmd-kick cmd-touch cmd-stats \
                cmd-stats-job cmd-stats-tube cmd-list-tubes cmd-list-tube-used \
                cmd-list-tubes-watched cmd-pause-tube job-timeouts total-jobs max-job-size \
                current-tubes current-connections current-producers current-workers \
                current-waiting total-connections pid version rusage-utime rusage-stime uptime \
                binlog-oldest-index binlog-current-index binlog-records-migrated \
                binlog-records-written binlog-max-size draining id hostname os platform
                """)
        #expect(keys(text).split(separator: " ").count == 51)
        #expect(text.value("cmd-stats") == "1")
        #expect(text.value("max-job-size") == "65535")
        #expect(text.value("version") == "\"1.13\"")
        #expect(text.value("rusage-utime") == "1.000002")
        #expect(text.value("rusage-stime") == "0.340000")
        #expect(text.value("hostname") == "\"host\"")
        #expect(text.value("draining") == "false")
    }

    @Test mutating func `The length does not count the last line's end`() throws {
        let text = server.ask(client, "stats-tube default\r\n")
        let parts = text.split(separator: "\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        #expect(parts[0] == "OK \(parts[1].utf8.count - 2)")
        #expect(parts[1].hasPrefix("---\nname: \"default\"\n") && parts[1].hasSuffix("\n\r\n"))
    }

    @Test mutating func `A tube's statistics have their 14 keys, in their order`() {
        _ = server.ask(client, "put 1023 0 60 1\r\nx\r\nput 1024 0 60 1\r\nx\r\n")
        _ = server.ask(client, "put 0 9 60 1\r\nx\r\nreserve\r\nput 0 0 60 1\r\nx\r\ndelete 4\r\n")
        let text = server.ask(client, "pause-tube default 7\r\nstats-tube default\r\n")
        #expect(
            text.hasSuffix(
                """
                name: "default"
                current-jobs-urgent: 0
                current-jobs-ready: 1
                current-jobs-reserved: 1
                current-jobs-delayed: 1
                current-jobs-buried: 0
                total-jobs: 4
                current-using: 1
                current-watching: 1
                current-waiting: 0
                cmd-delete: 1
                cmd-pause-tube: 1
                pause: 7
                pause-time-left: 6
                \r\n
                """))
    }

    @Test mutating func `A job's statistics have their 14 keys, in their order`() {
        _ = server.ask(client, "use t\r\nput 5 0 10 1\r\nx\r\nreserve-job 1\r\n")
        let text = server.ask(client, "stats-job 1\r\n")
        #expect(
            text.hasSuffix(
                """
                ---
                id: 1
                tube: "t"
                state: reserved
                pri: 5
                age: 0
                delay: 0
                ttr: 10
                time-left: 9
                file: 0
                reserves: 1
                timeouts: 0
                releases: 0
                buries: 0
                kicks: 0
                \r\n
                """))
        server.pass(milliseconds: 3_500)
        let later = server.ask(client, "stats-job 1\r\n")
        #expect(later.value("age") == "3" && later.value("time-left") == "6")
        #expect(server.ask(client, "stats-job 2\r\n") == "NOT_FOUND\r\n")
    }

    @Test mutating func `Commands are counted, also some that failed`() {
        _ = server.ask(client, "put 0 0 1 3\r\nabcde")
        _ = server.ask(client, "put 0 0 1 1x\r\nput 0 0\r\n")
        _ = server.ask(client, "put 0 0 1 70000\r\n" + String(repeating: "z", count: 70_002))
        _ = server.ask(client, "peek 1\r\npeek-ready\r\npeek-delayed\r\npeek-buried\r\npeek x\r\n")
        _ = server.ask(client, "reserve-with-timeout 0\r\nreserve-job 1\r\ndelete 1\r\n")
        _ = server.ask(client, "release 1 0 0\r\nbury 1 0\r\ntouch 1\r\nkick 1\r\nkick-job 1\r\n")
        _ = server.ask(client, "use a\r\nwatch a\r\nignore a\r\nuse -\r\npause-tube -x 0\r\n")
        _ = server.ask(client, "list-tubes\r\nlist-tube-used\r\nlist-tubes-watched\r\n")
        _ = server.ask(client, "stats-job 1\r\nstats-tube a\r\nstats\r\n")
        let text = server.ask(client, "stats\r\n")
        let expected = [
            "put": 3, "peek": 1, "peek-ready": 1, "peek-delayed": 1, "peek-buried": 1,
            "reserve": 0, "reserve-with-timeout": 1, "delete": 1, "release": 1, "use": 1,
            "watch": 1, "ignore": 1, "bury": 1, "kick": 1, "touch": 1, "stats": 2,
            "stats-job": 1, "stats-tube": 1, "list-tubes": 1, "list-tube-used": 1,
            "list-tubes-watched": 1, "pause-tube": 1,
        ]
        for (verb, count) in expected { #expect(text.value("cmd-\(verb)") == "\(count)", "\(verb)") }
    }

    @Test mutating func `Connections are counted by what they did`() {
        let worker = server.connect()
        _ = server.ask(client, "put 0 0 60 1\r\nx\r\nput 0 0 60 1\r\nx\r\n")
        _ = server.ask(worker, "reserve\r\ndelete 1\r\nreserve\r\ndelete 2\r\nreserve\r\n")
        var text = server.ask(client, "stats\r\n")
        #expect(text.value("current-connections") == "2")
        #expect(text.value("current-producers") == "1")
        #expect(text.value("current-workers") == "1")
        #expect(text.value("current-waiting") == "1")
        #expect(text.value("total-jobs") == "2")
        #expect(server.ask(client, "stats-tube default\r\n").value("current-waiting") == "1")
        #expect(server.ask(client, "stats-tube default\r\n").value("current-watching") == "2")
        server.close(worker)
        text = server.ask(client, "stats\r\n")
        #expect(text.value("current-connections") == "1")
        #expect(text.value("total-connections") == "2")
        #expect(text.value("current-workers") == "0")
        #expect(text.value("current-waiting") == "0")
        #expect(server.ask(client, "stats-tube default\r\n").value("current-watching") == "1")
    }

    @Test mutating func `A put counts as soon as its line is read`() {
        let other = server.connect()
        _ = server.ask(other, "put 0 0 1 3\r\nab")
        var text = server.ask(client, "stats\r\n")
        #expect(text.value("cmd-put") == "1" && text.value("current-producers") == "1")
        _ = server.ask(other, "c\r\n")
        text = server.ask(client, "stats\r\n")
        #expect(text.value("cmd-put") == "1" && text.value("total-jobs") == "1")
    }

    @Test mutating func `Tubes are listed in the order in which they came to be`() {
        let other = server.connect()
        _ = server.ask(client, "use z\r\n")
        _ = server.ask(other, "watch m\r\nuse a\r\nput 0 0 60 1\r\nx\r\n")
        _ = server.ask(client, "put 0 0 60 1\r\nx\r\nuse default\r\n")
        #expect(
            server.ask(client, "list-tubes\r\n")
                == "OK 26\r\n---\n- default\n- z\n- m\n- a\n\r\n")
        server.close(other)
        #expect(
            server.ask(client, "list-tubes\r\n") == "OK 22\r\n---\n- default\n- z\n- a\n\r\n",
            "nobody watches m any more")
    }

    @Test mutating func `The last tube takes the place of one that goes`() {
        _ = server.ask(client, "watch a\r\nwatch b\r\nwatch c\r\nignore a\r\n")
        #expect(
            server.ask(client, "list-tubes\r\n")
                == "OK 22\r\n---\n- default\n- c\n- b\n\r\n")
        _ = server.ask(client, "watch d\r\nuse d\r\nput 0 0 60 1\r\nx\r\nuse e\r\n")
        _ = server.ask(client, "ignore d\r\nignore c\r\ndelete 1\r\n")
        #expect(
            server.ask(client, "list-tubes\r\n")
                == "OK 22\r\n---\n- default\n- e\n- b\n\r\n")
    }

    @Test mutating func `A tube is gone with its last job, user and watcher`() {
        _ = server.ask(client, "use t\r\nput 0 0 60 1\r\nx\r\nuse default\r\n")
        #expect(server.ask(client, "stats-tube t\r\n").value("current-jobs-ready") == "1")
        _ = server.ask(client, "delete 1\r\n")
        #expect(server.jobs.allQueues.count == 1, "the cluster keeps it for a while")
        #expect(server.ask(client, "stats-tube t\r\n") == "NOT_FOUND\r\n")
        #expect(server.ask(client, "pause-tube t 1\r\n") == "NOT_FOUND\r\n")
        #expect(server.ask(client, "list-tubes\r\n") == "OK 14\r\n---\n- default\n\r\n")
        #expect(server.ask(client, "watch t\r\nstats-tube t\r\n").value("total-jobs") == "1")
    }

    @Test mutating func `On a server alone a tube that comes back has nothing of what it was`() {
        server.ledger.isAlone = true
        _ = server.ask(client, "use t\r\nput 0 0 60 1\r\nx\r\ndelete 1\r\n")
        _ = server.ask(client, "pause-tube t 100\r\nuse default\r\n")
        #expect(server.ask(client, "list-tubes\r\n") == "OK 14\r\n---\n- default\n\r\n")
        #expect(server.ask(client, "stats-tube t\r\n") == "NOT_FOUND\r\n")
        #expect(server.ask(client, "watch t\r\nuse t\r\n") == "WATCHING 2\r\nUSING t\r\n")
        let text = server.ask(client, "stats-tube t\r\n")
        for key in ["total-jobs", "cmd-delete", "cmd-pause-tube", "pause", "pause-time-left"] {
            #expect(text.value(key) == "0", "\(key)")
        }
        #expect(server.ask(client, "put 0 0 60 1\r\nx\r\nreserve\r\n").hasSuffix("2 1\r\nx\r\n"))
        #expect(server.ask(client, "stats-tube t\r\n").value("total-jobs") == "1")
    }

    @Test mutating func `On a server alone a tube with jobs stays what it is without users`() {
        server.ledger.isAlone = true
        _ = server.ask(client, "use t\r\nput 0 0 60 1\r\nx\r\nput 0 0 60 1\r\nx\r\ndelete 1\r\n")
        _ = server.ask(client, "pause-tube t 100\r\nuse default\r\nuse t\r\n")
        let text = server.ask(client, "stats-tube t\r\n")
        #expect(text.value("total-jobs") == "2" && text.value("cmd-delete") == "1")
        #expect(text.value("pause") == "100")
    }

    @Test mutating func `A queue that was made elsewhere is a tube here`() throws {
        let queue = try #require(QueueName("configured"))
        server.propose(.configure(queue, QueueSettings(length: 5)))
        server.propose(.pause(queue, nil))
        let text = server.ask(client, "stats-tube configured\r\n")
        #expect(text.value("pause") == "4294967295")
        #expect(server.ask(client, "list-tubes\r\n").hasSuffix("- default\n- configured\n\r\n"))
        #expect(server.ask(client, "stats\r\n").value("current-tubes") == "2")
    }

    @Test mutating func `The default tube is always there`() {
        #expect(server.ask(client, "use a\r\nwatch a\r\nignore default\r\n").hasSuffix("WATCHING 1\r\n"))
        #expect(server.ask(client, "stats-tube default\r\n").value("current-using") == "0")
        #expect(server.ask(client, "list-tubes\r\n") == "OK 18\r\n---\n- default\n- a\n\r\n")
    }

    @Test(arguments: [0, 1, 77, UInt64.max, 0x123_4567_89ab_cdef])
    func `A server's ID is 16 digits and begins with a letter`(_ random: UInt64) {
        let id = ServerFacts.id(from: random)
        #expect(id.utf8.count == 16)
        #expect(id.first.map { ("a"..."f").contains($0) } == true)
    }
}
