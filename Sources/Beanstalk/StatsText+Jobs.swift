import Replica
import Work

/// `stats-job`, `stats-tube` and the lists of tubes.
extension StatsText {
    init(_ job: JobRecord, clusterTime: UInt64, wallTime: Timestamp) {
        self.init()
        add("id", job.id.rawValue)
        add("tube", quoted: job.queue.text)
        add("state", word: job.state.name)
        add("pri", UInt64(job.priority))
        add("age", max(wallTime.milliseconds - job.created.milliseconds, 0).seconds)
        add("delay", job.delay / 1000)
        add("ttr", job.timeToRun / 1000)
        add("time-left", Self.timeLeft(job, clusterTime))
        add("file", 0 as UInt64)
        add("reserves", UInt64(job.counts.reserves))
        add("timeouts", UInt64(job.counts.timeouts))
        add("releases", UInt64(job.counts.releases))
        add("buries", UInt64(job.counts.buries))
        add("kicks", UInt64(job.counts.kicks))
    }

    /// Whole seconds. Some of the first has always passed, as clients expect it.
    private static func timeLeft(_ job: JobRecord, _ now: UInt64) -> UInt64 {
        switch job.state {
        case .ready, .buried: 0
        case .delayed: secondsLeft(job.due, now)
        case .reserved: secondsLeft(min(job.due, now + job.timeToRun), now)
        }
    }

    private static func secondsLeft(_ end: UInt64, _ now: UInt64) -> UInt64 {
        end > now ? (end - now - 1) / 1000 : 0
    }

    /// A tube that is not a queue of the cluster has no jobs.
    init(_ name: QueueName, _ queue: QueueView?, _ tube: Ledger.Tube?, clusterTime: UInt64) {
        self.init()
        let counts = queue?.record.counts ?? QueueCounts()
        let earlier = tube?.earlier ?? QueueCounts()
        add("name", quoted: name.text)
        add("current-jobs-urgent", queue?.urgent ?? 0)
        add("current-jobs-ready", queue?.ready ?? 0)
        add("current-jobs-reserved", queue?.reserved ?? 0)
        add("current-jobs-delayed", queue?.delayed ?? 0)
        add("current-jobs-buried", queue?.buried ?? 0)
        add("total-jobs", Self.since(earlier.puts, counts.puts))
        add("current-using", tube?.users ?? 0)
        add("current-watching", tube?.watchers ?? 0)
        add("current-waiting", tube?.waiters ?? 0)
        add("cmd-delete", Self.since(earlier.deletes, counts.deletes))
        add("cmd-pause-tube", Self.since(earlier.pauses, counts.pauses))
        let end = queue?.record.pausedUntil ?? 0
        let isPaused = end > clusterTime
        add("pause", isPaused ? Self.pauseSeconds(queue?.record.pause ?? 0) : 0)
        add("pause-time-left", isPaused ? Self.pauseSeconds(end - clusterTime - 1) : 0)
    }

    /// Unless the queue has begun anew as well.
    private static func since(_ earlier: UInt64, _ count: UInt64) -> UInt64 {
        count >= earlier ? count - earlier : count
    }

    /// A pause without an end is the longest that can be asked for.
    private static func pauseSeconds(_ milliseconds: UInt64) -> UInt64 {
        min(milliseconds, Limits.jobSpan) / 1000
    }

    init(_ tubes: [QueueName]) {
        self.init()
        for tube in tubes { add(item: tube.text) }
    }
}

extension Int64 {
    fileprivate var seconds: UInt64 { UInt64(self / 1000) }
}
