import Replica
import Work

/// `stats`. Jobs are counted in the whole cluster; commands and connections, on this node.
extension StatsText {
    init(
        _ answer: JobAnswer, _ ledger: inout Ledger, _ facts: ServerFacts, jobBytes: UInt32
    ) {
        self.init()
        let tubes = ledger.list(answer.queues).count
        add(answer.queues)
        add(ledger)
        add("job-timeouts", answer.timeouts)
        let puts = answer.queues.reduce(0) { $0 + $1.record.counts.puts }
        // What a queue counted is gone with the queue.
        add("total-jobs", max(puts, ledger.lastJob))
        add("max-job-size", UInt64(jobBytes))
        add("current-tubes", tubes)
        add("current-connections", ledger.connections)
        add("current-producers", ledger.producers)
        add("current-workers", ledger.workers)
        add("current-waiting", ledger.waiters)
        add("total-connections", ledger.connectionsTotal)
        add(facts, isDraining: ledger.isDraining)
    }

    private mutating func add(_ queues: [QueueView]) {
        add("current-jobs-urgent", queues.reduce(0) { $0 + $1.urgent })
        add("current-jobs-ready", queues.reduce(0) { $0 + $1.ready })
        add("current-jobs-reserved", queues.reduce(0) { $0 + $1.reserved })
        add("current-jobs-delayed", queues.reduce(0) { $0 + $1.delayed })
        add("current-jobs-buried", queues.reduce(0) { $0 + $1.buried })
    }

    private static let counted: [(key: String, verb: Verb)] = [
        ("cmd-put", .put), ("cmd-peek", .peek), ("cmd-peek-ready", .peekReady),
        ("cmd-peek-delayed", .peekDelayed), ("cmd-peek-buried", .peekBuried),
        ("cmd-reserve", .reserve), ("cmd-reserve-with-timeout", .reserveWithTimeout),
        ("cmd-delete", .delete), ("cmd-release", .release), ("cmd-use", .use),
        ("cmd-watch", .watch), ("cmd-ignore", .ignore), ("cmd-bury", .bury),
        ("cmd-kick", .kick), ("cmd-touch", .touch), ("cmd-stats", .stats),
        ("cmd-stats-job", .statsJob), ("cmd-stats-tube", .statsTube),
        ("cmd-list-tubes", .listTubes), ("cmd-list-tube-used", .listTubeUsed),
        ("cmd-list-tubes-watched", .listTubesWatched), ("cmd-pause-tube", .pauseTube),
    ]

    private mutating func add(_ ledger: Ledger) {
        for (key, verb) in Self.counted { add(key, ledger.count(of: verb)) }
    }

    private mutating func add(_ facts: ServerFacts, isDraining: Bool) {
        add("pid", facts.process)
        add("version", quoted: facts.version)
        add("rusage-utime", microseconds: facts.userTime)
        add("rusage-stime", microseconds: facts.systemTime)
        add("uptime", facts.uptime)
        add("binlog-oldest-index", facts.binlog.oldest)
        add("binlog-current-index", facts.binlog.current)
        add("binlog-records-migrated", facts.binlog.migrated)
        add("binlog-records-written", facts.binlog.written)
        add("binlog-max-size", facts.binlog.sizeMax)
        add("draining", word: isDraining ? "true" : "false")
        add("id", word: facts.id)
        add("hostname", quoted: facts.hostname)
        add("os", quoted: facts.system)
        add("platform", quoted: facts.platform)
    }
}
