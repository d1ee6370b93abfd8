import HTTPTypes
import Hummingbird
import NIOCore
import Node
import Work

extension Responder {
    func showLevers(_ call: Call) async throws(Problem) -> Response {
        _ = try call.target.parameters()
        return try answer(await door.levers())
    }

    func pull(_ request: Request, _ call: Call) async throws -> Response {
        _ = try call.target.parameters()
        // Pulled again, a lever does once more what it did: nothing that a key should prevent.
        _ = try KeyHeader.key(call.headers)
        try RequestBodies.check(call.headers, mergePatch: false)
        var call = call
        call.body = try await RequestBodies.read(request.body)
        // What it means is the supervisor's business; that it is an object is ours.
        guard case .object = try call.json() else {
            throw Problem.badFields(
                [FieldProblem(pointer: "", detail: "must be an object")], allUnknown: false)
        }
        return try answer(await door.pull(call.body))
    }

    /// Where there are no levers, there is no such path: nothing tells that there could be.
    private var door: any LeverDoor {
        guard let levers else { preconditionFailure("A request for nothing ends before.") }
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
        // Again to whom leads already changes nothing: nothing that a key should prevent.
        _ = try KeyHeader.key(call.headers)
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
                            pointer: "/" + FieldProblems.escaped(member.name),
                            detail: "is not known")
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
