import HTTPTypes
import Hummingbird
import Node
import Replica
import Work

/// Goes through the jobs of a queue by rising number, for those that contain a text.
private struct JobScan {
    let queue: QueueName
    let state: JobState?
    let match: [UInt8]?
    var after: JobID?
    /// Whether there are, or may be, more jobs after that one.
    var hasMore = false

    /// One request looks at so many jobs at most: a text may be in none of a million.
    static let looksMax = 10

    /// The next of them, at most so many, and when and where the first were read.
    mutating func next<Node: JobService>(
        _ limit: Int, _ node: Node, _ consistency: Consistency
    ) async throws(Problem) -> (jobs: [JobRecord], at: JobAnswer) {
        let batch = match == nil ? limit + 1 : Limits.jobsPerCommand
        var found: [JobRecord] = []
        var first: JobAnswer?
        for _ in 0..<(match == nil ? 1 : Self.looksMax) {
            let answer = try await node.look(
                .jobs(queue, state, after: after, limit: batch),
                first == nil ? consistency : .stale)
            if first == nil { first = answer }
            hasMore = take(answer.jobs, limit, &found) || answer.jobs.count == batch
            if found.count == limit || !hasMore { break }
        }
        guard let first else { throw .unexpected }
        return (found, first)
    }

    /// True if some were not looked at.
    private mutating func take(
        _ jobs: [JobRecord], _ limit: Int, _ found: inout [JobRecord]
    ) -> Bool {
        for job in jobs {
            if found.count == limit { return true }
            if matches(job) { found.append(job) }
            after = job.id
        }
        return false
    }

    private func matches(_ job: JobRecord) -> Bool {
        guard let match else { return true }
        if let error = job.error, error.utf8.contains(match) { return true }
        return job.body.contains(match)
    }
}

extension Responder {
    /// `GET /v1/queues/{q}/jobs`
    func jobs(in queue: QueueName, _ call: Call) async throws(Problem) -> Response {
        let (values, consistency) = try call.readParameters(
            ["limit", "cursor", "state", "match", "preview"])
        let limit = try Page.length(values["limit"])
        let state = try Self.state(values["state"])
        let body = try Self.body(values["preview"])
        let match = values["match"].flatMap { $0.isEmpty ? nil : Array($0.utf8) }
        var scan = JobScan(queue: queue, state: state, match: match)
        scan.after = try Self.place(values["cursor"], queue, state)
        let (jobs, found) = try await scan.next(limit, node, consistency)
        let page = Page(path: call.target.path, values: values, limit: limit)
        let views = jobs.map { JobView($0, at: found.clusterTime, body: body) }
        let end = scan.hasMore ? scan.after.map { Cursor.jobs(queue, state, after: $0) } : nil
        return answer(page, views, found.point, end: end) {
            $0.job($1)
        } cursor: {
            .jobs(queue, state, after: $0.job.id)
        }
    }

    private static func state(_ text: String?) throws(Problem) -> JobState? {
        guard let text else { return nil }
        guard let state = JobState(name: text) else {
            let names = JobState.allCases.map(\.name).joined(separator: ", ")
            throw .badRequest("state must be one of: \(names)")
        }
        return state
    }

    private static func body(_ text: String?) throws(Problem) -> JobView.Body {
        guard let text else { return .whole }
        guard let length = Int(text), (0...1_000).contains(length) else {
            throw .badRequest("preview must be a whole number from 0 to 1000")
        }
        return .preview(length)
    }

    private static func place(
        _ text: String?, _ queue: QueueName, _ state: JobState?
    ) throws(Problem) -> JobID? {
        guard let text else { return nil }
        guard case .jobs(queue, state, let after) = try Cursor(text: text) else {
            throw .badRequest("the cursor belongs to another list, or to another filter")
        }
        return after
    }
}

// MARK: Kicks

extension Responder {
    /// `POST /v1/queues/{q}/kick`
    func kick(_ queue: QueueName, _ call: FieldCall) async throws(Problem) -> Response {
        switch try QueueInput.kick(call.value) {
        case .all: return try await kick(.kickAll(queue), call.key)
        case .most(let count): return try await kick(.kick(queue, count), call.key)
        case .these(let ids): return try await kick(.kickJobs(ids), call.key)
        case .matching(let text, let cursor):
            return try await kickMatching(queue, text, cursor, call.key)
        }
    }

    private func kick(_ command: JobCommand, _ key: String?) async throws(Problem) -> Response {
        let (kicked, more, decided) = try await moved(command, key: key)
        return finish(Self.kicked(kicked, more: more, next: nil), decided)
    }

    /// A job that is kicked is not buried any more, so a request that is sent again goes on.
    private func kickMatching(
        _ queue: QueueName, _ text: String, _ cursor: String?, _ key: String?
    ) async throws(Problem) -> Response {
        var scan = JobScan(queue: queue, state: .buried, match: Array(text.utf8))
        scan.after = try Self.place(cursor, queue, .buried)
        let (jobs, found) = try await scan.next(Limits.jobsPerCommand, node, .linearizable)
        var kicked = 0
        if !jobs.isEmpty {
            (kicked, _, _) = try await moved(.kickJobs(jobs.map(\.id)), key: nil)
        }
        let next = scan.hasMore ? scan.after.map { Cursor.jobs(queue, .buried, after: $0) } : nil
        return read(Self.kicked(kicked, more: next != nil, next: next), at: found.point)
    }

    /// `POST /v1/jobs/{id}/kick`
    func kick(_ id: JobID, _ call: FieldCall) async throws(Problem) -> Response {
        try QueueInput.nothing(call.value)
        let (kicked, _, decided) = try await moved(.kickJobs([id]), key: call.key)
        if kicked == 0 {
            let isThere = try await node.look(.job(id), .linearizable).jobs.first != nil
            throw isThere ? .notWaiting(id) : .noJob(id)
        }
        return finish(Answer.empty(.noContent), decided)
    }

    private static func kicked(_ count: Int, more: Bool, next: Cursor?) -> Response {
        var writer = JSONWriter(capacity: 96)
        writer.object {
            $0.member("kicked", count)
            $0.member("more", more)
            $0.member("next_cursor", optional: next?.text)
        }
        return Answer.json(.ok, writer)
    }
}
