import FoundationEssentials
package import HTTPTypes
package import Work

/// Jobs as clients hand them in.
package enum JobInput {
    /// The bodies and keys of one request together: it is one command, all or nothing.
    static let batchBytes = Limits.commandBytes - 2_048

    private static let nullable: Set = [
        "priority", "delay", "run_at", "ttr", "retry", "unique", "traceparent",
    ]
    private static let nullableOfRetry: Set = [
        "attempts", "backoff", "delay", "max_delay", "jitter",
    ]

    /// One job, or an array of them.
    package static func jobs(
        _ value: JSONValue
    ) throws(Problem) -> (jobs: [NewJob], isBatch: Bool) {
        guard case .array(let elements) = value else {
            return ([try job(value, at: "")], false)
        }
        guard (1...Limits.jobsPerCommand).contains(elements.count) else {
            throw .batchTooLarge("an array has 1 to \(Limits.jobsPerCommand) jobs")
        }
        var problems = FieldProblems()
        var jobs: [NewJob] = []
        for (place, element) in elements.enumerated() {
            var reader = FieldReader(element, at: "/\(place)", nullable: nullable)
            jobs.append(job(&reader))
            problems.add(reader.finish())
        }
        try problems.check()
        for job in jobs { try check(job) }
        guard size(of: jobs) <= batchBytes else {
            throw .batchTooLarge("jobs of one request have about \(batchBytes) bytes at most")
        }
        return (jobs, true)
    }

    /// About what they take in a command.
    private static func size(of jobs: [NewJob]) -> Int {
        jobs.reduce(0) { size, job in
            size + (job.traceparent == nil ? 64 : 96) + job.body.count
                + (job.unique?.text.utf8.count ?? 0)
        }
    }

    /// The jobs with the trace of the request where they name none themselves. A header that is no
    /// `traceparent` is ignored, as the specification says. Who traces may not even know it, so a
    /// trace never makes a request too large.
    package static func traced(_ jobs: [NewJob], by headers: HTTPFields) -> [NewJob] {
        let values = headers[values: .traceparent]
        guard values.count == 1, let trace = TraceParent(values[0]) else { return jobs }
        let traced = jobs.map { job in
            var job = job
            job.traceparent = job.traceparent ?? trace
            return job
        }
        return jobs.count == 1 || size(of: traced) <= batchBytes ? traced : jobs
    }

    private static func job(_ value: JSONValue, at pointer: String) throws(Problem) -> NewJob {
        var reader = FieldReader(value, at: pointer, nullable: nullable)
        let job = job(&reader)
        try reader.finish().check()
        try check(job)
        return job
    }

    /// A body as it is, with options in the query.
    package static func job(
        body: [UInt8], parameters: [String: String]
    ) throws(Problem) -> NewJob {
        var reader = FieldReader(parameters: parameters)
        var job = NewJob(body: body)
        options(&job, &reader)
        job.retry = retry(&reader, delay: "retry_delay")
        if let key = key("unique", &reader) {
            job.unique = NewJob.Unique(text: key, window: reader.span("window") ?? 0)
        }
        try reader.finish().check()
        try check(job)
        return job
    }

    package static let parameters = [
        "priority", "delay", "run_at", "ttr", "attempts", "backoff", "retry_delay", "max_delay",
        "jitter", "unique", "window",
    ]

    private static func check(_ job: NewJob) throws(Problem) {
        let limit = Limits.jobBytesShared
        if job.body.count > limit { throw .bodyTooLong(limit: UInt64(limit)) }
    }
}

// MARK: Fields

extension JobInput {
    private static func job(_ reader: inout FieldReader) -> NewJob {
        var job = NewJob(body: body(&reader))
        options(&job, &reader)
        let retry = reader.object("retry", nullable: nullableOfRetry) {
            Self.retry(&$0, delay: "delay")
        }
        job.retry = retry ?? .none
        job.unique = unique(&reader)
        job.traceparent = trace(&reader)
        return job
    }

    private static func options(_ job: inout NewJob, _ reader: inout FieldReader) {
        if let priority = reader.integer("priority", 0...UInt64(UInt32.max)) {
            job.priority = UInt32(priority)
        }
        let delay = reader.span("delay")
        if let delay { job.start = .after(delay) }
        if let time = reader.time("run_at") {
            job.start = .at(time)
            if delay != nil { reader.report("run_at", "cannot be given together with delay") }
        }
        if let timeToRun = reader.span("ttr") { job.timeToRun = timeToRun }
    }

    private static func body(_ reader: inout FieldReader) -> [UInt8] {
        let text = reader.string("body")
        let encoded = reader.string("body_base64")
        switch (text, encoded) {
        case (let text?, nil): return Array(text.utf8)
        case (nil, let encoded?):
            if let data = Data(base64Encoded: encoded) { return Array(data) }
            reader.report("body_base64", "is not base64 (RFC 4648, section 4, with padding)")
        case (nil, nil):
            if reader.problems.isEmpty { reader.report("body", "is required, or body_base64") }
        case (.some, .some):
            reader.report("body_base64", "cannot be given together with body")
        }
        return []
    }

    private static func retry(_ reader: inout FieldReader, delay name: String) -> RetryPolicy {
        let most = UInt64(UInt32.max)
        let attempts = reader.integer("attempts", 0...most) ?? 0
        let growth = reader.choice("backoff", RetryPolicy.Growth.allCases.map { ($0.name, $0) })
        let delay = reader.span(name, limit: most) ?? 0
        let longest = reader.span("max_delay", limit: most)
        let jitter = reader.integer("jitter", 0...100)
        if delay == 0, growth != nil || longest != nil || jitter != nil {
            reader.report(name, "is required with backoff, max_delay or jitter")
        }
        return RetryPolicy(
            attempts: UInt32(attempts), base: UInt32(delay), longest: UInt32(longest ?? most),
            growth: growth ?? (delay > 0 ? .exponential : .constant), jitter: UInt8(jitter ?? 0))
    }

    /// A key alone, or a key with its window.
    private static func unique(_ reader: inout FieldReader) -> NewJob.Unique? {
        if reader.isObject("unique") {
            let found: NewJob.Unique?? = reader.object("unique", nullable: ["window"]) { inner in
                let window = inner.span("window") ?? 0
                guard let key = key("key", &inner) else {
                    inner.report("key", "is required")
                    return nil
                }
                return NewJob.Unique(text: key, window: window)
            }
            return found ?? nil
        }
        return key("unique", &reader).map { NewJob.Unique(text: $0, window: 0) }
    }

    private static func trace(_ reader: inout FieldReader) -> TraceParent? {
        guard let text = reader.string("traceparent") else { return nil }
        let trace = TraceParent(text)
        if trace == nil { reader.report("traceparent", TraceParent.rule) }
        return trace
    }

    private static func key(_ name: String, _ reader: inout FieldReader) -> String? {
        guard let text = reader.string(name) else { return nil }
        let length = text.utf8.count
        if length > Limits.keyBytes {
            reader.report(name, "has \(length) bytes, at most \(Limits.keyBytes) are allowed")
        } else if let problem = Text.problem(text, 1...Limits.keyBytes) {
            reader.report(name, problem)
        }
        return text
    }
}

extension RetryPolicy.Growth {
    package var name: String {
        switch self {
        case .constant: "constant"
        case .linear: "linear"
        case .exponential: "exponential"
        }
    }
}
