import HTTPTypes
import Hummingbird
import Node

extension Responder {
    func cluster(_ call: Call) throws(Problem) -> Response {
        _ = try call.target.parameters()
        var writer = JSONWriter(capacity: 2048)
        writer.cluster(node.status())
        var response = Answer.json(.ok, writer)
        response.headers[.cacheControl] = "no-store"
        response.stamp(node.position, servedBy: node.id)
        return response
    }

    /// `GET /readyz`: which checks failed; with `verbose` all that were made.
    func readiness(_ call: Call) throws(Problem) -> Response {
        let asked = try ReadinessInput(call.target)
        let checks = ReadinessCheck.all(node.status()).filter { !asked.excluded.contains($0.name) }
        let isReady = checks.allSatisfy(\.isGood)
        var writer = JSONWriter()
        writer.object {
            $0.member("status", isReady ? "ok" : "unavailable")
            $0.name("checks")
            $0.array(checks.filter { asked.isVerbose || !$0.isGood }) { writer, check in
                writer.object {
                    $0.member("name", check.name.rawValue)
                    $0.member("ok", check.isGood)
                    $0.member("detail", check.detail)
                }
            }
        }
        var response = Answer.json(isReady ? .ok : .serviceUnavailable, writer)
        response.headers[.cacheControl] = "no-store"
        return response
    }
}
