import Raft

/// Plays a scenario on a `TestCluster`. First come the members, as their disks left them:
///
///     covers R7 bug C1         which lines of the conformance list the story shows
///     nodes 5                  voters n1 to n5
///     learners 1               after them, members without a vote
///     stranger n4: n1 n2 n4    somebody outside of the cluster, and whom it takes for voters
///     newcomer n4              somebody outside of the cluster who knows that
///     log n1: 1 1 2            the terms of its entries
///     term n1: 3               if it is not that of its last entry
///     applied n1: 2            how many of them its state machine holds
///
/// The first line of another kind starts the cluster; `leader` stands for whoever leads:
///
///     n1 campaigns             time passes until it does, and everything is delivered
///     n1 proposes x            likewise `n1 reads`, `n1 transfers to n2`
///     n1 crashes               likewise `restarts`, `pauses`, `resumes`; `freezes`: with its clock
///     n1 adds n4               as a learner; likewise `promotes`, `demotes`, `removes`
///     n1 replaces n3 with n4
///     n1 refuses to promote n4: lagging
///     deliver                  everything arrives and becomes durable; no timer fires
///     wait 500                 milliseconds
///     cut n1 n2 | n3           both ways; `cut n1 > n2` one way; `lose entries n1 > n2`
///     join                     ends all of these
///     note the term            for `expect the same term`
///
/// What can be expected is in `ScenarioRun+Expectations.swift`.
struct ScenarioRun {
    private struct Start {
        var log: [UInt64] = []
        var term: UInt64?
        var applied: UInt64 = 0
        var configuration: Configuration?
    }

    private var nodes: UInt64 = 0
    private var learners: UInt64 = 0
    private var starts: [NodeID: Start] = [:]
    private let seed: UInt64
    private var running: TestCluster?
    private(set) var notedTerm: Term?
    private(set) var line = 0

    /// Plays it to its end.
    static func play(_ scenario: Scenario, seed: UInt64) throws {
        var run = ScenarioRun(seed: seed)
        for line in scenario.lines {
            run.line = line.number
            do {
                try run.perform(line.words)
            } catch let violation as Violation {
                throw run.failure(violation.description)
            }
        }
        guard run.running != nil else { throw run.failure("nothing happens") }
    }

    private init(seed: UInt64) { self.seed = seed }

    func failure(_ text: String) -> ScenarioFailure {
        ScenarioFailure(line: line, description: text)
    }

    // MARK: The start

    private mutating func perform(_ words: [String]) throws {
        switch words[0] {
        case "covers": return
        case "nodes": nodes = try number(words, 1)
        case "learners": learners = try number(words, 1)
        case "newcomer":
            let founders = try (1...max(1, nodes)).map { try node("n\($0)") }
            starts[try node(words[1]), default: Start()].configuration = Configuration(
                voters: founders)
        case "stranger", "log", "term", "applied": try prepare(words)
        default:
            if running == nil { running = TestCluster(members: try members(), seed: seed) }
            if words[0] == "expect" { return try expect(Array(words.dropFirst())) }
            try act(words)
        }
    }

    private mutating func prepare(_ words: [String]) throws {
        guard running == nil else { throw failure("the cluster runs already") }
        guard words.count > 1, words[1].hasSuffix(":") else { throw unreadable(words) }
        let id = try node(String(words[1].dropLast()))
        let values = words.dropFirst(2)
        switch words[0] {
        case "log": starts[id, default: Start()].log = try values.map { try number($0) }
        case "term": starts[id, default: Start()].term = try number(words, 2)
        case "applied": starts[id, default: Start()].applied = try number(words, 2)
        default:
            starts[id, default: Start()].configuration = Configuration(
                voters: try values.map { try node($0) })
        }
    }

    private func members() throws -> [Member] {
        guard nodes > 0 else { throw failure("first say how many nodes there are") }
        let configuration = voters(nodes, learners: (nodes..<nodes + learners).map { $0 + 1 })
        let strangers = starts.filter { $0.value.configuration != nil }.keys.sorted()
        return (configuration.members + strangers).map { id in
            let start = starts[id, default: Start()]
            return Member(
                id.rawValue, in: start.configuration ?? configuration,
                hardState: HardState(term: Term(start.term ?? start.log.last ?? 0)),
                log: entries(terms: start.log), applied: start.applied, seed: seed)
        }
    }

    // MARK: What happens

    private mutating func act(_ words: [String]) throws {
        switch (words[0], words.count) {
        case ("deliver", 1): try change { try $0.settle() }
        case ("wait", 2):
            let time = try number(words, 1)
            try change { try $0.run(milliseconds: time) }
        case ("join", 1): try change { try $0.join() }
        case ("cut", 2...): try cut(Array(words.dropFirst()), forEntries: false)
        case ("lose", 3...) where words[1] == "entries":
            try cut(Array(words.dropFirst(2)), forEntries: true)
        case ("note", _) where words == ["note", "the", "term"]:
            notedTerm = highestTerm
        default: try act(member(words[0]), Array(words.dropFirst()), words)
        }
    }

    private mutating func act(_ member: Member, _ deed: [String], _ words: [String]) throws {
        switch (deed.first, deed.count) {
        case ("campaigns", 1): try change { try $0.elect(member.id.rawValue) }
        case ("reads", 1): try change { try $0.read(at: member) }
        case ("crashes", 1): change { $0.crash(member) }
        case ("restarts", 1): try change { try $0.restart(member) }
        case ("pauses", 1): change { $0.pause(member, withClock: false) }
        case ("freezes", 1): change { $0.pause(member, withClock: true) }
        case ("resumes", 1): try change { try $0.resume(member) }
        case ("proposes", 2):
            guard member.isUp, member.acceptsProposals else {
                throw failure("\(member.id) refuses proposals")
            }
            try change { try $0.propose(deed[1], at: member) }
        case ("transfers", 3) where deed[1] == "to":
            let target = try node(deed[2])
            try change { try $0.step(member, .transfer(to: target)) }
        default: try changeMembers(member, deed, words)
        }
    }

    private mutating func cut(_ words: [String], forEntries: Bool) throws {
        let isOneWay = words.contains(">")
        let sides = try words.split { $0 == "|" || $0 == ">" }.map { try $0.map { try node($0) } }
        guard sides.count > 1, !isOneWay || sides.count == 2, isOneWay || !forEntries else {
            throw unreadable(words)
        }
        for (place, left) in sides.enumerated() {
            for right in sides.dropFirst(place + 1) {
                for from in left {
                    for to in right {
                        change { forEntries ? $0.loseEntries(from, to) : $0.cut(from, to) }
                        if !isOneWay { change { $0.cut(to, from) } }
                    }
                }
            }
        }
    }

    mutating func change(_ work: (inout TestCluster) throws -> Void) rethrows {
        var cluster = self.cluster
        running = nil
        defer { running = cluster }
        try work(&cluster)
    }

    // MARK: Words

    var cluster: TestCluster {
        guard let running else { preconditionFailure("Only a cluster that runs is looked at.") }
        return running
    }

    var highestTerm: Term? { cluster.members.map { $0.consensus.term }.max() }

    func unreadable(_ words: [String]) -> ScenarioFailure {
        failure("what does \"\(words.joined(separator: " "))\" mean?")
    }

    func number(_ words: [String], _ place: Int) throws -> UInt64 {
        guard words.indices.contains(place) else { throw unreadable(words) }
        return try number(words[place])
    }

    func number(_ word: String) throws -> UInt64 {
        guard let number = UInt64(word) else { throw unreadable([word]) }
        return number
    }

    func node(_ word: String) throws -> NodeID {
        guard word.hasPrefix("n"), let number = UInt64(word.dropFirst()), number > 0
        else { throw unreadable([word]) }
        return NodeID(number)
    }

    func member(_ word: String) throws -> Member {
        if word == "leader" {
            guard let leader = cluster.leader else { throw failure("nobody leads") }
            return leader
        }
        let id = try node(word)
        guard let member = cluster.members.first(where: { $0.id == id }) else {
            throw failure("\(id) is no member")
        }
        return member
    }
}
