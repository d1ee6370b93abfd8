import Node

/// One condition of being ready for requests.
struct ReadinessCheck {
    enum Name: String, CaseIterable {
        case leader
        case applied
        case store
    }

    var name: Name
    var isGood: Bool
    var detail: String

    /// More committed entries than this, not applied yet, and reads would wait too long.
    private static let backlogMax: UInt64 = 10_000

    static func all(_ status: ClusterStatus) -> [ReadinessCheck] {
        guard let own = status.nodes.first(where: { $0.id == status.node }) else {
            return Name.allCases.map {
                ReadinessCheck(name: $0, isGood: false, detail: "the node is starting")
            }
        }
        return [leader(status), applied(own), store(own)]
    }

    private static func leader(_ status: ClusterStatus) -> ReadinessCheck {
        ReadinessCheck(
            name: .leader, isGood: status.leader != nil,
            detail: status.leader.map { "node \($0), term \(status.term)" } ?? "none is known")
    }

    private static func applied(_ own: NodeStatus) -> ReadinessCheck {
        let backlog = own.commit > own.applied ? own.commit - own.applied : 0
        let detail = own.repairing ?? (backlog > 0 ? "\(backlog) entries behind" : "")
        return ReadinessCheck(
            name: .applied, isGood: own.repairing == nil && backlog <= backlogMax, detail: detail)
    }

    /// The database of tasks may be away: the base answers for it.
    private static func store(_ own: NodeStatus) -> ReadinessCheck {
        let isGood = own.base.state == .ok || own.base.state == .catchingUp
        let states = [own.base, own.store].filter { $0.state != .ok }.map { store in
            "\(store.kind.rawValue) is \(store.state.rawValue)"
                + (store.error.map { ": \($0)" } ?? "")
        }
        return ReadinessCheck(name: .store, isGood: isGood, detail: states.joined(separator: "; "))
    }
}

/// What a supervisor wants to know, and what it does not mind.
struct ReadinessInput {
    /// Whether to tell of checks that are good, too.
    let isVerbose: Bool
    let excluded: Set<ReadinessCheck.Name>

    init(_ target: Target) throws(Problem) {
        let values = try target.parameters(["verbose", "exclude"], list: "exclude")
        switch values["verbose"] {
        case nil, "false": isVerbose = false
        case "", "true": isVerbose = true
        case .some: throw .badRequest("verbose stands alone, or is true or false")
        }
        var excluded: Set<ReadinessCheck.Name> = []
        let names = values["exclude"]?.split(separator: ",", omittingEmptySubsequences: false)
        for text in names ?? [] {
            guard let name = ReadinessCheck.Name(rawValue: String(text)) else {
                let known = ReadinessCheck.Name.allCases.map(\.rawValue).joined(separator: ", ")
                throw .badRequest(
                    "there is no check '\(text.prefix(64))' to exclude; there are: \(known)")
            }
            excluded.insert(name)
        }
        self.excluded = excluded
    }
}
