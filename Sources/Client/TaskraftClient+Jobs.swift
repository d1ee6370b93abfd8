import Foundation
import NIOHTTP1

// Handing jobs in, and looking at them.
extension TaskraftClient {
    /// - Parameter key: a key of the caller's own, to repeat a request of an earlier process.
    package func put(
        _ draft: JobDraft, into queue: String, key: String? = nil
    ) async throws(ClientError) -> PutJob {
        let request = Request(
            method: .POST, path: Self.queuePath(queue, "jobs"), body: try encode(draft),
            key: key ?? newKey())
        return try await exchange.send(request).answer.decode()
    }

    /// All or none, in the order in which they are given.
    package func put(
        _ drafts: [JobDraft], into queue: String, key: String? = nil
    ) async throws(ClientError) -> [PutJob] {
        let request = Request(
            method: .POST, path: Self.queuePath(queue, "jobs"), body: try encode(drafts),
            key: key ?? newKey())
        let page: Page<PutJob> = try await exchange.send(request).answer.decode()
        return page.items
    }

    package func job(_ id: UInt64, stale: Bool = false) async throws(ClientError) -> JobItem {
        try await get("/v1/jobs/\(id)", stale ? [.stale] : [])
    }

    /// Jobs by rising number. A page may be shorter than asked for, and not the last.
    ///
    /// - Parameter match: only those whose body or last error contains the text.
    /// - Parameter preview: so many bytes of each body, instead of all of it.
    package func jobs(
        in queue: String, state: String? = nil, match: String? = nil, preview: Int? = nil,
        limit: Int = 50, cursor: String? = nil, stale: Bool = false
    ) async throws(ClientError) -> Page<JobItem> {
        var query = [URLQueryItem(name: "limit", value: String(limit))]
        if let state { query.append(URLQueryItem(name: "state", value: state)) }
        if let match { query.append(URLQueryItem(name: "match", value: match)) }
        if let preview { query.append(URLQueryItem(name: "preview", value: String(preview))) }
        if let cursor { query.append(URLQueryItem(name: "cursor", value: cursor)) }
        if stale { query.append(.stale) }
        return try await get(Self.queuePath(queue, "jobs"), query)
    }

    package func deleteJob(_ id: UInt64, key: String? = nil) async throws(ClientError) {
        let request = Request(method: .DELETE, path: "/v1/jobs/\(id)", key: key ?? newKey())
        let (answer, repeated) = try await exchange.send(request, accepts: [404])
        // Gone after an attempt without an answer: that attempt, or somebody else, deleted it.
        if answer.status == 404 && !repeated { throw .refused(answer.problem) }
    }

    /// Makes a buried or delayed job ready.
    package func kickJob(_ id: UInt64) async throws(ClientError) {
        let request = Request(
            method: .POST, path: "/v1/jobs/\(id)/kick", body: try encode(Nothing()),
            key: newKey())
        let (answer, repeated) = try await exchange.send(request, accepts: [409])
        // Ready after an attempt without an answer: that attempt, or somebody else, kicked it.
        if answer.status == 409 && !repeated { throw .refused(answer.problem) }
    }
}

// MARK: Working

extension TaskraftClient {
    /// No single request waits longer: a node that is gone is noticed, and the next one asked.
    private static var longestPoll: Duration { .seconds(8) }

    private struct Reserve: Encodable {
        var queues: [String]
        var max: Int
        var wait: String
        var worker: String?
    }

    /// Takes jobs, each with its lease; none if none came in time.
    ///
    /// Each request has a key: a node that is asked once more, because its answer got lost, gives
    /// the same jobs. If another one answers then, those come back when their time to run is over.
    package func reserve(
        _ queues: [String], max: Int = 1, wait: Duration = .zero, worker: String? = nil
    ) async throws(ClientError) -> [JobItem] {
        let deadline = ContinuousClock.now + wait
        while true {
            let left = Swift.max(.zero, deadline - ContinuousClock.now)
            let slice = Swift.min(left, Self.longestPoll)
            let milliseconds = Int(slice / .milliseconds(1))
            let body = Reserve(
                queues: queues, max: max, wait: "\(milliseconds)ms", worker: worker)
            // As a header: of a reservation nothing is lost if its outcome stays unknown.
            var request = Request(
                method: .POST, path: "/v1/reserve",
                headers: [("Idempotency-Key", "\"\(newKey())\"")], body: try encode(body))
            request.patience = slice
            let page: Page<JobItem> = try await exchange.send(request).answer.decode()
            if !page.items.isEmpty || left <= Self.longestPoll || Task.isCancelled {
                return page.items
            }
        }
    }

    private struct Settle: Encodable {
        var lease: String
        var error: String?
        var priority: UInt32?
        var delay: String?
    }

    /// The lease lasts its whole time to run again.
    package func touch(_ id: UInt64, lease: String) async throws(ClientError) {
        try await post("/v1/jobs/\(id)/touch", Settle(lease: lease))
    }

    /// The job is done, and goes.
    package func complete(
        _ id: UInt64, lease: String, key: String? = nil
    ) async throws(ClientError) {
        try await post("/v1/jobs/\(id)/complete", Settle(lease: lease), key: key)
    }

    /// The job is tried again by its policy, or buried when its attempts are spent.
    ///
    /// - Returns: the job as it is now; nil if it is gone since.
    @discardableResult
    package func fail(
        _ id: UInt64, lease: String, error: String? = nil, key: String? = nil
    ) async throws(ClientError) -> JobItem? {
        try await post("/v1/jobs/\(id)/fail", Settle(lease: lease, error: error), key: key).job
    }

    /// The job goes back into its queue.
    @discardableResult
    package func release(
        _ id: UInt64, lease: String, priority: UInt32? = nil, delay: String? = nil
    ) async throws(ClientError) -> JobItem? {
        let body = Settle(lease: lease, priority: priority, delay: delay)
        return try await post("/v1/jobs/\(id)/release", body).job
    }

    /// The job is put aside until somebody kicks it.
    @discardableResult
    package func bury(
        _ id: UInt64, lease: String, key: String? = nil
    ) async throws(ClientError) -> JobItem? {
        try await post("/v1/jobs/\(id)/bury", Settle(lease: lease), key: key).job
    }
}

extension Answer {
    /// nil if there is no content.
    fileprivate var job: JobItem? { try? decode(JobItem.self) }
}
