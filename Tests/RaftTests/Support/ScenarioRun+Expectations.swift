import Raft

/// What a scenario can expect:
///
///     expect leader n2            the leader of the highest term; `expect no leader`
///     expect the same term        as when it was noted
///     expect committed 3 term 2   the entry that is committed at index 3
///     expect commit 3             no more and no less is committed
///     expect n1 leads             likewise `follows`, `campaigns` (asking for votes or pre-votes)
///     expect n1 term 4
///     expect n1 log 1 1 2         the terms of its durable entries
///     expect n1 members n1 n2 n4 | n1 n2 n3 + n5   voters, in a joint configuration the old ones,
///                                                  and learners, as its log says
///     expect n1 has x             it applied that proposal; `n1 lacks x`
///     expect n1 refuses proposals, or accepts proposals
///     expect n1 transferring      a transfer is under way; `n1 gave up` one
///     expect n1 read answered     of its last read; `failed` (to be asked again), `open`
///     expect n1 rejected 1        so many messages of a leader did not fit its log
extension ScenarioRun {
    func expect(_ words: [String]) throws {
        switch (words.first, words.count) {
        case ("leader", 2):
            let leader = try member("leader").id
            try require(leader == node(words[1]), "\(leader) leads")
        case ("no", 2) where words[1] == "leader":
            let leader = cluster.leader?.id
            try require(leader == nil, "\(leader.map(\.description) ?? "nobody") leads")
        case ("the", 3) where words == ["the", "same", "term"]:
            try require(
                notedTerm != nil && notedTerm == highestTerm,
                "it is term \(highestTerm?.rawValue ?? 0)")
        case ("commit", 2):
            let commit = cluster.checker.commit.rawValue
            try require(commit == number(words[1]), "\(commit) entries are committed")
        case ("committed", 4) where words[2] == "term":
            let committed = cluster.checker.committed.map(\.term.rawValue)
            let place = Int(try number(words[1])) - 1
            try require(
                committed.indices.contains(place) && committed[place] == number(words[3]),
                "committed are the terms \(committed)")
        case (let subject?, 2...):
            try expect(member(subject), Array(words.dropFirst()), words)
        default: throw unreadable(words)
        }
    }

    private func expect(_ member: Member, _ state: [String], _ words: [String]) throws {
        switch (state[0], state.count) {
        case ("leads", 1), ("follows", 1), ("campaigns", 1):
            try expectRole(member, state[0])
        case ("term", 2):
            let term = member.consensus.term.rawValue
            try require(term == number(state[1]), "\(member.id) is in term \(term)")
        case ("log", 2...):
            let terms = member.disk.entries.map(\.term.rawValue)
            try require(
                terms == state.dropFirst().map { try number($0) },
                "the log of \(member.id): \(terms)")
        case ("members", 2...):
            let found = describe(member.consensus.configuration)
            try require(
                found == state.dropFirst().joined(separator: " "), "\(member.id) has \(found)")
        case ("has", 2), ("lacks", 2):
            let isThere = member.applied.contains { $0.payload == Array(state[1].utf8) }
            try require(isThere == (state[0] == "has"), "\(member.id): \(isThere)")
        case ("refuses", 2), ("accepts", 2):
            let accepts = member.acceptsProposals
            try require(
                state[1] == "proposals" && accepts == (state[0] == "accepts"),
                "\(member.id) \(accepts ? "accepts" : "refuses")")
        case ("transferring", 1): try require(member.isTransferring, "no transfer is under way")
        case ("gave", 2) where state[1] == "up":
            let gaveUp = member.traces.contains { trace in
                if case .transferAborted = trace { true } else { false }
            }
            try require(gaveUp && !member.isTransferring, "\(member.id) gave up no transfer")
        case ("read", 2): try expectRead(member, state[1])
        case ("rejected", 2):
            let count = cluster.rejections[member.id, default: 0]
            try require(UInt64(count) == number(state[1]), "\(member.id) rejected \(count)")
        default: throw unreadable(words)
        }
    }

    private func expectRole(_ member: Member, _ word: String) throws {
        let role: String
        switch member.consensus.role {
        case .leader: role = "leads"
        case .follower: role = "follows"
        case .candidate, .preCandidate: role = "campaigns"
        }
        try require(role == word, "\(member.id) \(role)")
    }

    private func expectRead(_ member: Member, _ outcome: String) throws {
        let found =
            cluster.lastAnswers[member.id].map { $0.index == nil ? "failed" : "answered" } ?? "open"
        guard ["answered", "failed", "open"].contains(outcome) else { throw unreadable([outcome]) }
        try require(found == outcome, "the read of \(member.id) is \(found)")
    }

    private func describe(_ configuration: Configuration) -> String {
        func names(_ nodes: [NodeID]) -> String { nodes.map(\.description).joined(separator: " ") }
        var text = names(configuration.voters)
        if configuration.isJoint { text += " | " + names(configuration.outgoing) }
        if !configuration.learners.isEmpty { text += " + " + names(configuration.learners) }
        return text
    }

    private func require(_ isTrue: Bool, _ found: String) throws {
        if !isTrue { throw failure(found) }
    }
}
