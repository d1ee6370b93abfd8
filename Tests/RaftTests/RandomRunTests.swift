import Raft
import Testing
import Wire

/// Whole clusters under random faults: what is committed stays, and when the faults end the
/// cluster heals.
@Suite struct RandomRunTests {
    @Test func `Clusters of any shape stay safe under faults, and heal`() {
        var (entries, healed, terms, changes) = (0, 0, 0, 0)
        for seed in Seeds.chosen {
            CrashNote.began(seed: seed)
            do {
                var run = RandomRun(seed: seed)
                try run.disturb()
                try run.heal()
                entries += run.cluster.checker.committed.count
                terms += Int(run.cluster.leader?.consensus.term.rawValue ?? 0)
                changes += run.changes
                healed += run.cluster.members.reduce(0) { sum, member in
                    sum + member.traces.count { $0 == .healed }
                }
            } catch {
                Issue.record("seed \(seed) (TASKRAFT_SEEDS=\(seed) runs it alone): \(error)")
            }
        }
        // Runs in which nothing happens would prove nothing.
        let runs = Seeds.chosen.count
        #expect(runs < 300 || (entries > 20 * runs && terms > 2 * runs && healed > runs / 4))
        #expect(runs < 300 || changes > runs)
    }

    @Test func `One seed gives one run`() throws {
        var runs = [RandomRun(seed: 42), RandomRun(seed: 42)]
        for place in runs.indices { try runs[place].disturb() }
        #expect(runs[0].cluster.checker.committed == runs[1].cluster.checker.committed)
        #expect(runs[0].cluster.now == runs[1].cluster.now)
        #expect(!runs[0].cluster.checker.committed.isEmpty)
    }
}

/// One run: faults for a while, then none.
struct RandomRun {
    private(set) var cluster: TestCluster
    private var proposals = 0
    /// Configurations that were committed.
    var changes: Int { cluster.checker.committed.count { $0.kind == .configuration } }
    /// Those who belong to the cluster, or could; whoever was removed never comes back.
    private var newcomers: [NodeID]

    init(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let shape = Self.shapes[Int.random(in: 0..<Self.shapes.count, using: &generator)]
        let tailBytes = Bool.random(using: &generator) ? 200 : Bounds.tailBytes
        let isFixed = Bool.random(using: &generator)
        let newcomers = isFixed ? [] : (11...13).map { UInt64($0) }
        self.newcomers = newcomers.map { NodeID($0) }
        cluster = TestCluster(
            shape, newcomers: newcomers, tailBytes: tailBytes, seed: generator.next())
        if Bool.random(using: &generator) {
            for member in cluster.members {
                cluster.rates[member.id] = UInt64.random(in: 800...1250, using: &generator)
            }
        }
        cluster.world = TestCluster.World(
            lost: Int.random(in: 0...200, using: &generator),
            doubled: Int.random(in: 0...100, using: &generator),
            delay: 0...UInt64.random(in: 1...80, using: &generator),
            syncDelay: 0...UInt64.random(in: 1...60, using: &generator))
    }

    private static let shapes = [
        voters(1), voters(2), voters(3), voters(3), voters(3), voters(3, learners: [4]),
        voters(4), voters(5), voters(5), voters(5, learners: [6, 7]),
        Configuration(
            voters: [NodeID(1), NodeID(2), NodeID(3)], outgoing: [NodeID(3), NodeID(4), NodeID(5)]),
    ]

    mutating func disturb() throws {
        for _ in 0..<120 {
            try act()
            try cluster.run(milliseconds: UInt64(cluster.random(1..<250)))
            try cluster.checker.checkConfigurations(cluster.members)
        }
    }

    private mutating func act() throws {
        let member = cluster.members[cluster.random(0..<cluster.members.count)]
        switch cluster.random(0..<21) {
        case 0, 1:
            if member.isUp {
                let kept = cluster.random(0..<member.disk.pending.count + 1)
                cluster.crash(member, keeping: kept)
            }
        case 2, 3, 4: if !member.isUp { try cluster.restart(member) }
        case 5: try partition()
        case 6: cluster.cut(member.id, cluster.members[0].id)
        case 7, 8: try cluster.join()
        case 9:
            let target = cluster.members[cluster.random(0..<cluster.members.count)]
            if let leader = cluster.leader { try cluster.step(leader, .transfer(to: target.id)) }
        case 10, 11: try cluster.read(at: member)
        case 12: if member.isUp { member.saveBase() }
        case 13: damage(member)
        case 14, 15, 16: if isChanging { try change() } else { try propose() }
        default: try propose()
        }
    }

    /// In half of the runs members change.
    private var isChanging: Bool { cluster.members.last?.id == NodeID(13) }

    /// Somebody comes, goes, or gets another part.
    private mutating func change() throws {
        guard let leader = cluster.leader else { return }
        let configuration = leader.configuration
        let voter = configuration.voters[cluster.random(0..<configuration.voters.count)]
        let learners = configuration.learners
        let learner = learners.isEmpty ? nil : learners[cluster.random(0..<learners.count)]
        // Where one has lost its entries, the others must be able to do without it.
        let mayShrink = configuration.voters.count > 3 || !isDamaged
        switch cluster.random(0..<8) {
        case 0, 1, 2:
            guard let newcomer = newcomers.first else { return }
            newcomers.removeFirst()
            let answer = try cluster.change(.init(.addLearner(newcomer)), at: leader)
            if case .refused = answer { newcomers.append(newcomer) }
        case 3, 4: if let learner { try cluster.change(.init(.promote(learner)), at: leader) }
        case 5: if let learner { try cluster.change(.replace(voter, with: learner), at: leader) }
        case 6: if mayShrink { try cluster.change(.init(.demote(voter)), at: leader) }
        default:
            let target = cluster.chance(300) ? learner ?? voter : voter
            if mayShrink { try cluster.change(.init(.remove(target)), at: leader) }
        }
    }

    private var isDamaged: Bool { cluster.members.contains { $0.disk.loss != nil } }

    /// The fewest voters of any configuration that anybody goes by.
    private var fewestVoters: Int {
        cluster.members.map(\.configuration).flatMap { [$0.voters, $0.outgoing] }
            .filter { !$0.isEmpty }.map(\.count).min() ?? 0
    }

    /// One at a time, as two could take what only they held.
    private mutating func damage(_ member: Member) {
        let places = Int(member.base.index.rawValue)..<member.disk.entries.count
        guard cluster.members.count > 2, fewestVoters > 2 || !isChanging, !places.isEmpty,
            cluster.members.allSatisfy({ $0.disk.loss == nil })
        else { return }
        let place = cluster.random(places)
        cluster.damage(member, from: LogIndex(UInt64(place + 1)))
    }

    private mutating func partition() throws {
        for left in cluster.members where cluster.chance(400) {
            for right in cluster.members where right !== left {
                cluster.cut(left.id, right.id)
                cluster.cut(right.id, left.id)
            }
        }
    }

    /// To every leader there is, the deposed one too.
    private mutating func propose() throws {
        for member in cluster.members where member.isUp && member.consensus.role == .leader {
            for _ in 0..<cluster.random(1..<6) {
                proposals += 1
                try cluster.propose("proposal \(proposals)", at: member)
            }
        }
    }

    /// No faults any more: there is a leader soon, and everybody gets the same.
    mutating func heal() throws {
        cluster.world = .init()
        try cluster.join()
        for member in cluster.members where !member.isUp { try cluster.restart(member) }
        try cluster.run(milliseconds: 3000)
        guard let leader = cluster.leader else { throw Violation(description: "nobody leads") }
        try cluster.propose("the last", at: leader)
        let answered = cluster.readsAnswered
        guard let first = leader.configuration.members.first, !leader.configuration.isJoint else {
            throw Violation(description: "a change is not complete")
        }
        try cluster.read(at: cluster[first])
        try cluster.run(milliseconds: 500)
        try checkHealed(leader, answered)
    }

    private func checkHealed(_ leader: Member, _ answered: Int) throws {
        guard cluster.checker.committed.last?.payload == Array("the last".utf8) else {
            throw Violation(description: "the last proposal was not committed")
        }
        guard cluster.readsAnswered > answered else {
            throw Violation(description: "the last read was not answered")
        }
        let members = leader.configuration.members
        for member in cluster.members where members.contains(member.id) {
            if member.configuration != leader.configuration {
                throw Violation(description: "\(member.id) goes by other members")
            }
            if member.applied != cluster.checker.committed {
                throw Violation(description: "\(member.id) does not have everything")
            }
            if member.log != leader.log || member.disk.entries != leader.log {
                throw Violation(description: "the log of \(member.id) is another")
            }
        }
        try cluster.checker.checkLogMatching(cluster.members)
    }
}
