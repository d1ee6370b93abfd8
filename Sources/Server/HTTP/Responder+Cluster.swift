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

    func readiness() -> Response {
        let checks = Check.all(node.status())
        let isReady = checks.allSatisfy(\.isGood)
        var writer = JSONWriter()
        writer.object {
            $0.member("status", isReady ? "ok" : "unavailable")
            $0.name("checks")
            $0.array(checks) { writer, check in
                writer.object {
                    $0.member("name", check.name)
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

/// One condition of being ready for requests.
private struct Check {
    var name: String
    var isGood: Bool
    var detail: String

    /// More committed entries than this, not applied yet, and reads would wait too long.
    static let backlogMax: UInt64 = 10_000

    static func all(_ status: ClusterStatus) -> [Check] {
        guard let own = status.nodes.first(where: { $0.id == status.node }) else {
            return [Check(name: "applied", isGood: false, detail: "the node is starting")]
        }
        return [leader(status), applied(own), store(own)]
    }

    private static func leader(_ status: ClusterStatus) -> Check {
        Check(
            name: "leader", isGood: status.leader != nil,
            detail: status.leader.map { "node \($0), term \(status.term)" } ?? "none is known")
    }

    private static func applied(_ own: NodeStatus) -> Check {
        let backlog = own.commit > own.applied ? own.commit - own.applied : 0
        let detail = own.repairing ?? (backlog > 0 ? "\(backlog) entries behind" : "")
        return Check(
            name: "applied", isGood: own.repairing == nil && backlog <= backlogMax, detail: detail)
    }

    /// The database of tasks may be away: the base answers for it.
    private static func store(_ own: NodeStatus) -> Check {
        let isGood = own.base.state == .ok || own.base.state == .catchingUp
        let states = [own.base, own.store].filter { $0.state != .ok }.map { store in
            "\(store.kind.rawValue) is \(store.state.rawValue)"
                + (store.error.map { ": \($0)" } ?? "")
        }
        return Check(name: "store", isGood: isGood, detail: states.joined(separator: "; "))
    }
}
