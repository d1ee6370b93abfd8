import HTTPTypes
import Hummingbird
import Node
import Replica
import Work

extension Responder {
    /// `GET /v1/queues`
    func queues(_ call: Call) async throws(Problem) -> Response {
        let (page, after, consistency) = try call.wholeList(.queues)
        let found = try await node.look(.queues, consistency)
        let views = found.queues.filter { $0.record.place > after && $0.isShown }
        return answer(page, views, found.point) {
            $0.queue($1, at: found.clusterTime)
        } cursor: {
            .whole(.queues, after: $0.record.place)
        } rest: {
            $0.member("time", Timestamp.now.text)
        }
    }

    /// `GET /v1/queues/{q}`
    func queue(_ name: QueueName, _ call: Call) async throws(Problem) -> Response {
        let (_, consistency) = try call.readParameters()
        let found = try await node.look(.queue(name), consistency)
        guard let view = found.queues.first, view.isShown else { throw .noQueue(name) }
        var writer = JSONWriter(capacity: 704)
        writer.object {
            $0.queueMembers(view, at: found.clusterTime)
            $0.member("time", Timestamp.now.text)
        }
        return read(Answer.json(.ok, writer), at: found.point)
    }

    /// `GET /v1/jobs/{id}`
    func job(_ id: JobID, _ call: Call) async throws(Problem) -> Response {
        let (_, consistency) = try call.readParameters()
        let found = try await node.look(.job(id), consistency)
        guard let view = found.view(.whole) else { throw .noJob(id) }
        return read(Self.answer(view), at: found.point)
    }

    func read(_ response: Response, at point: ReadPoint) -> Response {
        var response = response
        response.headers[.cacheControl] = "no-cache"
        response.stamp(point, servedBy: node.id)
        return response
    }
}

// MARK: Changes

extension Responder {
    /// `PUT /v1/queues/{q}`
    func configure(_ name: QueueName, _ call: FieldCall) async throws(Problem) -> Response {
        let settings = try QueueInput.settings(call.value)
        let decided = try await decide(jobs: .configure(name, settings), key: call.key)
        return finish(Answer.empty(.noContent), decided)
    }

    /// `DELETE /v1/queues/{q}`
    func deleteQueue(_ name: QueueName, _ call: Call) async throws(Problem) -> Response {
        _ = try call.target.parameters()
        let key = try KeyHeader.key(call.headers)
        let (removed, more, decided) = try await moved(.deleteQueue(name), key: key)
        return finish(Self.count("removed", removed, more), decided)
    }

    /// `DELETE /v1/jobs/{id}`
    func deleteJob(_ id: JobID, _ call: Call) async throws(Problem) -> Response {
        _ = try call.target.parameters()
        let key = try KeyHeader.key(call.headers)
        let decided = try await decide(
            jobs: .delete(id, nil), key: key, notHeld: Problem.reserved)
        return finish(Answer.empty(.noContent), decided)
    }

    /// `POST /v1/queues/{q}/{pause|resume|purge|kick}`
    func act(
        _ name: QueueName, _ part: JobRoute.QueuePart, _ call: FieldCall
    ) async throws(Problem) -> Response {
        switch part {
        case .pause:
            let duration = try QueueInput.pause(call.value)
            let decided = try await decide(jobs: .pause(name, duration), key: call.key)
            return finish(Answer.empty(.noContent), decided)
        case .resume:
            try QueueInput.nothing(call.value)
            // Resuming what is not there must not make it.
            guard try await node.look(.queue(name), .linearizable).queues.first != nil else {
                throw .noQueue(name)
            }
            let decided = try await decide(jobs: .pause(name, 0), key: call.key)
            return finish(Answer.empty(.noContent), decided)
        case .purge:
            try QueueInput.nothing(call.value)
            let (removed, more, decided) = try await moved(.purge(name), key: call.key)
            return finish(Self.count("removed", removed, more), decided)
        case .kick: return try await kick(name, call)
        case .itself, .jobs, .reserve: preconditionFailure("Another function does it.")
        }
    }

    private static func count(_ name: StaticString, _ count: Int, _ more: Bool) -> Response {
        var writer = JSONWriter(capacity: 64)
        writer.object {
            $0.member(name, count)
            $0.member("more", more)
        }
        return Answer.json(.ok, writer)
    }
}

extension QueueView {
    /// A queue that only lingers has no reason to be seen.
    var isShown: Bool { record.idleSince == 0 || count > 0 }
}
