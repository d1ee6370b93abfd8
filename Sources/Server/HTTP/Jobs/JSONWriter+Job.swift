import FoundationEssentials
import Work

/// How a job is shown.
struct JobView {
    enum Body {
        case none
        case whole
        /// The first so many bytes as text.
        case preview(Int)
    }

    var job: JobRecord
    /// Milliseconds until its delay or its lease ends.
    var left: UInt64?
    var body = Body.none
    var hasLease = false

    /// At a time of the cluster's clock.
    init(_ job: JobRecord, at now: UInt64, body: Body) {
        self.job = job
        self.body = body
        switch job.state {
        case .delayed, .reserved: left = job.due > now ? job.due - now : 0
        case .ready, .buried: left = nil
        }
    }

    /// As it was granted or renewed just now.
    init(held job: JobRecord, body: Body, hasLease: Bool = false) {
        self.job = job
        self.body = body
        self.hasLease = hasLease
        left = job.timeToRun
    }
}

extension JSONWriter {
    /// About what a job takes as JSON.
    static func size(of view: JobView) -> Int {
        switch view.body {
        case .none: 600
        case .whole: 600 + view.job.body.count * 3 / 2
        case .preview(let length): 600 + length * 2
        }
    }

    mutating func job(_ view: JobView) {
        let job = view.job
        object {
            $0.member("id", job.id.rawValue)
            $0.member("queue", job.queue.text)
            $0.member("state", job.state.name)
            if view.hasLease {
                $0.member("lease", LeaseToken(job: job.id, generation: job.generation).text)
            }
            $0.member("priority", job.priority)
            $0.member("created", job.created.text)
            $0.member("age_ms", job.created.age)
            $0.member("delay_ms", job.delay)
            $0.member("ttr_ms", job.timeToRun)
            $0.member("due_in_ms", optional: view.left)
            $0.name("retry")
            $0.retry(job.retry)
            $0.member("unique", optional: job.unique)
            $0.member("error", optional: job.error)
            $0.member("traceparent", optional: job.traceparent?.text)
            $0.counts(job)
            $0.body(job.body, view.body)
        }
    }

    private mutating func retry(_ retry: RetryPolicy) {
        if retry == .none { return null() }
        object {
            $0.member("attempts", retry.attempts)
            $0.member("backoff", retry.growth.name)
            $0.member("delay_ms", retry.base)
            $0.member("max_delay_ms", optional: retry.longest == .max ? nil : retry.longest)
            $0.member("jitter", retry.jitter)
        }
    }

    private mutating func counts(_ job: JobRecord) {
        let counts = job.counts
        // Of a reserved job this attempt is under way, and not counted yet.
        let current: UInt64 = job.state == .reserved ? 1 : 0
        member("attempt", UInt64(counts.tries) + current)
        member("reserves", counts.reserves)
        member("timeouts", counts.timeouts)
        member("releases", counts.releases)
        member("buries", counts.buries)
        member("kicks", counts.kicks)
        member("failures", counts.failures)
        member("size", job.body.count)
    }

    private mutating func body(_ bytes: [UInt8], _ form: JobView.Body) {
        switch form {
        case .none: return
        case .preview(let length):
            // Half a character at the end, or what is no text, is shown as such.
            member("preview", String(decoding: bytes.prefix(length), as: UTF8.self))
        case .whole:
            if let text = String(validating: bytes, as: UTF8.self) {
                member("body", text)
            } else {
                member("body_base64", Data(bytes).base64EncodedString())
            }
        }
    }
}

// MARK: Queues

extension JSONWriter {
    /// `now` is on the cluster's clock.
    mutating func queue(_ view: QueueView, at now: UInt64) {
        object { $0.queueMembers(view, at: now) }
    }

    mutating func queueMembers(_ view: QueueView, at now: UInt64) {
        let record = view.record
        member("name", record.name.text)
        member("jobs", view.count)
        member("ready", view.ready)
        member("urgent", view.urgent)
        member("delayed", view.delayed)
        member("reserved", view.reserved)
        member("buried", view.buried)
        member("oldest", optional: view.oldest?.text)
        member("oldest_age_ms", optional: view.oldest?.age)
        member("paused", record.pausedUntil > 0)
        let isBounded = record.pausedUntil > 0 && record.pausedUntil < QueueRecord.untilResumed
        let left = record.pausedUntil > now ? record.pausedUntil - now : 0
        member("pause_left_ms", optional: isBounded ? left : nil)
        member("purging", record.purge != nil)
        name("settings")
        settings(record.settings)
        name("totals")
        totals(record.counts)
    }

    private mutating func settings(_ settings: QueueSettings?) {
        guard let settings else { return null() }
        object {
            $0.member("length", optional: settings.length)
            $0.member("body", optional: settings.body)
            $0.member("concurrency", optional: settings.concurrency)
        }
    }

    private mutating func totals(_ counts: QueueCounts) {
        object {
            $0.member("puts", counts.puts)
            $0.member("reserves", counts.reserves)
            $0.member("deletes", counts.deletes)
            $0.member("timeouts", counts.timeouts)
            $0.member("releases", counts.releases)
            $0.member("buries", counts.buries)
            $0.member("kicks", counts.kicks)
            $0.member("failures", counts.failures)
            $0.member("pauses", counts.pauses)
        }
    }
}

extension Timestamp {
    /// By this machine's clock.
    static var now: Timestamp {
        Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    }

    /// Milliseconds since then; 0 if that is yet to come.
    var age: UInt64 { UInt64(max(0, Self.now.milliseconds - milliseconds)) }
}
