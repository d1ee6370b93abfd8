import HTTPTypes
import Hummingbird
import NIOCore
import Node
import Work

extension Responder {
    func showLevers(_ request: Request) async throws(Problem) -> Response {
        let door = try door(request)
        return try answer(await door.levers())
    }

    func pull(_ request: Request, _ call: Call) async throws -> Response {
        let door = try door(request)
        try RequestBodies.check(call.headers, mergePatch: false)
        return try answer(await door.pull(try await RequestBodies.read(request.body)))
    }

    /// Where there are no levers, there is no such path: nothing tells that there could be.
    private func door(_ request: Request) throws(Problem) -> any LeverDoor {
        guard let levers else { throw .notFound(Route.hint("")) }
        try LocalRequest.check(request)
        return levers
    }

    private func answer(_ answer: LeverAnswer) throws(Problem) -> Response {
        switch answer {
        case .done(let json):
            var response = Response(
                status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-store"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: json)))
            response.stamp(node.position, servedBy: node.id)
            return response
        case .refused(let reason): throw .badRequest(reason)
        case .gone: throw .leversGone
        }
    }

    /// `POST /v1/cluster/transfer`
    func transfer(_ call: Call) async throws(Problem) -> Response {
        _ = try call.target.parameters()
        let outcome = await node.transfer(to: try TransferInput.target(call.json()))
        switch outcome {
        case .moved(let leader, let term):
            var writer = JSONWriter()
            writer.object {
                $0.member("leader", leader)
                $0.member("term", term)
            }
            var response = Answer.json(.ok, writer)
            response.headers[.cacheControl] = "no-store"
            response.stamp(node.position, servedBy: node.id)
            return response
        case .stayed(let leader): throw .notTransferred(leader)
        case .noLeader: throw .noQuorum("there is no leader whose office could be moved")
        case .noSuchNode:
            throw .badFields(
                [FieldProblem(pointer: "/to", detail: "is no member of the cluster")],
                allUnknown: false)
        }
    }
}

/// What a page of another site must not be able to ask for, wherever the browser that shows it
/// runs: the name that the request was sent to is a name of this machine, and a page that sends it
/// comes from the same one.
enum LocalRequest {
    static func check(_ request: Request) throws(Problem) {
        guard let host = request.head.authority, isLoopback(host) else {
            throw .forbidden("the request must be sent to 127.0.0.1, [::1] or localhost")
        }
        if let origin = request.headers[.origin], origin != "http://\(host)" {
            throw .forbidden("only pages of this node may ask for that")
        }
    }

    private static func isLoopback(_ authority: String) -> Bool {
        let parts = authority.lowercased().split(separator: "]", omittingEmptySubsequences: false)
        // Of [::1]:8080 the brackets belong to the name, and its colons do not begin a port.
        let name = parts.count == 2 ? parts[0] + "]" : parts[0].prefix { $0 != ":" }
        let rest = parts.count == 2 ? parts[1] : parts[0].drop { $0 != ":" }
        return ["127.0.0.1", "localhost", "[::1]"].contains(name)
            && (rest.isEmpty || rest.hasPrefix(":"))
    }
}

/// `{"to": 2}`, or `{}` for whoever is fittest.
enum TransferInput {
    static func target(_ body: JSONValue) throws(Problem) -> UInt64? {
        guard case .object(let members) = body else {
            throw problem("", "must be an object, not \(body.kind)")
        }
        var target: UInt64?
        for member in members {
            guard member.name == "to" else {
                throw .badFields(
                    [
                        FieldProblem(
                            pointer: "/" + FieldProblems.escaped(member.name), detail: "is not known")
                    ], allUnknown: true)
            }
            switch member.value {
            case .integer(let number) where number > 0: target = UInt64(number)
            case .null: target = nil
            default: throw problem("/to", "must be the number of a node, or null")
            }
        }
        return target
    }

    private static func problem(_ pointer: String, _ detail: String) -> Problem {
        .badFields([FieldProblem(pointer: pointer, detail: detail)], allUnknown: false)
    }
}

extension Problem {
    static func forbidden(_ detail: String) -> Problem {
        Problem(.forbidden, .forbidden, "This is not allowed", detail)
    }

    fileprivate static let leversGone = Problem(
        .serviceUnavailable, .leversGone, "The levers cannot be reached",
        "the command that runs this cluster does not answer; use: taskraft local")

    fileprivate static func notTransferred(_ leader: UInt64?) -> Problem {
        Problem(
            .conflict, .notTransferred, "Leadership did not move as asked",
            leader.map { "node \($0) leads; the other may be away, or behind" }
                ?? "nobody leads at the moment; ask again when somebody does")
    }
}
