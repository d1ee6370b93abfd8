import HTTPTypes
import Hummingbird
import NIOCore
import Node
import Replica
import Work

/// Responses as every route gives them.
enum Answer {
    static func json(
        _ status: HTTPResponse.Status, _ writer: JSONWriter, type: String = "application/json"
    ) -> Response {
        var headers = HTTPFields()
        headers.reserveCapacity(10)
        headers[.contentType] = type
        return Response(
            status: status, headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: writer.bytes)))
    }

    static func task(_ status: HTTPResponse.Status, _ task: TaskRecord) -> Response {
        var writer = JSONWriter(capacity: JSONWriter.size(of: task))
        writer.task(task)
        var response = json(status, writer)
        response.headers[.eTag] = EntityTag.text(task.version)
        return response
    }

    static func text(_ status: HTTPResponse.Status, _ text: String) -> Response {
        Response(
            status: status,
            headers: [.contentType: "text/plain; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// A response without content, and without a length: not even 0.
    static func empty(_ status: HTTPResponse.Status) -> Response {
        var response = Response(status: status)
        response.headers[.contentLength] = nil
        return response
    }

    static func problem(_ problem: Problem, leader: UInt64?) -> Response {
        var writer = JSONWriter()
        writer.problem(problem, leader: leader)
        var response = json(problem.status, writer, type: "application/problem+json")
        if let seconds = problem.retryAfter { response.headers[.retryAfter] = String(seconds) }
        if let allow = problem.allow { response.headers[.allow] = allow }
        if let task = problem.current { response.headers[.eTag] = EntityTag.text(task.version) }
        if let version = problem.version { response.headers[.eTag] = EntityTag.text(version) }
        if problem.code == .unauthorized { response.headers[.wwwAuthenticate] = "Bearer" }
        if problem.closesConnection { response.headers[.connection] = "close" }
        return response
    }
}

extension Response {
    /// What a browser must not do with any answer: guess its type, or show it within a page of
    /// another site. Pages say more (`Asset`).
    mutating func protect() {
        headers[.xContentTypeOptions] = "nosniff"
        headers[.crossOriginResourcePolicy] = "same-origin"
    }

    /// Says where in the log the answer was read, and by whom.
    mutating func stamp(_ point: ReadPoint, servedBy node: UInt64) {
        headers[.taskraftIndex] = String(point.index)
        headers[.taskraftTerm] = String(point.term)
        if let leader = point.leader { headers[.taskraftLeader] = String(leader) }
        headers[.taskraftServedBy] = String(node)
    }
}

extension JSONWriter {
    fileprivate mutating func problem(_ problem: Problem, leader: UInt64?) {
        object {
            $0.member("type", "/docs/errors#" + problem.code.rawValue)
            $0.member("title", problem.title)
            $0.member("status", problem.status.code)
            $0.member("detail", problem.detail)
            $0.member("code", problem.code.rawValue)
            if !problem.errors.isEmpty {
                $0.name("errors")
                $0.array(problem.errors) { writer, error in
                    writer.object {
                        $0.member("pointer", error.pointer)
                        $0.member("detail", error.detail)
                    }
                }
            }
            if let current = problem.current {
                $0.name("current")
                $0.task(current)
            }
            if let leader { $0.member("leader", leader) }
            if let seconds = problem.retryAfter { $0.member("retry_after", seconds) }
        }
    }
}
