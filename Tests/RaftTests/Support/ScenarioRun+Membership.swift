import Raft

extension ScenarioRun {
    /// "adds n4", or "refuses to add n4: lagging", where the reason is the name of the refusal.
    mutating func changeMembers(
        _ member: Member, _ deed: [String], _ words: [String]
    ) throws {
        let isRefused = deed.starts(with: ["refuses", "to"])
        var said = deed
        var reason: String?
        if isRefused {
            reason = said.removeLast()
            said.removeFirst(2)
            said[0] += "s"
            said[said.count - 1].removeAll { $0 == ":" }
        }
        guard let wish = try wish(said) else { throw unreadable(words) }
        var answer: MembershipAnswer.Result?
        try change { answer = try $0.change(wish, at: member) }
        switch (answer, reason) {
        case (.refused(let refusal), let reason?) where name(of: refusal) == reason: break
        case (.appended, nil): break
        default: throw failure("\(member.id) says \(answer.map { "\($0)" } ?? "nothing")")
        }
    }

    private func name(of refusal: MembershipRefusal) -> String {
        String("\(refusal)".prefix { $0 != "(" })
    }

    private func wish(_ deed: [String]) throws -> MembershipChange? {
        guard deed.count > 1 else { return nil }
        let target = try node(deed[1])
        return switch (deed[0], deed.count) {
        case ("adds", 2): MembershipChange(.addLearner(target))
        case ("promotes", 2): MembershipChange(.promote(target))
        case ("demotes", 2): MembershipChange(.demote(target))
        case ("removes", 2): MembershipChange(.remove(target))
        case ("replaces", 4) where deed[2] == "with":
            .replace(target, with: try node(deed[3]))
        default: nil
        }
    }
}
