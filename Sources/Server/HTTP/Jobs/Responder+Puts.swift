import HTTPTypes
import Hummingbird
import Node
import Replica
import Work

extension Responder {
    /// `POST /v1/queues/{q}/jobs`
    func put(_ queue: QueueName, _ call: Call) async throws(Problem) -> Response {
        let key = try KeyHeader.key(call.headers)
        let jobs: [NewJob]
        var isBatch = false
        if RequestBodies.isJSON(call.headers) {
            _ = try call.target.parameters()
            (jobs, isBatch) = try JobInput.jobs(call.json())
        } else {
            let parameters = try call.target.parameters(JobInput.parameters)
            jobs = [try JobInput.job(body: call.body, parameters: parameters)]
        }
        // Another attempt at the same request is another span, and may be traced by another one.
        let request = JobCommand.put(queue, jobs)
        let decided = try await decide(
            jobs: .put(queue, JobInput.traced(jobs, by: call.headers)), key: key,
            identity: request, orElse: request)
        let results: [Put]
        switch decided.reply {
        case .jobs(.put(let put)): results = put.map { Put($0) }
        case .replayed(let outcome, _, _): results = Self.replayed(outcome, count: jobs.count)
        case .task, .deleted, .refused, .jobs, .imported, .item, .itemDeleted, .replayedItem, .done:
            throw .unexpected
        }
        return finish(isBatch ? answer(results, queue) : answer(results[0], queue), decided)
    }

    /// What a put did, as far as it is known.
    private struct Put {
        var id: JobID?
        var isDuplicate: Bool?

        init() {}

        init(_ result: PutResult) {
            switch result {
            case .inserted(let id): (self.id, isDuplicate) = (id, false)
            case .duplicate(let id): (self.id, isDuplicate) = (id, true)
            }
        }
    }

    /// Of a request that was decided before it is remembered how many jobs were made, and the
    /// number of the first. Which of them were not, because their key stood for other jobs, is
    /// not.
    private static func replayed(_ outcome: KeyOutcome, count: Int) -> [Put] {
        guard outcome.version == UInt64(count) else {
            return Array(repeating: Put(), count: count)
        }
        return (0..<UInt64(count)).map { Put(.inserted(JobID(outcome.task.rawValue + $0))) }
    }

    private func answer(_ put: Put, _ queue: QueueName) -> Response {
        var writer = JSONWriter(capacity: 128)
        write(put, queue, &writer)
        var response = Answer.json(put.isDuplicate == true ? .ok : .created, writer)
        if let id = put.id { response.headers[.location] = "/v1/jobs/\(id.rawValue)" }
        return response
    }

    private func answer(_ puts: [Put], _ queue: QueueName) -> Response {
        var writer = JSONWriter(capacity: 64 * puts.count + 64)
        writer.object { writer in
            writer.name("items")
            writer.array(puts) { write($1, queue, &$0) }
        }
        let isNew = puts.contains { $0.isDuplicate != true }
        return Answer.json(isNew ? .created : .ok, writer)
    }

    private func write(_ put: Put, _ queue: QueueName, _ writer: inout JSONWriter) {
        writer.object {
            $0.member("id", optional: put.id?.rawValue)
            $0.member("queue", queue.text)
            $0.name("duplicate")
            if let isDuplicate = put.isDuplicate { $0.bool(isDuplicate) } else { $0.null() }
        }
    }
}
